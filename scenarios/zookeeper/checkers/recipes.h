// What ZooKeeper's recipes promise those who follow them.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// Z-RC-2, Z-RC-4: whoever heads a line has nobody before it. Z-RC-3: a resource never takes an old
/// token after a newer one; that somebody still tried is an anomaly. Z-RC-5: a barrier opens when
/// all are there. Z-RC-6: who has joined a group finds itself in its list. Z-RC-7: no two clients
/// add to one value of a counter.
CheckerFactory zookeeper_recipes();

}  // namespace logquake::scenario
