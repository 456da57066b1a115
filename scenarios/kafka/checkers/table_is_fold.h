// C-INV-60: what a sink in mode upsert keeps is the fold of its topic.
#pragma once

#include <string>

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// When all has healed, `table` ("copy.users") has as many rows as `topic` has keys whose last
/// record is no tombstone. Asked for where the table is keyed by the record's key alone, and where
/// the load goes on long enough after the topic's last record for the sink to have put it.
CheckerFactory table_is_fold(std::string topic, std::string table);

}  // namespace logquake::scenario
