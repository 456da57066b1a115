// Plugs the Kafka platform in: its keys of the scenario file, workloads, checkers, defects, probes.
#pragma once

#include <memory>

#include "scenarios/engine/kit.h"

namespace logquake::scenario {

/// docs/writing-a-scenario.md tells what each key means.
std::unique_ptr<Kit> kafka_kit();

}  // namespace logquake::scenario
