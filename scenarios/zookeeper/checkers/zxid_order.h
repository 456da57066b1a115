// No server ever goes back.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// Z-INV-8: the zxids in one log strictly increase, and what a server serves never falls behind
/// what it served before, restarts and synchronizations included. A server whose disk was taken
/// from it is excused by Z-ST-7.
CheckerFactory zookeeper_zxid_order();

}  // namespace logquake::scenario
