#include "scenarios/shrink/reduction.h"

#include <iterator>
#include <utility>

#include "scenarios/engine/concrete.h"
#include "scenarios/shrink/document_path.h"
#include "scenarios/shrink/plan_reductions.h"
#include "scenarios/shrink/setting_reductions.h"

namespace logquake::scenario {

std::vector<Reduction> reductions_of(const Scenario& scenario, Aspect aspect) {
  switch (aspect) {
    case Aspect::schedule:
      return schedule_reductions(scenario);
    case Aspect::faults:
      return step_reductions(scenario.plan);
    case Aspect::load:
      return load_reductions(scenario);
    case Aspect::nodes:
      return node_reductions(scenario);
    case Aspect::length: {
      auto found = length_reductions(scenario);
      auto sooner = trigger_reductions(scenario.plan);
      found.insert(found.end(), std::make_move_iterator(sooner.begin()),
                   std::make_move_iterator(sooner.end()));
      return found;
    }
    case Aspect::parameters:
      return parameter_reductions(scenario.plan);
    case Aspect::buggify:
      return buggify_reductions(scenario);
    case Aspect::settings:
      return default_reductions(scenario);
  }
  return {};
}

std::vector<Reduction> reductions_of(const Scenario& scenario) {
  std::vector<Reduction> all;
  for (const auto aspect : every_aspect) {
    auto found = reductions_of(scenario, aspect);
    all.insert(all.end(), std::make_move_iterator(found.begin()),
               std::make_move_iterator(found.end()));
  }
  return all;
}

Value reduced(const Reduction& reduction, const Scenario& scenario) {
  auto document = scenario.document;
  if (reduction.plan) set_plan(document, *reduction.plan);
  for (const auto& [path, value] : reduction.changes) {
    if (value) {
      set_at(document, path, *value);
    } else {
      remove_at(document, path);
    }
  }
  return document;
}

std::optional<Scenario> apply(const Reduction& reduction, const Scenario& scenario,
                              const Catalog& catalog) {
  Problems problems(scenario.asked_for);
  return read_scenario(reduced(reduction, scenario), scenario.asked_for, catalog, {}, problems);
}

}  // namespace logquake::scenario
