// A ZooKeeper server.
#pragma once

#include "models/quorum/server_settings.h"
#include "sim/node.h"

namespace logquake::zookeeper {

/// The program of a node that is a ZooKeeper server: standalone, or a member of the ensemble where
/// the settings list servers. Recovers from its disk, then serves clients at settings.client_port
/// until the node dies. Exits (to be restarted by its supervisor) when the disk fails it or holds
/// what it must not trust. Never returns.
[[noreturn]] void run_zookeeper(sim::Node& node, const ServerSettings& settings);

}  // namespace logquake::zookeeper
