// The kinds of facts that a Kafka platform may state, for triggers of faults and for what a hunt
// reports of those that no run stated.
#pragma once

#include <string>
#include <vector>

namespace logquake::scenario {

/// Of all models behind the Kafka kit, sorted. A test compares them with the models' own headers.
std::vector<std::string> kafka_fact_kinds();

}  // namespace logquake::scenario
