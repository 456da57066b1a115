// Writes are linearizable: one order, the order of the zxids, explains every answer.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// Z-INV-17: what a client was told of its write, success or failure, is what the state before its
/// zxid makes of it; a write takes effect once, and one of which nobody heard again at most once.
/// Z-INV-23: a multi leaves what all its members together make. Z-MU-5: a create2 in it is answered
/// with a Stat.
CheckerFactory zookeeper_linearizable_writes();

}  // namespace logquake::scenario
