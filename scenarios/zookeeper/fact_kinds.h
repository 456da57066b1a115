// The kinds of facts that a ZooKeeper ensemble and its clients may state, for triggers of faults.
#pragma once

#include <string>
#include <vector>

namespace logquake::scenario {

/// Sorted. A test compares them with the models' own headers.
std::vector<std::string> zookeeper_fact_kinds();

}  // namespace logquake::scenario
