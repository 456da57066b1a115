// A sync waits for what was committed before it.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// Z-INV-20: a completed sync has brought its connection up to every write that anybody had been
/// told of, or the leader had committed, when the sync was sent. One that a deposed leader answered
/// is excused by Z-SN-3.
CheckerFactory zookeeper_syncs();

}  // namespace logquake::scenario
