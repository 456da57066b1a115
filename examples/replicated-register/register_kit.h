// Plugs the register into logquake's runner, hunter and reports.
#pragma once

#include <memory>

#include "scenarios/engine/kit.h"

namespace atomic_register {

std::unique_ptr<logquake::scenario::Kit> register_kit();

}  // namespace atomic_register
