// A standalone ZooKeeper server.
#pragma once

#include "models/quorum/server_settings.h"
#include "sim/node.h"

namespace logquake::zookeeper {

/// The program of a node that is a standalone ZooKeeper server: recovers from its disk, then serves
/// clients at settings.client_port until the node dies. Exits (to be restarted by its supervisor)
/// when the disk fails it or holds what it must not trust. Never returns.
///
/// Writes go validation -> transaction log and sync -> tree -> watch events -> reply; reads wait
/// their turn behind the writes of their session (Z-SE-22). Source: Z-BC-1, Z-BC-2.
[[noreturn]] void run_zookeeper(sim::Node& node, const ServerSettings& settings);

}  // namespace logquake::zookeeper
