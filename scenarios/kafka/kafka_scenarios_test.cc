// The library's scenarios of the Kafka platform: they pass, they come back from their seed, they
// name the anomalies they show, and planted defects are caught.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

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

// The facts of a short run of the tutorial's pipeline in which an action is invoked, each as
// "kind fields".
class KafkaActions : public KafkaScenarios {
 protected:
  std::vector<std::string> invoked(const std::string& action, const std::string& argument) {
    std::ifstream file(LOGQUAKE_SOURCE_DIR "/scenarios/library/users-table-to-replica.toml");
    std::string text(std::istreambuf_iterator<char>(file), {});
    text.resize(text.find("[[fault]]"));
    text += format("[[fault]]\nat = \"10s\"\ninvoke = {{ action = \"{}\", argument = \"{}\" }}\n",
                   action, argument);
    Problems problems("actions.toml");
    auto document = parse_document(text, problems);
    auto scenario = read_scenario(std::move(*document), "actions.toml", catalog_,
                                  {.sets = {"length=20s", "settle=30s"}}, problems);
    EXPECT_TRUE(scenario.has_value()) << problems.to_text();
    std::vector<std::string> told;
    for (const auto& fact : run(*scenario, {.seed = 1, .record = true}).report.facts)
      told.push_back(fact.kind + " " + fact.fields_line);
    return told;
  }
  static std::ptrdiff_t count(const std::vector<std::string>& told, std::string_view begin) {
    return std::count_if(told.begin(), told.end(),
                         [begin](const auto& fact) { return fact.starts_with(begin); });
  }
};

TEST_F(KafkaActions, RestartAConnector) {
  const auto told = invoked("restart-connector", "my-source-connect");

  EXPECT_EQ(count(told,
                  "operator.acted action=restart-connector argument=my-source-connect "
                  "outcome=done"),
            1);
}

TEST_F(KafkaActions, DropATable) {
  const auto told = invoked("drop-table", "mydb.users");

  EXPECT_EQ(count(told, "operator.acted action=drop-table argument=mydb.users outcome=done"), 1);
  EXPECT_EQ(count(invoked("drop-table", "mydb.nothing"),
                  "operator.acted action=drop-table argument=mydb.nothing outcome=done"),
            0);
}

TEST_F(KafkaActions, ExpireASession) {
  for (const std::string node : {"broker-1", "broker-2", "broker-3"}) {
    const auto told = invoked("expire-session", node);

    EXPECT_EQ(
        count(told, "operator.acted action=expire-session argument=" + node + " outcome=done"), 1);
    const auto sessions = std::count_if(told.begin(), told.end(), [&](const auto& fact) {
      return fact.starts_with("zookeeper.session-created") &&
             fact.find("client=" + node) != std::string::npos;
    });
    EXPECT_GE(sessions, 2) << "the broker opens another";
  }
}

TEST_F(KafkaActions, MissWhereTheArgumentNamesNothing) {
  for (const auto* action : {"restart-connector", "drop-table", "expire-session"}) {
    const auto told = invoked(action, "nobody");
    EXPECT_EQ(count(told, "fault.missed"), 1) << action;
    EXPECT_EQ(count(told, "operator.acted"), 0) << action;
  }
}

TEST_F(KafkaScenarios, FiresItsBuggifySitesAndKeepsItsPromises) {
  std::set<std::string> missing{"fetch.small", "consumer.short-poll", "request.early-timeout"};
  const auto scenario =
      load("keyed-order", {.sets = {"length=20s", "faults.mix=[]", "faults.buggify=true"}});
  for (std::uint64_t seed = 1; seed <= 40 && !missing.empty(); ++seed) {
    const auto report = run(scenario, {.seed = seed, .record = true}).report;
    EXPECT_EQ(report.verdict, Verdict::passed) << seed << ": " << told(report);
    for (const auto& fact : report.facts) {
      if (fact.kind == "fault.buggified")
        missing.erase(fact.sentence.substr(0, fact.sentence.find(' ')));
    }
  }
  EXPECT_EQ(missing, std::set<std::string>{});
}

TEST_F(KafkaScenarios, SettlesTheRolesThatFaultsName) {
  Problems problems("roles.toml");
  auto document = parse_document(
      "length = \"30s\"\n[cluster]\nbrokers = 3\n"
      "[[topic]]\nname = \"orders\"\npartitions = 1\nreplicas = 3\n"
      "[[fault]]\nat = \"1s\"\npause = { node = \"leader-of:orders-0\", for = \"1s\" }\n"
      "[[fault]]\nat = \"4s\"\npause = { node = \"controller\", for = \"1s\" }\n"
      "[[fault]]\nat = \"7s\"\npause = { node = \"zk-leader\", for = \"1s\" }\n"
      "[[fault]]\nat = \"10s\"\nprocess_crash = { node = \"any broker\" }\n"
      "[[fault]]\nat = \"12s\"\nrestart = { node = \"crashed\" }\n"
      "[[fault]]\nat = \"20s\"\nheal_all = {}\n",
      problems);
  const auto scenario = read_scenario(std::move(*document), "roles.toml", catalog_, {}, problems);
  ASSERT_TRUE(scenario.has_value()) << problems.to_text();

  const auto report = run(*scenario, {.seed = 1}).report;

  ASSERT_EQ(report.faults.size(), 6U) << told(report);
  const auto struck = [&](std::size_t fault) { return report.faults[fault].sentence; };
  EXPECT_TRUE(struck(0).starts_with("broker-")) << struck(0);
  EXPECT_TRUE(struck(1).starts_with("broker-")) << struck(1);
  EXPECT_TRUE(struck(2).starts_with("zookeeper-1 freezes")) << struck(2);
  const auto crashed = struck(3).substr(struck(3).find("broker-"), 8);
  EXPECT_TRUE(struck(4).starts_with(crashed)) << struck(3) << ", " << struck(4);
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

TEST_F(KafkaScenarios, RefuseToWaitForRowsThatNothingCarries) {
  std::ifstream file(LOGQUAKE_SOURCE_DIR "/scenarios/library/users-table-to-replica.toml");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto sink = text.rfind("[[connector]]");
  text.erase(sink, text.find("[[workload]]") - sink);
  Problems problems("x.toml");
  auto document = parse_document(text, problems);
  ASSERT_TRUE(document.has_value());

  EXPECT_FALSE(read_scenario(std::move(*document), "./x.toml", catalog_, {}, problems));

  EXPECT_NE(problems.to_text().find("expect.0.checker: rows need a source and a sink to get from "
                                    "mydb.users to copy.my_topic_users: expected at least 2 "
                                    "[[connector]]s, found 1"),
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
