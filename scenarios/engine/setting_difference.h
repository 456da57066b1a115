// In which settings and which steps of the plan two runs differ before they have begun.
#pragma once

#include <string>
#include <vector>

#include "scenarios/engine/value.h"
#include "sim/fault.h"

namespace logquake::scenario {

/// A setting, "cluster.brokers" or "workload.0.every", or a step of the plan. What only one side
/// has is empty on the other.
struct SettingDifference {
  std::string what;
  std::string first;
  std::string second;
  bool operator==(const SettingDifference&) const = default;
};

/// Of two effective scenario documents, in the order of the first; but for [[fault]], whose steps
/// are compared as plans.
std::vector<SettingDifference> differences_of(const Value& first, const Value& second);

/// Steps that only one plan has, in order; a step is its trigger, its deed and its chance. Steps
/// that another one is tied to by its number are compared by what they say.
std::vector<SettingDifference> differences_of(const sim::FaultPlan& first,
                                              const sim::FaultPlan& second);

}  // namespace logquake::scenario
