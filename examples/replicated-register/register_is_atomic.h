// The promise as a checker: it sees the facts and nothing else.
#pragma once

#include "scenarios/engine/checker.h"

namespace atomic_register {

/// R-REG-1: a read returns at least what was written or read before it began.
logquake::scenario::CheckerFactory register_is_atomic();

}  // namespace atomic_register
