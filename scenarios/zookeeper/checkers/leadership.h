// One leader an epoch, and one transaction a zxid.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// Z-INV-1: at most one server is established in an epoch, and nobody else proposes in it.
/// Z-INV-22: no two different transactions exist under one zxid, whoever proposes, logs or delivers
/// it.
CheckerFactory zookeeper_leadership();

}  // namespace logquake::scenario
