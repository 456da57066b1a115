// What a group's stored positions promise: K-INV-62, 64, 65.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// K-INV-64: a position is stored only for a member of the group's own generation. K-INV-62,
/// K-OFS-7: no position expires while its group rebalances.
CheckerFactory group_offsets_are_kept();

/// K-INV-62: who is assigned a partition begins no lower than what was acknowledged before. Asked
/// for by scenarios whose offsets topic is safe: it knows no excuse.
CheckerFactory commits_survive();

/// K-INV-65: a position is stored only when the application has processed the records below it. For
/// groups whose workload says how long `processing` takes.
CheckerFactory commits_follow_processing();

}  // namespace logquake::scenario
