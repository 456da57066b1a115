// K-INV-8, K-INV-22: a log begins no later than its high watermark.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// Whenever a log's start moves up, what it leaves behind was committed.
CheckerFactory log_start_within_watermark();

}  // namespace logquake::scenario
