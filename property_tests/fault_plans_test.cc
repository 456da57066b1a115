// Drawn fault plans are what scenario files may hold, hold every kind there is, and spare whom a
// model spares.
#include "scenarios/testing/fault_plans.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "property_tests/planted.h"
#include "scenarios/engine/fault_reader.h"
#include "scenarios/engine/problems.h"
#include "scenarios/engine/table_reader.h"

namespace logquake::property {
namespace {

using scenario::FaultPlanRange;
using scenario::Value;

FaultPlanRange everything() {
  FaultPlanRange range;
  for (const auto* node : {"broker-1", "broker-2", "broker-3"})
    range.targets.nodes.push_back({node, "broker", {}});
  range.targets.nodes.push_back({"client-1", "client", {"network", "crash", "disk", "clock"}});
  range.targets.roles = {"controller"};
  range.targets.actions = {"applaud"};
  range.targets.sites = {"site.one"};
  range.facts = {"some.fact"};
  for (const auto key : sim::fault_keys()) range.kinds.emplace_back(key);
  return range;
}

/// What a scenario file with the plan would be told, or nothing.
std::optional<std::string> trouble_of(const sim::FaultPlan& plan, const FaultPlanRange& range) {
  const auto document = scenario::to_value(plan);
  scenario::Problems problems("plan.toml");
  {
    scenario::TableReader root(document, "", problems);
    std::vector<int> numbers;
    for (auto& step : root.tables("fault"))
      (void)read_fault_step(step, numbers, range.targets, range.facts);
  }
  if (problems.empty()) return std::nullopt;
  return problems.to_text();
}

RC_GTEST_PROP(FaultPlans, AreValidWhateverTheKind, ()) {
  const auto range = everything();
  const auto plan = *fault_plans(range);
  if (const auto trouble = trouble_of(plan, range)) RC_FAIL(*trouble);
  RC_ASSERT(scenario::to_toml(scenario::to_value(plan)).find("client-1") == std::string::npos);
}

TEST(FaultPlans, HoldEveryKindAndEveryKindOfTrigger) {
  std::set<std::string> kinds;
  std::set<std::size_t> triggers;
  std::set<std::string> fair;
  const auto look = [](const FaultPlanRange& range, std::set<std::string>& seen,
                       std::set<std::size_t>& when) {
    rc::detail::TestParams params;
    params.seed = 1;
    params.maxSuccess = 500;
    (void)rc::detail::checkTestable(
        [&] {
          for (const auto& step : (*fault_plans(range)).steps) {
            seen.emplace(key_of(step.what));
            when.insert(step.when.index());
          }
        },
        rc::detail::TestMetadata{}, params);
  };
  look(everything(), kinds, triggers);
  auto usual = everything();
  usual.kinds.clear();
  look(usual, fair, triggers);

  EXPECT_EQ(kinds.size(), sim::fault_keys().size());
  EXPECT_EQ(triggers.size(), std::variant_size_v<sim::Trigger>);
  const auto expected = scenario::fair_faults();
  EXPECT_EQ(fair, std::set<std::string>(expected.begin(), expected.end()));
  for (const auto* unfair : {"wipe_disk", "bit_rot", "lost_write", "misdirected_write"})
    EXPECT_FALSE(fair.contains(unfair));
}

// A plan that names nobody's machine is told apart from a valid one.
TEST(FaultPlansProperty, FindsATargetThatIsNotThere) {
  const auto range = everything();
  auto known = range;
  known.targets.nodes.erase(known.targets.nodes.begin());

  const auto found = smallest_counterexample<std::string>(
      rc::gen::map(
          fault_plans(range),
          [known](const sim::FaultPlan& plan) { return trouble_of(plan, known).value_or(""); }),
      [](const std::string& trouble) {
        return trouble.empty() ? std::nullopt : std::optional(trouble);
      });

  ASSERT_TRUE(found.has_value());
  EXPECT_NE(found->find("broker-1"), std::string::npos) << *found;
}

}  // namespace
}  // namespace logquake::property
