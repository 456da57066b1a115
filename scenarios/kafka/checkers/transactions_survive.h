// C-DB-61, C-DB-62: a committed transaction survives a power loss where the settings promise it.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// A recovery brings back every transaction that was stated to be committed and durable.
CheckerFactory committed_transactions_survive();

}  // namespace logquake::scenario
