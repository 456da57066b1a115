// What a member has promised and what it stands by: its two epoch files.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// Z-INV-10: neither epoch goes back, the current one is at most the accepted one, and neither ends
/// a restart lower than it was durable; before a member acknowledges an epoch its history and the
/// epoch are durable, before a proposal, the proposal. A member whose disk was taken from it starts
/// again from nothing (Z-ST-7). Without `force_sync` servers do not wait for their disks (Z-BC-2):
/// early acks are anomalies then.
CheckerFactory zookeeper_epochs(bool force_sync = true);

}  // namespace logquake::scenario
