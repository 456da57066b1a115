// No transaction is missing from the middle of a history.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// Z-INV-7: whoever logs a transaction has right before it what its leader had right before it, and
/// the zxids of an epoch are consecutive from 1.
CheckerFactory zookeeper_holes();

}  // namespace logquake::scenario
