// C-SRC-4: what Kafka has acknowledged of a source is soon stored as read.
#pragma once

#include "scenarios/engine/checker.h"
#include "sim/base/time.h"

namespace logquake::scenario {

/// While a source task lives, the offset of each record that Kafka has acknowledged is stored
/// `within` so much time, whatever becomes of the records of other source partitions (C-SRC-3).
/// Asked for by scenarios whose offset topic is not in trouble itself.
CheckerFactory source_offsets_are_stored(Duration within);

}  // namespace logquake::scenario
