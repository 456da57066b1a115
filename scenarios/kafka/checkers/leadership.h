// K-INV-7, K-INV-12, K-INV-15 and K-INV-16: who may lead, who counts as in sync, and what is
// committed.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// K-INV-12: at most one broker appends as leader under one (partition, leader epoch).
CheckerFactory one_leader_per_epoch();
/// K-INV-7: on one leader, within one leader epoch, the high watermark never falls.
CheckerFactory high_watermark_never_falls();
/// K-INV-15 and K-INV-16: the leader is in the ISR, and nobody joins it who is not caught up.
CheckerFactory in_sync_means_caught_up();

}  // namespace logquake::scenario
