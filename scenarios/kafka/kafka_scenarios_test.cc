// The library's scenarios of the Kafka platform: they pass, they come back from their seed, they
// name the anomalies they show, and planted defects are caught.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "scenarios/engine/runner.h"
#include "scenarios/engine/scenario.h"
#include "scenarios/kafka/kafka_kit.h"

namespace logquake::scenario {
namespace {

using report::Verdict;

class KafkaScenarios : public ::testing::Test {
 protected:
  KafkaScenarios() {
    catalog_.add(kafka_kit());
    catalog_.add_library(LOGQUAKE_SOURCE_DIR "/scenarios/library");
  }

  Scenario load(const std::string& name, const Overrides& overrides = {}) {
    Problems problems(name);
    auto scenario = load_scenario(name, catalog_, overrides, problems);
    EXPECT_TRUE(scenario.has_value()) << problems.to_text();
    return std::move(*scenario);
  }

  report::RunReport run_seed(const Scenario& scenario, std::uint64_t seed) {
    return run(scenario, {.seed = seed}).report;
  }

  // The first of `seeds` in which the checker breaks the clause under the defect.
  std::uint64_t caught(const std::string& name, const std::string& defect,
                       const std::string& checker, std::uint64_t seeds) {
    const auto scenario = load(name, {.defects = {defect}});
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      const auto report = run_seed(scenario, seed);
      const bool is_found =
          std::any_of(report.violations.begin(), report.violations.end(),
                      [&](const auto& violation) { return violation.checker == checker; });
      if (is_found) return seed;
    }
    return 0;
  }

  Catalog catalog_;
};

std::string told(const report::RunReport& report) {
  std::string text(name_of(report.verdict));
  for (const auto& violation : report.violations)
    text += "\n" + violation.clause + ": " + violation.message;
  return text;
}

TEST_F(KafkaScenarios, ARowReachesTheCopyAlthoughTheLeaderLosesItsPower) {
  const auto scenario = load("users-table-to-replica");
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto report = run_seed(scenario, seed);
    EXPECT_EQ(report.verdict, Verdict::passed) << "seed " << seed << ": " << told(report);
  }
}

TEST_F(KafkaScenarios, TheSameSeedIsTheSameRun) {
  for (const auto* name : {"users-table-to-replica", "keyed-order"}) {
    const auto scenario = load(name);
    const auto one = run_seed(scenario, 4);
    const auto other = run_seed(scenario, 4);
    const auto another = run_seed(scenario, 5);
    EXPECT_EQ(one.fingerprint, other.fingerprint) << name;
    EXPECT_EQ(one.events, other.events) << name;
    EXPECT_NE(one.fingerprint, another.fingerprint) << name;
  }
}

// C-JSO-70 and C-JSO-71: what users of mode=incrementing met.
TEST_F(KafkaScenarios, UpdatesAndDeletesNeverArriveAndTheRunSaysWhy) {
  const auto report = run_seed(load("incrementing-misses-updates"), 1);

  EXPECT_EQ(report.verdict, Verdict::passed) << told(report);
  std::vector<std::string> clauses;
  for (const auto& anomaly : report.anomalies) clauses.push_back(anomaly.clause);
  EXPECT_NE(std::find(clauses.begin(), clauses.end(), "C-JSO-70"), clauses.end());
  EXPECT_NE(std::find(clauses.begin(), clauses.end(), "C-JSO-71"), clauses.end());
}

TEST_F(KafkaScenarios, RecordsOfOneKeyAreReadInOrderAlthoughBrokersCrash) {
  const auto scenario = load("keyed-order");
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto report = run_seed(scenario, seed);
    EXPECT_EQ(report.verdict, Verdict::passed) << "seed " << seed << ": " << told(report);
  }
}

TEST_F(KafkaScenarios, ASourceOffsetThatRunsAheadIsCaught) {
  EXPECT_NE(caught("users-table-to-replica", "jdbc-source.commit-offset-before-send",
                   "source-offsets-are-covered", 1),
            0u);
}

TEST_F(KafkaScenarios, ASkippedTruncationIsCaught) {
  EXPECT_NE(caught("users-table-to-replica", "replica.skip-truncation", "replicas-agree", 40), 0u);
}

TEST_F(KafkaScenarios, AnAcknowledgementBeforeReplicationIsCaught) {
  EXPECT_NE(caught("keyed-order", "broker.ack-before-replication", "acked-records-survive", 40),
            0u);
}

TEST_F(KafkaScenarios, AConnectionUrlThatNoSimulatedNodeHasIsRefusedWithItsPlace) {
  Problems problems("users-table-to-replica");
  const auto scenario = load_scenario(
      "users-table-to-replica", catalog_,
      {.sets =
           {"connector.0.json={\"name\":\"x\",\"config\":{\"connector.class\":"
            "\"io.confluent.connect.jdbc.JdbcSinkConnector\",\"topics\":\"t\",\"connection.url\":"
            "\"jdbc:mysql://elsewhere:3306/mydb\"}}"}},
      problems);

  EXPECT_FALSE(scenario.has_value());
  EXPECT_NE(
      problems.to_text().find("no database server at elsewhere:3306; there are localhost:3306"),
      std::string::npos)
      << problems.to_text();
}

}  // namespace
}  // namespace logquake::scenario
