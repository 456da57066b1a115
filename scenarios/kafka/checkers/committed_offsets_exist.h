// K-INV-63: a group never commits a position beyond the end of the log.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// The offset that a coordinator stores for a group is at most the partition's log end at that
/// moment.
CheckerFactory committed_offsets_exist();

}  // namespace logquake::scenario
