// Equal zxids mean equal states, field for field.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// Z-INV-9: servers that have delivered the same last transaction have the same tree and table of
/// sessions. Z-INV-8: what a disk gives back at a zxid is what applying gave.
CheckerFactory zookeeper_state_equality();

}  // namespace logquake::scenario
