#include "scenarios/engine/concrete.h"

#include <set>
#include <utility>

#include "scenarios/engine/fault_reader.h"
#include "scenarios/engine/healing.h"
#include "scenarios/engine/runner.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

/// The steps in play under `seed`, each with its number, nothing left to chance.
sim::FaultPlan settled_plan(const Scenario& scenario, std::uint64_t seed) {
  const auto plan = plan_for(scenario, seed);
  const auto numbers = sim::numbers_of(plan);
  sim::FaultPlan settled;
  std::set<int> in_play;
  for (std::size_t at = 0; at < plan.steps.size(); ++at) {
    auto step = plan.steps[at];
    if (!sim::is_in_play(step, numbers[at], seed)) continue;
    const auto* after = std::get_if<sim::AfterStep>(&step.when);
    if (after != nullptr && !in_play.contains(after->step)) continue;  // it waits in vain
    if (auto* on = std::get_if<sim::OnFact>(&step.when)) on->each.reset();
    step.probability = Ratio{1, 1};
    step.number = numbers[at];
    in_play.insert(numbers[at]);
    settled.steps.push_back(std::move(step));
  }
  return settled;
}

/// [faults] without what it would draw.
void draw_nothing(Value& document) {
  auto* faults = document.find("faults");
  if (faults == nullptr) return;
  faults->remove("intensity");
  faults->remove("mix");
  if (faults->entries().empty()) {
    document.remove("faults");
  } else {
    faults->set("mix", Value::of_list({}));
  }
}

/// [healing] as the seed draws it.
void draw_healing(Value& document, const Healing& healing, std::uint64_t seed) {
  if (healing.who != Healing::Who::drawn) return;
  auto* table = document.find("healing");
  if (healing_for(healing, seed).who == Healing::Who::quorum) {
    table->set("who", Value::of_text("quorum"));
    return;
  }
  table->remove("who");
  if (table->entries().empty()) document.remove("healing");
}

}  // namespace

void set_plan(Value& document, const sim::FaultPlan& plan) {
  if (plan.steps.empty()) {
    document.remove("fault");
    return;
  }
  // Numbers are said where they are not what they would be anyway.
  auto spelled = plan;
  const auto numbers = sim::numbers_of(plan);
  for (std::size_t at = 0; at < numbers.size(); ++at) {
    const int usual = at == 0 ? 0 : numbers[at - 1] + 1;
    spelled.steps[at].number =
        numbers[at] == usual ? std::nullopt : std::optional<int>(numbers[at]);
  }
  document.set("fault", *to_value(spelled).find("fault"));
}

Result<Scenario> concrete(const Scenario& scenario, const Catalog& catalog, std::uint64_t seed,
                          const sim::Strategy& strategy) {
  if (!scenario.swarm.settings.empty()) {
    const auto own = for_seed(scenario, seed);
    if (!own) return own.error();
    return concrete(*own, catalog, seed, strategy);
  }
  auto document = scenario.document;
  document.set("name", Value::of_text(scenario.name));
  document.set("strategy", Value::of_text(sim::to_string(strategy)));
  draw_nothing(document);
  draw_healing(document, scenario.healing, seed);
  set_plan(document, settled_plan(scenario, seed));
  Problems problems(scenario.asked_for);
  auto made = read_scenario(std::move(document), scenario.asked_for, catalog, {}, problems);
  if (!made) return Error{ErrorCode::invalid_argument, problems.to_text()};
  return std::move(*made);
}

}  // namespace logquake::scenario
