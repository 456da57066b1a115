// Nothing committed is ever lost, and nothing is committed that could be.
#pragma once

#include "scenarios/engine/checker.h"
#include "scenarios/zookeeper/ensemble.h"

namespace logquake::scenario {

/// Z-INV-6: later leaders have what was committed, and nobody who holds it durably lets it go.
/// Z-INV-11: what a leader counts as committed is durable at a quorum, in the order of the zxids.
/// Z-INV-22: nothing of an older epoch is committed beside the history of a newer leader. A member
/// whose disk was taken from it is excused by Z-ST-7. Without `force_sync` servers do not wait for
/// their disks (Z-BC-2): what that breaks of Z-INV-11 is an anomaly, what is lost by it is not.
CheckerFactory zookeeper_committed(Ensemble ensemble, bool force_sync = true);

}  // namespace logquake::scenario
