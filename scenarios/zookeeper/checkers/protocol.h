// No server says what another one must not survive.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// Z-INV-24: no server drops another or exits for what it was told. Both would hear the same again
/// after the next election, and the one after that. Where a disk was lost, history may be missing
/// that a leader counts on; Z-ST-7 excuses that.
CheckerFactory zookeeper_protocol();

}  // namespace logquake::scenario
