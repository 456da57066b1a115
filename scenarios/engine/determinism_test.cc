// Canaries: real leaks of the outside into a run, each found and located; and what no run may
// depend on leaves an honest one as it was.
#include "scenarios/engine/determinism.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "scenarios/engine/document.h"
#include "scenarios/engine/trial_kit.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

Scenario trial(const std::string& text) {
  static const Catalog catalog = trial_catalog();
  Problems problems("x.toml");
  auto document = parse_document(text, problems);
  auto scenario = read_scenario(std::move(*document), "x.toml", catalog, {}, problems);
  EXPECT_TRUE(scenario.has_value()) << problems.to_text();
  return std::move(*scenario);
}

class Canary : public testing::TestWithParam<std::string> {};

TEST_P(Canary, IsFoundAndLocated) {
  const auto result = run_twice(trial("[trial]\ndeed = \"" + GetParam() + "\"\n"), {});
  const auto& told = result.report.stop;

  EXPECT_EQ(result.report.verdict, report::Verdict::nondeterministic) << told;
  EXPECT_NE(told.find("the first differing fact:\n  one run: #"), std::string::npos) << told;
  // Most canaries sing at once; an allocator may hand out addresses in order for a while.
  const auto at_once = " on trial-1: trial.ticked node=trial-1 number=1 noise=";
  const auto later = ": trial.ticked node=trial-";
  EXPECT_NE(told.find(GetParam() == "address-order" ? later : at_once), std::string::npos) << told;
  EXPECT_NE(told.find("    caused by #"), std::string::npos) << told;
  EXPECT_NE(told.find("node.started node=trial-"), std::string::npos) << told;
  EXPECT_NE(told.find("  both before: #"), std::string::npos) << told;
}

INSTANTIATE_TEST_SUITE_P(Table, Canary,
                         testing::Values("drift", "wall-clock", "address-order", "uninitialised"));

TEST(Determinism, NamesTheTaskWhereOnlyEventsOfTheKernelPart) {
  const auto result = run_twice(trial("[trial]\ndeed = \"hidden-drift\"\n"), {});
  const auto& told = result.report.stop;

  EXPECT_EQ(result.report.verdict, report::Verdict::nondeterministic) << told;
  EXPECT_NE(told.find("the first differing event of the kernel:\n  one run: #"), std::string::npos)
      << told;
  EXPECT_NE(told.find("/drifter goes on"), std::string::npos) << told;
  EXPECT_EQ(told.find("the first differing fact"), std::string::npos) << told;
}

TEST(Determinism, IsNotDisturbedByWhatARunMayNotDependOn) {
  for (const auto* strategy : {"fifo", "random", "pct:3"}) {
    const auto scenario = trial(format("strategy = \"{}\"\n[faults]\nbuggify = true\n", strategy));
    const auto alone = run(scenario, {.seed = 3});
    const auto twice = run_twice(scenario, {.seed = 3});

    EXPECT_EQ(twice.report.verdict, alone.report.verdict);
    EXPECT_EQ(twice.report.fingerprint, alone.report.fingerprint);
  }
}

// What the nodes trial-1 to trial-3 state, and when.
std::vector<std::string> told_by_three(int nodes, const std::string& strategy) {
  const auto scenario = trial(
      format("strategy = \"{}\"\n[trial]\nnodes = {}\n[[workload]]\ntype = \"ticks\"\ncount = 40\n"
             "[faults]\nmix = []\nbuggify = true\n"
             "[[fault]]\non = {{ fact = \"trial.ticked\", where = {{ node = \"trial-2\" }}, each = "
             "\"1/8\" }}\n"
             "process_crash = {{ node = \"trial-2\" }}\n"
             "[[fault]]\nat = \"100ms\"\npause = {{ node = \"trial-3\", for = \"50ms\" }}\n"
             "probability = \"1/2\"\n",
             strategy, nodes));
  std::vector<std::string> told;
  for (const auto& fact : run(scenario, {.seed = 5, .record = true}).report.facts) {
    if (fact.node.empty() || fact.node == "trial-4" || fact.node == "trial-5") continue;
    told.push_back(format("{} {} {} {}", to_text(fact.at), fact.node, fact.kind, fact.fields_line));
  }
  return told;
}

TEST(Determinism, ARunKeepsItsDrawsWhenUnrelatedNodesAreRemoved) {
  for (const auto* strategy : {"fifo", "random", "pct:3"}) {
    const auto five = told_by_three(5, strategy);
    const auto three = told_by_three(3, strategy);

    EXPECT_GT(three.size(), 100U);
    EXPECT_EQ(three, five) << strategy;
  }
}

TEST(Parting, OfEventsIsTheFirstThatDiffers) {
  sim::EventLog one;
  sim::EventLog other;
  for (auto* log : {&one, &other}) {
    log->names[7] = "a-1/main";
    log->entries = {{sim::EventId(1), Instant(1s), 7, 1}, {sim::EventId(2), Instant(2s), 7, 1}};
  }
  EXPECT_FALSE(find_parting(one, other).has_value());

  other.entries[1].at = Instant(3s);
  const auto parting = find_parting(one, other);
  ASSERT_TRUE(parting.has_value());
  EXPECT_EQ(parting->first, "#2 at 2.000000000s: a-1/main goes on");
  EXPECT_EQ(parting->second, "#2 at 3.000000000s: a-1/main goes on");

  other.entries.pop_back();
  EXPECT_EQ(find_parting(one, other)->second, "");
}

}  // namespace
}  // namespace logquake::scenario
