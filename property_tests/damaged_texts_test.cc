// Every reader of texts answers whatever it is given: a value, or an error that says what is wrong;
// never a crash, a hang or silence. The damage is drawn from seeds and is the same everywhere.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "models/broker/config.h"
#include "models/cluster.h"
#include "models/connect/connector_request.h"
#include "models/connect/jdbc_url.h"
#include "models/connect/json.h"
#include "models/connect/rest.h"
#include "models/connect/worker_config.h"
#include "models/database/engine.h"
#include "models/database/parser.h"
#include "models/database/script.h"
#include "models/quorum/server_settings.h"
#include "property_tests/damage.h"
#include "scenarios/campaign/hunt_directory.h"
#include "scenarios/campaign/hunt_log.h"
#include "scenarios/campaign/shard.h"
#include "scenarios/cli/settings.h"
#include "scenarios/engine/catalog.h"
#include "scenarios/engine/document.h"
#include "scenarios/engine/run_name.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/scenario.h"
#include "scenarios/gossip/gossip_kit.h"
#include "scenarios/kafka/kafka_kit.h"
#include "scenarios/zookeeper/zookeeper_kit.h"
#include "sim/base/ratio.h"
#include "sim/base/time.h"
#include "sim/schedule/strategy.h"

namespace logquake {
namespace {

using testing::damaged;

std::vector<std::string> files_in(const std::string& folder, const std::string& extension) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(LOGQUAKE_SOURCE_DIR "/" + folder)) {
    if (entry.path().extension() == extension) paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> texts;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  EXPECT_FALSE(texts.empty()) << folder;
  return texts;
}

/// Calls `check` with so many damaged versions of the texts.
template <class Check>
void with_damage(const std::vector<std::string>& texts, std::uint64_t rounds, Check check) {
  for (std::uint64_t round = 0; round < rounds; ++round) {
    sim::Random random(round);
    const auto& text = texts[static_cast<std::size_t>(round) % texts.size()];
    check(damaged(text, random));
    if (::testing::Test::HasFatalFailure()) return;
  }
}

TEST(DamagedTexts, MakeAScenarioOrProblemsWithPlaces) {
  scenario::Catalog catalog;
  catalog.add(scenario::gossip_kit()).add(scenario::kafka_kit()).add(scenario::zookeeper_kit());
  int read = 0;
  int refused = 0;
  with_damage(files_in("scenarios/library", ".toml"), 2000, [&](const std::string& text) {
    scenario::Problems problems("damaged.toml");
    auto document = scenario::parse_document(text, problems);
    std::optional<scenario::Scenario> scenario;
    if (document) {
      scenario =
          scenario::read_scenario(std::move(*document), "./damaged.toml", catalog, {}, problems);
    }
    ASSERT_NE(scenario.has_value(), !problems.empty()) << text << problems.to_text();
    scenario ? ++read : ++refused;
    for (const auto& problem : problems.sorted()) {
      ASSERT_FALSE(problem.message.empty()) << text;
      ASSERT_EQ(problem.message.find('\n'), std::string::npos) << problem.message;
      ASSERT_LE(problem.place.line, 2 + std::count(text.begin(), text.end(), '\n')) << text;
    }
    if (scenario) scenario::plan_for(*scenario, 1);
  });
  EXPECT_GT(read, 100);
  EXPECT_GT(refused, 1000);
}

TEST(DamagedTexts, AreNoScenarioWhereNothingIsLeft) {
  scenario::Catalog catalog;
  catalog.add(scenario::gossip_kit()).add(scenario::kafka_kit()).add(scenario::zookeeper_kit());
  for (const auto* text : {"", "\n\n", "# nothing\n", "name = \"a\"\n"}) {
    scenario::Problems problems("empty.toml");
    auto document = scenario::parse_document(text, problems);
    ASSERT_TRUE(document) << text;
    EXPECT_FALSE(
        scenario::read_scenario(std::move(*document), "./empty.toml", catalog, {}, problems));
    EXPECT_TRUE(problems.to_text().starts_with(
        "empty.toml:1:1: nothing to simulate: expected one of the tables \"gossip\", "))
        << problems.to_text();
  }
}

TEST(DamagedTexts, AreAnsweredByTheDatabase) {
  std::vector<std::string> statements;
  for (const auto& script : files_in("models/database/testdata", ".sql")) {
    for (std::size_t start = 0; start < script.size();) {
      const auto end = std::min(script.find(";\n", start), script.size());
      statements.push_back(script.substr(start, end - start));
      start = end + 2;
    }
  }
  int parsed = 0;
  with_damage(statements, 8000, [&](const std::string& sql) {
    const auto statement = database::parse_statement(sql);
    if (statement.ok()) {
      ++parsed;
    } else {
      ASSERT_GT(statement.error().number(), 0) << sql;
      ASSERT_FALSE(to_string(statement.error()).empty()) << sql;
    }
  });
  EXPECT_GT(parsed, 500);
  with_damage(statements, 1500, [&](const std::string& sql) {
    // Errors of a script are places in it.
    const std::string script = "create table t(a int primary key, b varchar(9));\n" + sql;
    const auto checked = database::check_initial({{"d", script}});
    if (!checked.ok()) {
      ASSERT_GT(checked.error().number(), 0) << sql;
    }
  });
}

const std::vector<std::string>& connectors() {
  static const std::vector<std::string> texts{
      R"({"name": "my-source-connect", "config": {
 "connector.class": "io.confluent.connect.jdbc.JdbcSourceConnector",
 "connection.url": "jdbc:mysql://localhost:3306/mydb", "connection.user": "root",
 "connection.password": "test1357", "mode": "incrementing", "incrementing.column.name": "id",
 "table.whitelist": "users", "topic.prefix": "my_topic_", "tasks.max": "1"}})",
      R"({"name":"my-sink-connect","config":{"connector.class":"JdbcSink","tasks.max":1,)"
      R"("connection.url":"jdbc:mariadb://localhost:3306/copy?a=b","auto.create":true,)"
      R"("topics":"a,b","pk.mode":"record_key","pk.fields":"id","x":1.5e3},)"
      R"("initial_state":"PAUSED"})"};
  return texts;
}

