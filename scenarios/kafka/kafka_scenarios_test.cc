// The library's scenarios of the Kafka platform: they pass, they come back from their seed, they
// name the anomalies they show, and planted defects are caught.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include "scenarios/engine/document.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/scenario.h"
#include "scenarios/kafka/kafka_kit.h"
#include "sim/base/format.h"

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

  // The first of `seeds` in which the checker finds a broken promise under the defect; without it
  // that seed passes.
  std::uint64_t caught(const std::string& name, const std::string& defect,
                       const std::string& checker, std::uint64_t seeds) {
    const auto scenario = load(name, {.defects = {defect}});
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      const auto report = run_seed(scenario, seed);
      const bool is_found =
          std::any_of(report.violations.begin(), report.violations.end(),
                      [&](const auto& violation) { return violation.checker == checker; });
      if (!is_found) continue;
      EXPECT_EQ(run_seed(load(name), seed).verdict, Verdict::passed) << "without " << defect;
      return seed;
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

// Connect reads its topics on: a configuration that cannot be read yet when it is acknowledged
// comes later.
TEST_F(KafkaScenarios, AConnectorStartsAlthoughItsConfigurationIsAcknowledgedTooEarly) {
  const auto scenario =
      load("users-table-to-replica", {.defects = {"broker.ack-before-replication"}});
  const auto report = run_seed(scenario, 1);
  EXPECT_EQ(report.verdict, Verdict::passed) << told(report);
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

// Each mistake is told once, with its place in the file and, inside of a connector, in its JSON.
TEST_F(KafkaScenarios, RefuseMistakesWithTheirPlace) {
  std::ifstream file(LOGQUAKE_SOURCE_DIR "/scenarios/library/users-table-to-replica.toml");
  const std::string good{std::istreambuf_iterator<char>(file), {}};
  struct Mistake {
    std::string from;
    std::string to;
    std::string on;       // the line of the file that is named, by what stands on it
    std::string problem;  // how it begins, from the column
  };
  const std::vector<Mistake> mistakes{
      {"brokers   = 3", "brokers = = 3", "brokers   = 3", "11: not TOML: "},
      {"length = ", "lenght = ", "length = ", "1: lenght: unknown key; did you mean \"length\"?\n"},
      {"brokers   = 3", "brokers = 0.5", "brokers   = 3",
       "11: cluster.brokers: expected a whole number from "},
      {"create table users", "create tabel users", "create table users",
       "8: database.sql: ERROR 1064 (42000): database mydb: You have an error in your "
       "SQL "
       "syntax; check the manual that corresponds to your MariaDB server version for the right "
       "syntax to use near 'tabel users( id int auto_increment primary key,"},
      {"insert into users", "insert onto users", "insert into users",
       "13: workload.0.statement: ERROR 1064 (42000): You have an error in your SQL "
       "syntax;"},
      {"JdbcSourceConnector", "JdbcSaucer", "{\"name\": \"my-source-connect\"",
       "1: connector.json: $.config['connector.class']: Failed to find any class that "
       "implements Connector and which name matches io.confluent.connect.jdbc.JdbcSaucer"},
      {"localhost:3306/mydb", "localhost:3307/mydb", "{\"name\": \"my-source-connect\"",
       "1: connector.json: $.config['connection.url']: no database server at "
       "localhost:3307; there are localhost:3306, database-1:3306; expected a host and port of the "
       "simulated world\n"},
      {"\"tasks.max\": \"1\"}}", "\"tasks.max\": \"1\"",
       "'''\n\n[[connector]]\njson = '''\n{\"name\":\"my-sink",
       "1: connector.json: $ (line 5, column 1): syntax error while parsing object - "},
      {"\"tasks.max\": \"1\"}}", "\"tasks.max\": \"none\"}}", "{\"name\": \"my-source-connect\"",
       "1: connector.json: $.config['tasks.max']: Invalid value none for configuration "
       "tasks.max: Not a number of type INT"},
      {"\"name\": \"my-source-connect\", ", "", "{\"name\": \"my-source-connect\"",
       "1: connector.json: $.name: found nothing; expected the connector's name\n"},
      {"\"rows-converge\"", "\"rows-convegre\"", "rows-converge\"",
       "11: expect.0.checker: unknown checker \"rows-convegre\"; did you mean "
       "\"rows-converge\"?\n"},
  };
  for (const auto& [from, to, on, begin] : mistakes) {
    auto text = good;
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    const auto named = good.find(on);
    ASSERT_NE(named, std::string::npos) << on;
    const auto line =
        1 + std::count(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(named), '\n');
    text.replace(at, from.size(), to);
    Problems problems("x.toml");
    auto document = parse_document(text, problems);
    if (document) {
      EXPECT_FALSE(read_scenario(std::move(*document), "./x.toml", catalog_, {}, problems)) << to;
    }

    const auto told = problems.to_text();
    EXPECT_TRUE(told.starts_with(format("x.toml:{}:{}", line, begin))) << to << "\n" << told;
    EXPECT_EQ(std::count(told.begin(), told.end(), '\n'), 1) << told;
  }
}

}  // namespace
}  // namespace logquake::scenario
