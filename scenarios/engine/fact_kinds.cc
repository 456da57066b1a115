#include "scenarios/engine/fact_kinds.h"

#include <algorithm>

#include "scenarios/engine/run_facts.h"
#include "sim/trace/kernel_facts.h"

namespace logquake::scenario {

std::vector<std::string> common_fact_kinds() {
  std::vector<std::string> kinds;
  for (const auto kind : {sim::NodeStarted::kind, sim::NodeCrashed::kind, sim::NodeLostPower::kind,
                          sim::NodeLostDisk::kind, sim::NodeExited::kind, sim::NodePaused::kind,
                          sim::NodeResumed::kind, sim::FaultStruck::kind, sim::Buggified::kind,
                          sim::TaskHeld::kind, sim::TaskReleased::kind, sim::FaultMissed::kind,
                          sim::FaultHealed::kind, sim::ProbeBroken::kind, PhaseBegan::kind}) {
    kinds.emplace_back(kind);
  }
  std::sort(kinds.begin(), kinds.end());
  return kinds;
}

std::vector<std::string> fact_kinds_of(const Kit& kit) {
  auto kinds = kit.fact_kinds();
  if (kinds.empty()) return kinds;
  const auto common = common_fact_kinds();
  kinds.insert(kinds.end(), common.begin(), common.end());
  std::sort(kinds.begin(), kinds.end());
  kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
  return kinds;
}

}  // namespace logquake::scenario