TEST(DamagedTexts, AreJsonThatComesBackOrErrorsWithAPlace) {
  int parsed = 0;
  with_damage(connectors(), 8000, [&](const std::string& text) {
    const auto json = connect::parse_json(text);
    if (!json.ok()) {
      ASSERT_FALSE(json.error().message.empty()) << text;
      ASSERT_GE(json.error().line, 1) << text;
      ASSERT_LE(json.error().line, 1 + std::count(text.begin(), text.end(), '\n')) << text;
      ASSERT_GE(json.error().column, 1) << text;
      return;
    }
    ++parsed;
    const auto again = connect::parse_json(connect::to_json_text(*json));
    ASSERT_TRUE(again.ok()) << text;
    ASSERT_EQ(connect::to_json_text(*again), connect::to_json_text(*json)) << text;
  });
  EXPECT_GT(parsed, 500);
}

TEST(DamagedTexts, AreConnectorsOrProblemsWithAPath) {
  const Cluster cluster({.databases = {{}}});
  const auto resolve = [&](std::string_view where) { return cluster.resolve_database(where); };
  int good = 0;
  with_damage(connectors(), 4000, [&](const std::string& text) {
    const auto problems = connect::check_connector(text, resolve);
    if (problems.empty()) ++good;
    for (const auto& problem : problems) {
      ASSERT_TRUE(problem.path.starts_with('$')) << text;
      ASSERT_FALSE(problem.message.empty()) << text;
    }
  });
  EXPECT_GT(good, 100);
}

TEST(DamagedTexts, AreRequestsOrErrorsOfTheRestInterface) {
  with_damage({"/connectors/src/tasks/0/restart?includeTasks=true&onlyFailed=true",
               "/connectors?expand=status&expand=info", "/connectors/a%20b/offsets"},
              4000, [](const std::string& path) {
                for (const auto* method : {"GET", "POST", "PUT", "PATCH", "DELETE", ""}) {
                  const auto request = connect::route({method, path, ""});
                  ASSERT_TRUE(request.ok() || request.error().message.starts_with("HTTP 40"))
                      << path;
                }
              });
  with_damage({R"({"offsets":[{"partition":{"table":"t"},"offset":{"incrementing":1}}]})"}, 2000,
              [](const std::string& body) {
                const auto offsets = connect::read_offsets(body);
                ASSERT_TRUE(offsets.ok() || !offsets.error().message.empty()) << body;
              });
}

/// What is accepted is printed so that it reads back as the same.
template <class Parse, class Print>
void expect_round_trips(const std::vector<std::string>& texts, Parse parse, Print print) {
  int accepted = 0;
  with_damage(texts, 6000, [&](const std::string& text) {
    const auto value = parse(text);
    if (!value.ok()) {
      ASSERT_FALSE(value.error().message.empty()) << text;
      return;
    }
    ++accepted;
    const auto again = parse(print(*value));
    ASSERT_TRUE(again.ok()) << text << " is printed " << print(*value);
    ASSERT_EQ(print(*again), print(*value)) << text;
  });
  EXPECT_GT(accepted, 50);
}

TEST(DamagedTexts, AreValuesThatReadBackOrErrors) {
  expect_round_trips({"250ms", "1h", "90s", "3m20s", "-15us", "9223372036s"}, parse_duration,
                     [](Duration value) { return to_text(value); });
  expect_round_trips({"1/50", "0", "1", "999/1000"}, parse_ratio,
                     [](Ratio value) { return to_string(value); });
  expect_round_trips({"fifo", "random", "random:20ms", "pct:3:20ms", "pct:7"}, sim::parse_strategy,
                     [](const sim::Strategy& value) { return sim::to_string(value); });
  expect_round_trips(
      {"lq1:gossip,3fa2c1d08b7e91aa,seed=17,strategy=pct:3:10ms,defect=gossip.forget-after-restart,"
       "set=length=20s",
       "lq1:.%2Fmine.toml,00000000000000aa,seed=0,strategy=fifo"},
      scenario::parse_run_name, [](const scenario::RunName& value) { return to_string(value); });
  expect_round_trips({"17", "0", "18446744073709551615"}, scenario::parse_seed,
                     [](std::uint64_t value) { return format("{}", value); });
  expect_round_trips({"0/7", "6/7", "0/1"}, scenario::parse_shard,
                     [](const scenario::Shard& value) { return to_string(value); });
  expect_round_trips({"2GiB", "512MiB", "none"}, scenario::parse_memory, [](std::int64_t value) {
    return value == 0 ? std::string("none") : format("{}MiB", value >> 20);
  });
  expect_round_trips({"8", "1024"}, scenario::parse_jobs,
                     [](int value) { return format("{}", value); });
  expect_round_trips(
      {"1..300", "17", "0..18446744073709551614"}, scenario::parse_seeds,
      [](const scenario::SeedRange& value) { return format("{}..{}", value.first, *value.last); });
}

