// A server of a ZooKeeper ensemble: it elects, leads or learns, and begins again. Source: sections
// 3.2 to 3.8 of the specification.
#pragma once

#include "models/quorum/server_settings.h"
#include "sim/node.h"

namespace logquake::zookeeper {

/// The program of the member whose host is the node's name. Recovers from its disk, then takes part
/// until the node dies. Exits where the disk fails it, where the protocol is violated, or where the
/// settings do not know it.
[[noreturn]] void run_ensemble_member(sim::Node& node, const ServerSettings& settings);

}  // namespace logquake::zookeeper
