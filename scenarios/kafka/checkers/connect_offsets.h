// C-INV-20 and C-INV-21: what a connector says it has done, it has done.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// C-INV-20: a stored source offset never covers a record that Kafka has not acknowledged.
CheckerFactory source_offsets_are_covered();
/// C-INV-21: a sink's group never commits past a record whose put has not completed.
CheckerFactory sink_offsets_are_covered();

}  // namespace logquake::scenario
