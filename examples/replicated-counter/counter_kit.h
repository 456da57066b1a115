// Plugs the counter into logquake's runner, hunter and reports.
#pragma once

#include <memory>

#include "scenarios/engine/kit.h"

namespace counter {

std::unique_ptr<logquake::scenario::Kit> counter_kit();

}  // namespace counter
