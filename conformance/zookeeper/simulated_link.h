// Simulated servers. What is said to them passes through the wire's bytes in both directions, so
// that they cannot know or tell more than real ones.
#pragma once

#include <string>
#include <vector>

#include "conformance/zookeeper/recording.h"
#include "sim/network/connection.h"
#include "sim/node.h"

namespace logquake::zookeeper::conformance {

/// Plays the steps against servers that the simulation has. Call it on the client's machine, in a
/// task. Steps meant for more servers than there are go to the remainder: nothing but `moves`
/// minds.
std::vector<std::string> play_simulated(const Draw& draw, sim::Node& node,
                                        const std::vector<sim::Address>& servers);

/// The same in a simulation of its own, with one standalone server.
std::vector<std::string> play_standalone(const Draw& draw);

}  // namespace logquake::zookeeper::conformance
