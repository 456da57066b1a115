// Reads may be stale, and never go back in time: sequential consistency for each session.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// Z-INV-18: each read shows the state at some zxid between the last one that its session has seen
/// and the one of its reply. Z-INV-16: it shows the session's own completed writes. Z-INV-23: it
/// shows no state between two members of a multi. A read that misses what another client has been
/// told of is no violation but an anomaly, Z-RD-1.
CheckerFactory zookeeper_consistent_reads();

}  // namespace logquake::scenario
