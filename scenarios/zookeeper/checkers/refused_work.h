// A refused write leaves nothing but a used zxid.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// Z-INV-21: at the zxid of a refused write nothing changes. Z-INV-23: neither does any member of a
/// multi of which one was refused.
CheckerFactory zookeeper_refused_work();

}  // namespace logquake::scenario
