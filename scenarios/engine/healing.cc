#include "scenarios/engine/healing.h"

#include <algorithm>

#include "scenarios/engine/suggestion.h"
#include "scenarios/engine/table_reader.h"
#include "sim/base/format.h"
#include "sim/injector.h"
#include "sim/simulation.h"

namespace logquake::scenario {
namespace {

sim::Fault farewell(const std::string& node, std::uint64_t choice) {
  switch (choice) {
    case 0:
      return sim::ProcessCrash{node};
    case 1:
      return sim::PowerLoss{node};
    default:
      return sim::Isolate{node, Duration::zero()};
  }
}

}  // namespace

Healing read_healing(TableReader& table, const FaultTargets& targets) {
  Healing healing;
  const auto who = table.choice("who", {"all", "quorum", "drawn"}, "all");
  if (who == "quorum") healing.who = Healing::Who::quorum;
  if (who == "drawn") healing.who = Healing::Who::drawn;
  std::vector<std::string> nodes;
  for (const auto& target : targets.nodes) nodes.push_back(target.node);
  for (const auto& node : table.texts("gone")) {
    if (std::find(nodes.begin(), nodes.end(), node) == nodes.end()) {
      table.fail("gone", format("no node \"{}\"{}", node, suggestion(node, nodes)));
    } else {
      healing.gone.push_back(node);
    }
  }
  return healing;
}

Healing healing_for(const Healing& healing, std::uint64_t seed) {
  auto drawn = healing;
  if (healing.who == Healing::Who::drawn) {
    auto random = sim::Random(seed).split("healing");
    drawn.who = random.chance({1, 2}) ? Healing::Who::quorum : Healing::Who::all;
  }
  return drawn;
}

std::set<std::string> heal(sim::Simulation& simulation, const World& world, const Healing& healing,
                           sim::EventId cause) {
  const auto random = simulation.random("healing");
  std::set<std::string> names(healing.gone.begin(), healing.gone.end());
  if (healing.who == Healing::Who::quorum) {
    auto own = random.split("expendable");
    names.merge(world.expendable(own));
  }
  std::set<sim::NodeId> gone;
  for (const auto& name : names) {
    if (const auto* node = simulation.find_node(name)) gone.insert(node->id());
  }
  const auto healed = simulation.injector().heal_all(cause, gone);
  for (const auto id : gone) {
    const auto& name = simulation.node(id).name();
    auto own = random.split(name);
    auto fault = farewell(name, own.below(3));
    // Otherwise a process that has ended would be started again, and a pause would end by itself.
    if (simulation.state_of(id) == sim::Simulation::NodeState::down) fault = sim::PowerLoss{name};
    if (simulation.state_of(id) == sim::Simulation::NodeState::paused) fault = sim::Pause{name, {}};
    simulation.injector().strike_unplanned(fault, healed);
  }
  return names;
}

}  // namespace logquake::scenario
