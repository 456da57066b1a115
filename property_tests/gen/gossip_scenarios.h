// Generators of scenarios of the gossip model: topologies, loads and faults.
#pragma once

#include <rapidcheck.h>

#include "scenarios/engine/catalog.h"
#include "scenarios/engine/value.h"

namespace logquake::property {

/// Up to seven nodes with settings of their own, up to two tellers, a network, a schedule; promises
/// that every acknowledged rumour reaches every node. No faults.
rc::Gen<scenario::Value> calm_gossip_scenarios();

/// The same with faults: a plan, and in some the code's own rarities. `catalog` knows the gossip
/// kit and must outlive the generator.
rc::Gen<scenario::Value> gossip_scenarios(const scenario::Catalog& catalog);

}  // namespace logquake::property
