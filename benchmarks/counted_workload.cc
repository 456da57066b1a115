// One of W1 and W2 with or without what should cost nothing, for a number of simulated
// milliseconds; prints how many events that were. For benchmarks/count-instructions.
#include <cstdlib>
#include <iostream>
#include <string_view>

#include "benchmarks/workloads.h"
#include "sim/base/format.h"
#include "sim/injector.h"

namespace logquake::benchmarks {
namespace {

constexpr sim::Defect never_planted{.name = "benchmark.never-planted",
                                    .about = "players give up at once",
                                    .source = "logquake",
                                    .breaks = "nothing: it is never switched on",
                                    .needs = "nothing"};
constexpr sim::Probe never_reached{.name = "benchmark.never-reached", .about = "a negative ball"};

// Faults of a machine that has nothing to do with the pairs: one waits for an instant that does not
// come, the other for a fact that nobody states.
sim::FaultPlan faults_elsewhere() {
  sim::FaultPlan plan;
  plan.steps.push_back({.when = sim::AtInstant{.since_start = std::chrono::hours(1)},
                        .what = sim::Pause{.node = "bystander-1"}});
  return plan;
}

sim::FaultPlan faults_on_facts() {
  sim::FaultPlan plan;
  plan.steps.push_back({.when = sim::OnFact{.kind = "nobody.states-this", .where = {}},
                        .what = sim::Pause{.node = "bystander-1"}});
  return plan;
}

int run(std::string_view variant, std::int64_t milliseconds) {
  sim::Simulation simulation(options_of_pairs());
  std::int64_t received = 0;
  std::int64_t heard = 0;
  PairHabits habits{.states_facts = variant != "messages"};
  if (variant == "defect") habits.asks_for = &never_planted;
  if (variant == "probe") habits.probes = &never_reached;
  if (variant == "listener")
    simulation.trace().subscribe([&heard](const sim::TraceEvent&) { ++heard; });
  if (variant == "wake-ups") {
    add_sleeping_nodes(simulation, 100);
  } else {
    add_pairs(simulation, 20, received, habits);
  }
  if (variant.starts_with("faults")) {
    for (const auto* name : {"bystander-1", "bystander-2"})
      simulation.add_node(name, [](sim::Node& node) { node.sleep_for(sim::forever); });
    simulation.injector().arm(variant == "faults-on-facts" ? faults_on_facts()
                                                           : faults_elsewhere());
  }
  const auto stop = simulation.run_for(std::chrono::milliseconds(milliseconds));
  if (stop.is_crash()) return 1;
  std::cout << (variant == "wake-ups" ? simulation.trace().events() : received) << '\n';
  return 0;
}

}  // namespace
}  // namespace logquake::benchmarks

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  return logquake::benchmarks::run(argv[1], std::atoll(argv[2]));
}
