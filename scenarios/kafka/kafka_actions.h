// What `invoke` may do to the platform, as its operator would: over the network, through the same
// interfaces.
#pragma once

#include <memory>
#include <vector>

#include "scenarios/engine/kit.h"
#include "scenarios/kafka/kafka_setup.h"

namespace logquake::scenario {

/// restart-connector, drop-table and expire-session.
std::vector<Choice> kafka_actions();

/// Registers them. Each does its work in a task of the operator's node, and states what came of it
/// as the fact `operator.acted`; the fault itself is missed where the argument names nothing.
void add_kafka_actions(sim::Simulation& simulation, const KafkaPlan& plan);

}  // namespace logquake::scenario
