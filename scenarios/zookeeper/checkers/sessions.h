// Sessions end neither early nor by halves, and own what they may own.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// Z-INV-12: an ephemeral's owner is open, a closed session leaves no ephemerals behind and changes
/// nothing any more, and no session id is given out twice. Z-INV-13: a session expires only after
/// it was silent for its timeout, on its server's monotonic clock.
CheckerFactory zookeeper_sessions();

}  // namespace logquake::scenario
