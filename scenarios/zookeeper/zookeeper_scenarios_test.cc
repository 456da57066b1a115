// One server passes under every workload and fault that it can meet, and its defects are caught by
// the clauses that they break.
#include <gtest/gtest.h>

#include <string>

#include "models/quorum/defects.h"
#include "models/quorum/zab/zab_defects.h"
#include "scenarios/engine/checker_testing.h"
#include "scenarios/engine/document.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/scenario.h"
#include "scenarios/zookeeper/zookeeper_kit.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using testing::Clauses;

constexpr std::string_view one_server = R"(
name = "one-server"
length = "15s"
settle = "60s"
[zookeeper]
servers = 1
[faults]
mix = "network, crash, disk, clock, slowness, refusal"
intensity = "1/2"
[[workload]]
type = "{}"
clients = 3
every = "20ms"
)";

// A learner may fail to read a proposal here, and all else is well.
constexpr std::string_view three_servers = R"(
name = "three-servers"
length = "10s"
settle = "60s"
[zookeeper]
servers = 3
[faults]
mix = []
buggify = true
buggify-off = ["sleep.late", "connect.slow"]
[[workload]]
type = "{}"
clients = 3
every = "20ms"
)";

struct Outcome {
  Clauses broken;
  std::int64_t succeeded = 0;
};

Outcome run_servers(std::string text, std::string_view workload, std::uint64_t seeds,
                    const std::vector<std::string>& defects) {
  Catalog catalog;
  catalog.add(zookeeper_kit());
  Problems problems("servers");
  text.replace(text.find("{}"), 2, workload);
  auto document = parse_document(text, problems);
  const auto scenario =
      read_scenario(std::move(*document), "servers.toml", catalog, {.defects = defects}, problems);
  EXPECT_TRUE(scenario.has_value()) << problems.to_text();
  Outcome outcome;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto report = run(*scenario, {.seed = seed}).report;
    EXPECT_NE(report.verdict, report::Verdict::unknown) << seed;
    for (const auto& violation : report.violations) {
      outcome.broken.insert(violation.clause);
      if (defects.empty())
        ADD_FAILURE() << seed << ": " << violation.clause << " " << violation.message;
    }
    const auto succeeded = report.counts.find("operations succeeded");
    if (succeeded != report.counts.end()) outcome.succeeded += succeeded->second;
  }
  return outcome;
}

Outcome run_one_server(std::string_view workload, std::uint64_t seeds,
                       const std::vector<std::string>& defects = {}, std::string_view faults = {}) {
  return run_servers(std::string(one_server) + std::string(faults), workload, seeds, defects);
}

TEST(ZookeeperScenarios, OneServerKeepsItsPromisesUnderEveryWorkload) {
  for (const auto* workload : {"znodes", "counter", "lock", "election", "barrier", "membership"}) {
    SCOPED_TRACE(workload);
    EXPECT_GT(run_one_server(workload, 10).succeeded, 20);
  }
}

TEST(ZookeeperScenarios, TheDefectsOfOneServerAreCaught) {
  using namespace zookeeper;
  const auto broken_by = [](const sim::Defect& defect, std::string_view faults = {}) {
    return run_one_server("znodes", 30, {std::string(defect.name)}, faults).broken;
  };
  constexpr std::string_view clock_step =
      "[[fault]]\nat = \"5s\"\nclock_step = { node = \"zookeeper-1\", by = \"1h\" }\n";

  EXPECT_TRUE(broken_by(ack_before_sync).contains("Z-INV-6"));
  EXPECT_TRUE(broken_by(delayed_ephemeral_delete).contains("Z-INV-12"));
  EXPECT_TRUE(broken_by(reply_before_watch).contains("Z-INV-19"));
  EXPECT_TRUE(broken_by(wallclock_expiry, clock_step).contains("Z-INV-13"));
}

// Z-BC-7, Z-INV-7: the learner leaves, comes back and is sent it again; by the defect D-ZC1 never.
TEST(ZookeeperScenarios, WhatALearnerCouldNotReadItIsSentAgain) {
  const std::string defect(zookeeper::advance_last_queued_before_apply.name);

  EXPECT_GT(run_servers(std::string(three_servers), "counter", 15, {}).succeeded, 1000);
  EXPECT_TRUE(
      run_servers(std::string(three_servers), "counter", 15, {defect}).broken.contains("Z-INV-7"));
}

TEST(ZookeeperScenarios, NameTheLineOfTheirOwnZooCfgThatIsWrong) {
  Catalog catalog;
  catalog.add(zookeeper_kit());
  Problems problems("servers.toml");
  auto document = parse_document(
      "name = \"x\"\nlength = \"1s\"\n[zookeeper]\nzoo_cfg = \"snapCount=20\\ntickTime=fast\"\n",
      problems);
  ASSERT_TRUE(document.has_value());

  EXPECT_FALSE(read_scenario(std::move(*document), "servers.toml", catalog, {}, problems));

  EXPECT_NE(problems.to_text().find("zoo.cfg line 2: 'fast'"), std::string::npos)
      << problems.to_text();
}

}  // namespace
}  // namespace logquake::scenario
