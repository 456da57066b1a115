// A ZooKeeper server that is alone: one pipeline, one log, no quorum. Source: Z-OBS-76.
#pragma once

#include "models/quorum/server_settings.h"
#include "sim/node.h"

namespace logquake::zookeeper {

/// Recovers, then serves until the node dies. Writes go validation -> transaction log and sync ->
/// tree -> watch events -> reply; reads wait their turn behind all writes before them.
[[noreturn]] void run_standalone(sim::Node& node, const ServerSettings& settings);

}  // namespace logquake::zookeeper