// What a hunter that was killed, a full disk or a curious hand leaves of a hunt.
TEST(DamagedTexts, AreLogsOfHuntsOrErrorsWithALine) {
  scenario::Campaign campaign;
  campaign.scenarios.push_back({.name = "gossip",
                                .about = "é",
                                .asked_for = "gossip",
                                .content_hash = "3fa2c1d08b7e91aa",
                                .checkers = {"rumours-reach-all"},
                                .probes = {{"gossip.heard-twice", "reachable"}},
                                .required_probes = {},
                                .fact_kinds = {"gossip.rumour-heard"}});
  campaign.last = 300;
  auto log = to_line(campaign) + "\n";
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    scenario::HuntedRun run;
    run.scenario = "gossip";
    run.content_hash = "3fa2c1d08b7e91aa";
    run.seed = seed;
    run.probes["gossip.heard-twice"].held = 3;
    run.faults["pause"] = 1;
    if (seed == 2) {
      run.verdict = report::Verdict::violated;
      run.failures = {{"rumours-reach-all", "G-INV-1", "G-INV-1: # lost", "1 \"lost\""}};
    }
    log += to_line(run) + "\n";
  }
  int read = 0;
  int refused = 0;
  with_damage({log}, 8000, [&](const std::string& text) {
    std::size_t seen = 0;
    const auto parsed =
        scenario::parse_hunt_log(text, [&seen](const scenario::HuntedRun&) { ++seen; });
    if (!parsed.ok()) {
      ++refused;
      ASSERT_TRUE(parsed.error().message.starts_with("hunt.jsonl:")) << text;
      return;
    }
    ++read;
    ASSERT_EQ(seen, parsed->runs.size());
    ASSERT_LE(parsed->bytes, text.size());
    // What was read makes a log that reads back as the same.
    const auto sorted = scenario::sorted_log(parsed->campaign, parsed->runs, text);
    const auto again = scenario::parse_hunt_log(sorted);
    ASSERT_TRUE(again.ok()) << sorted;
    ASSERT_EQ(scenario::sorted_log(again->campaign, again->runs, sorted), sorted);
    scenario::report_of(parsed->campaign, parsed->runs, text);
  });
  EXPECT_GT(read, 500);
  EXPECT_GT(refused, 2000);
  with_damage({to_line(scenario::RunTiming{"3fa2c1d08b7e91aa", 7, 2s, 1s, 3})}, 2000,
              [](const std::string& text) {
                const auto timing = scenario::parse_timing(text);
                ASSERT_TRUE(timing.ok() || !timing.error().message.empty()) << text;
              });
}

TEST(DamagedTexts, AreSettingsOrErrors) {
  with_damage({"bootstrap.servers=localhost:9092\ngroup.id: g\nkey.converter=a \\\n  b\n# c\n"
               "value.converter=\\u0041\nlisteners=http://:8083\noffset.flush.interval.ms=5000\n"
               "config.storage.topic=c\noffset.storage.topic=o\nstatus.storage.topic=s\n"},
              4000, [](const std::string& text) {
                connect::parse_properties(text);
                const auto worker = connect::WorkerConfig::from(text);
                ASSERT_TRUE(worker.ok() || !worker.error().message.empty()) << text;
                const auto broker = kafka::parse_properties(text);
                ASSERT_TRUE(broker.ok() || !broker.error().message.empty()) << text;
                if (broker.ok()) {
                  const auto config = kafka::BrokerConfig::from(*broker);
                  ASSERT_TRUE(config.ok() || !config.error().message.empty()) << text;
                }
              });
  with_damage({"tickTime=2000\nsnapCount=100000\nmaxClientCnxns=60\n"}, 3000,
              [](const std::string& text) {
                const auto read = zookeeper::parse_zoo_cfg(text);
                ASSERT_TRUE(read.ok() || !read.error().message.empty()) << text;
              });
  with_damage({"jdbc:mysql://localhost:3306/mydb?useSSL=false", "jdbc:mariadb://h/d"}, 3000,
              [](const std::string& text) {
                const auto url = connect::parse_jdbc_url(text);
                ASSERT_TRUE(url.ok() || !url.error().message.empty()) << text;
              });
}

}  // namespace
}  // namespace logquake
