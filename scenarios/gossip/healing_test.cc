// Runs whose faults heal for some machines only.
#include "scenarios/engine/healing.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "scenarios/engine/document.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/scenario.h"
#include "scenarios/gossip/gossip_kit.h"

namespace logquake::scenario {
namespace {

using report::Verdict;

constexpr std::string_view five_nodes = R"(
length = "10s"
settle = "20s"
[gossip]
nodes = 5
[[workload]]
type = "rumours"
every = "100ms"
count = 50
[[expect]]
checker = "rumours-reach-all"
)";

struct Read {
  std::optional<Scenario> scenario;
  std::string problems;
};
Read read(const std::string& more) {
  static const Catalog catalog = [] {
    Catalog built;
    built.add(gossip_kit());
    return built;
  }();
  Problems problems("x.toml");
  Read result;
  if (auto document = parse_document(std::string(five_nodes) + more, problems))
    result.scenario = read_scenario(std::move(*document), "x.toml", catalog, {}, problems);
  result.problems = problems.to_text();
  return result;
}

report::RunReport report_of(const std::string& more, std::uint64_t seed) {
  const auto [scenario, problems] = read(more);
  EXPECT_TRUE(scenario.has_value()) << problems;
  return run(*scenario, {.seed = seed, .record = true}).report;
}

std::vector<std::string> farewells(const report::RunReport& report) {
  std::vector<std::string> told;
  for (const auto& fault : report.faults)
    if (fault.when.starts_with("for good")) told.push_back(fault.sentence);
  return told;
}

TEST(Healing, LeavesOnlyAMinorityAwayAndThePromiseHoldsForTheRest) {
  std::size_t most = 0;
  int without_any = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const auto report = report_of("[healing]\nwho = \"quorum\"\n", seed);
    EXPECT_EQ(report.verdict, Verdict::passed) << seed << ": " << report.stop;
    const auto away = farewells(report);
    most = std::max(most, away.size());
    without_any += away.empty() ? 1 : 0;
  }
  EXPECT_EQ(most, 2U);
  EXPECT_GT(without_any, 0);
}

TEST(Healing, DrawsWhetherAllOrAQuorumComesBack) {
  int partly = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    partly += farewells(report_of("[healing]\nwho = \"drawn\"\n", seed)).empty() ? 0 : 1;
    EXPECT_TRUE(farewells(report_of("", seed)).empty());
  }
  EXPECT_GT(partly, 5);
  EXPECT_LT(partly, 35);
}

TEST(Healing, LeavesThoseAwayThatAreNamed) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto report = report_of("[healing]\ngone = [\"gossip-2\"]\n", seed);
    const auto told = farewells(report);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_NE(told.front().find("gossip-2"), std::string::npos) << told.front();
  }
}

// What gossip-2 says reaches nobody but whoever told it a rumour; then it never comes back.
TEST(Healing, SaysWhatIsBeyondRecovery) {
  std::string lonely;
  for (const auto* other : {"gossip-1", "gossip-3", "gossip-4", "gossip-5"}) {
    lonely += std::string("[[fault]]\nat = \"0s\"\nsilent_drop = { from = \"gossip-2\", to = \"") +
              other + "\" }\n";
  }
  const auto report = report_of(lonely + "[healing]\ngone = [\"gossip-2\"]\n", 1);

  ASSERT_EQ(report.verdict, Verdict::passed) << report.stop;
  ASSERT_FALSE(report.pending.empty());
  ASSERT_FALSE(report.anomalies.empty());
  for (const auto& anomaly : report.anomalies) EXPECT_EQ(anomaly.clause, "G-INV-1");
  EXPECT_EQ(report_of(lonely, 1).anomalies.size(), 0U);
}

TEST(Healing, RefusesMachinesThatAreNotThere) {
  EXPECT_EQ(read("[healing]\ngone = [\"gossip-9\"]\n").problems,
            "x.toml:13:8: healing.gone: no node \"gossip-9\"; did you mean \"gossip-1\"?\n");
  EXPECT_EQ(
      read("[healing]\nwho = \"some\"\n").problems,
      "x.toml:13:7: healing.who: unknown value \"some\"; expected one of \"all\", \"quorum\", "
      "\"drawn\"\n");
}

}  // namespace
}  // namespace logquake::scenario
