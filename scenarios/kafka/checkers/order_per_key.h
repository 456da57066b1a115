// K-INV-18, K-INV-40, K-INV-41: what a keyed producer sends is read once, in order, and never
// changes.
#pragma once

#include "scenarios/engine/checker.h"
#include "scenarios/kafka/checkers/acked_records_survive.h"

namespace logquake::scenario {

/// Judges what consumers were given against what producers sent, by the digests of key and value
/// (values must be unique, as the workload "produce" makes them). Under an idempotent producer a
/// record that appears at two offsets breaks K-INV-40 and one that overtakes another of its key
/// breaks K-INV-41; without idempotence both are anomalies (K-ANO-2, K-ANO-11), and so are
/// overtaking at a leader that knew nothing of the producer (K-LOG-43) and a second appearance of a
/// record that was under way, and renumbered, when another was refused for good (K-PRD-25). A
/// record that changes under its offset breaks K-INV-18, whatever the producer's settings, where
/// K-INV-1 promises that it survives: in a partition of profile SAFE whose history is clean.
CheckerFactory order_per_key(DurabilityProfile profile);

}  // namespace logquake::scenario
