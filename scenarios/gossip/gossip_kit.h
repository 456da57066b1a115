// Plugs the gossip model in: the smallest kit, to learn from and to test the engine with.
#pragma once

#include <memory>

#include "scenarios/engine/kit.h"

namespace logquake::scenario {

/// Reads
///
///     [gossip]
///     nodes = 5                # gossip-1 .. gossip-5
///     push-every = "50ms"
///     compare-every = "500ms"
///     pushes = 4
///
///     [[workload]]
///     type = "rumours"
///     every = "100ms"
///     count = 100
std::unique_ptr<Kit> gossip_kit();

}  // namespace logquake::scenario
