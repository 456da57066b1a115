// What ZooKeeper promises its clients: acknowledged writes stay, sessions end neither early nor by
// halves, nobody without the password harms a session, and watch events come before the reply.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// Z-INV-6 for a single server: after a recovery every write is there that a client was told of.
/// Source: Z-BC-2.
CheckerFactory acknowledged_writes_survive();

/// Z-INV-19, Z-WT-9: a client that watches what it writes is sent the event before the reply.
CheckerFactory events_before_replies();

/// Z-INV-12: a closed session leaves no ephemerals behind. Z-INV-13: a session expires only after
/// it was silent for its timeout, on the server's monotonic clock. Z-SE-13: a reconnect with a
/// wrong password does not cost the owner its connection.
CheckerFactory sessions_end_right();

}  // namespace logquake::scenario
