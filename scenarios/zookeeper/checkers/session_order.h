// Each session is served in its own order.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// Z-INV-16: replies come in the order of the requests, and their zxids never go back, whatever
/// server the client is connected to. Z-SE-15: a server that a session has left does not answer its
/// writes.
CheckerFactory zookeeper_session_order();

}  // namespace logquake::scenario
