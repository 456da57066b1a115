// Each session is served in its own order.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// Z-INV-16: replies come in the order of the requests, and their zxids never go back, whatever
/// server the client is connected to.
CheckerFactory zookeeper_session_order();

}  // namespace logquake::scenario
