// The promise as a checker: it sees the facts and nothing else.
#pragma once

#include "scenarios/engine/checker.h"

namespace counter {

/// R-INV-1: a step that was acknowledged is never forgotten.
logquake::scenario::CheckerFactory steps_survive();

}  // namespace counter
