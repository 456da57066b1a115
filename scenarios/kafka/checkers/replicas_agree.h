// K-INV-2, K-INV-10, K-INV-11, K-INV-17: the replicas' logs are one log.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// Below the high watermark every replica holds the same batches (K-INV-2); offsets are dense and
/// epochs never fall along a log (K-INV-11); a leader never cuts its own log (K-INV-10), and nobody
/// cuts below its high watermark (K-INV-17). After an unclean election or a power loss that broke
/// the clean history a difference is an anomaly.
CheckerFactory replicas_agree();

}  // namespace logquake::scenario
