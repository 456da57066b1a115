// What a worker keeps in its topics, and how it goes on from there after its death (C-CFG, C-OFF,
// C-STA, C-SRC).
#include "models/connect/defects.h"
#include "models/connect_worker_testing.h"

namespace logquake::connect {
namespace {

using testing::Person;
using testing::Platform;
using testing::PlatformOptions;
using testing::source_json;

// C-WRK-4, C-CFG-2, C-CFG-9, C-OFF-7, C-STA-1, 2; C-GLD-18.
TEST(ConnectWorkerTopics, HoldTheRealRecords) {
  Platform platform;
  platform.run([](Person& person) {
    person.insert(1);
    person.call("POST", "/connectors", source_json);
    person.await_offset(R"({"incrementing":1})");

    const std::map<std::string, std::size_t> partitions{
        {"connect-configs", 1}, {"connect-offsets", 25}, {"connect-status", 5}};
    for (const auto& [topic, count] : partitions) {
      EXPECT_EQ(person.admin().describe_topic(topic)->partitions.size(), count) << topic;
      EXPECT_EQ(person.admin().describe_topic_configs(topic)->at("cleanup.policy"), "compact");
    }
    const auto configs = person.read("connect-configs");
    std::vector<std::string> keys;
    for (const auto& line : configs) keys.push_back(line.key);
    EXPECT_EQ(keys,
              (std::vector<std::string>{"connector-my-source-connect", "task-my-source-connect-0",
                                        "commit-my-source-connect"}));
    EXPECT_TRUE(configs.at(0).value->starts_with(R"({"properties":{"connection.password":)"))
        << *configs.at(0).value;
    const auto task = parse_json(*configs.at(1).value).value();
    EXPECT_EQ(*task.find("properties")->find("tables"), Json("`mydb`.`users`"));
    EXPECT_EQ(*task.find("properties")->find("task.class"),
              Json("io.confluent.connect.jdbc.source.JdbcSourceTask"));
    EXPECT_EQ(configs.at(2).value, R"({"tasks":1})");
    const auto statuses = person.latest("connect-status");
    const std::string running =
        R"({"state":"RUNNING","trace":null,"worker_id":"connect-1:8083","generation":1})";
    EXPECT_EQ(statuses.at("status-connector-my-source-connect"), running);
    EXPECT_EQ(statuses.at("status-task-my-source-connect-0"), running);
  });
}

enum class Death : std::uint8_t { crash, power_loss };

void die(Platform& platform, Death death) {
  const auto worker = platform.id("connect-1");
  if (death == Death::crash) platform.simulation.crash_process(worker);
  if (death == Death::power_loss) platform.simulation.lose_power(worker);
}

class ConnectWorkerDeaths : public ::testing::TestWithParam<Death> {};

// C-OFF-3, C-SRC-8: what was flushed is not read again.
TEST_P(ConnectWorkerDeaths, ContinueFromTheStoredOffset) {
  Platform platform;
  platform.run([&](Person& person) {
    person.insert(3);
    person.call("POST", "/connectors", source_json);
    person.await_ids({1, 2, 3});
    person.await_offset(R"({"incrementing":3})");
    const auto before = person.read("connect-configs").size();

    die(platform, GetParam());
    person.insert(2);
    person.node().sleep_for(20s);
    EXPECT_EQ(person.ids(), (std::vector<std::int64_t>{1, 2, 3}));
    platform.simulation.restart(platform.id("connect-1"));

    person.await_ids({1, 2, 3, 4, 5});
    EXPECT_EQ(person.get("/connectors"), R"(["my-source-connect"])");
    EXPECT_EQ(person.read("connect-configs").size(), before);  // nothing is written anew
    person.await_offset(R"({"incrementing":5})");
  });
}

// C-SRC-8, C-GLD-20: what was acknowledged but not flushed comes twice.
TEST_P(ConnectWorkerDeaths, RepeatWhatWasNotFlushed) {
  PlatformOptions options;
  options.connect_properties = "offset.flush.interval.ms=600000\n";
  Platform platform(options);
  platform.run([&](Person& person) {
    person.insert(2);
    person.call("POST", "/connectors", source_json);
    person.await_ids({1, 2});
    EXPECT_EQ(person.stored_offset(), "");

    die(platform, GetParam());
    platform.simulation.restart(platform.id("connect-1"));

    person.await_ids({1, 2, 1, 2});
  });
}

// C-STA-4, C-CFG-3: wanted states outlive the worker, statuses are told anew.
TEST_P(ConnectWorkerDeaths, KeepAConnectorPaused) {
  Platform platform;
  platform.run([&](Person& person) {
    person.call("POST", "/connectors", source_json);
    person.await_state("my-source-connect", "RUNNING", "RUNNING");
    person.call("PUT", "/connectors/my-source-connect/pause");
    person.await_state("my-source-connect", "PAUSED", "PAUSED");

    die(platform, GetParam());
    platform.simulation.restart(platform.id("connect-1"));
    person.insert(1);
    person.node().sleep_for(30s);

    person.await_state("my-source-connect", "PAUSED", "PAUSED");
    EXPECT_TRUE(person.ids().empty());
    person.call("PUT", "/connectors/my-source-connect/resume");
    person.await_ids({1});
  });
}

INSTANTIATE_TEST_SUITE_P(Both, ConnectWorkerDeaths,
                         ::testing::Values(Death::crash, Death::power_loss), [](const auto& death) {
                           return death.param == Death::crash ? "Crash" : "PowerLoss";
                         });

// A request of an earlier process is not carried out again.
TEST(ConnectWorkerRestart, ForgetsRestartRequestsOfTheTopic) {
  Platform platform;
  platform.run([&](Person& person) {
    person.call("POST", "/connectors", source_json);
    person.await_state("my-source-connect", "RUNNING", "RUNNING");
    person.call("POST", "/connectors/my-source-connect/restart?includeTasks=true");
    person.await_state("my-source-connect", "RUNNING", "RUNNING");
    const auto restarting = [&] {
      int count = 0;
      for (const auto& line : person.read("connect-status"))
        count += line.value.value_or("").find("RESTARTING") != std::string::npos ? 1 : 0;
      return count;
    };
    EXPECT_EQ(restarting(), 2);  // the connector and its task

    die(platform, Death::crash);
    platform.simulation.restart(platform.id("connect-1"));
    person.node().sleep_for(30s);

    person.await_state("my-source-connect", "RUNNING", "RUNNING");
    EXPECT_EQ(restarting(), 2);
  });
}

// The offset that is stored while the topic's only replica is away.
std::string offset_without_the_leader(const std::set<std::string, std::less<>>& defects) {
  PlatformOptions options;
  options.brokers = 3;
  options.broker_properties =
      "offsets.topic.replication.factor=3\ngroup.initial.rebalance.delay.ms=0\n";
  options.simulation.defects = defects;
  Platform platform(options);
  std::string stored;
  platform.run([&](Person& person) {
    person.insert(1);
    person.call("POST", "/connectors", source_json);
    person.await_offset(R"({"incrementing":1})");
    const auto topic = person.admin().describe_topic("my_topic_users").value();
    const auto leader =
        platform.id("broker-" + std::to_string(topic.partitions.at(0).leader.value()));
    EXPECT_EQ(topic.partitions.at(0).replicas.size(), 1U);

    platform.simulation.crash_process(leader);
    person.insert(1);
    person.node().sleep_for(60s);  // thirty flushes; the other brokers lead the offset topic
    stored = person.stored_offset();
    platform.simulation.restart(leader);

    person.await_offset(R"({"incrementing":2})");
    const auto ids = person.ids();
    EXPECT_EQ(ids.back(), 2);
  });
  return stored;
}

// C-SRC-3, C-SRC-4, C-INV-20.
TEST(ConnectWorkerOffsets, WaitForTheAcknowledgement) {
  EXPECT_EQ(offset_without_the_leader({}), R"({"incrementing":1})");
}
TEST(ConnectWorkerOffsets, DoNotWaitUnderThePlantedDefect) {
  EXPECT_EQ(offset_without_the_leader({std::string(commit_offset_before_send.name)}),
            R"({"incrementing":2})");
}

// C-RST-4, C-HRD-2, C-INV-36: requests queue behind one that waits for Kafka.
TEST(ConnectWorkerRest, AnswersWithItsStageWhenARequestTakesTooLong) {
  Platform platform;
  platform.run([&](Person& person) {
    person.call("POST", "/connectors", source_json);
    person.await_state("my-source-connect", "RUNNING", "RUNNING");
    platform.simulation.pause(platform.id("broker-1"));
    const Instant begin = person.node().now();
    std::vector<std::string> answers;
    for (int number = 1; number <= 5; ++number) {
      person.node().spawn(format("somebody {}", number), [&] {
        const auto answer = person.call("PUT", "/connectors/my-source-connect/pause");
        answers.push_back(format("{} after {}s: {}", answer.status,
                                 (person.node().now() - begin) / 1s, answer.body));
      });
      person.node().sleep_for(10ms);
    }
    person.await("every answer", [&] { return answers.size() == 5; });
    const auto prefix = [&answers](std::size_t at) {
      return answers.at(at).substr(0, answers.at(at).find(':'));
    };
    EXPECT_EQ(prefix(0), "500 after 30s");
    EXPECT_EQ(prefix(1), "500 after 60s");
    EXPECT_EQ(prefix(4), "500 after 90s");
    EXPECT_NE(answers.at(4).find(R"("message":"Request timed out. The worker is currently )"),
              std::string::npos)
        << answers.at(4);
    platform.simulation.resume(platform.id("broker-1"));
    person.call("PUT", "/connectors/my-source-connect/resume");
    person.await_state("my-source-connect", "RUNNING", "RUNNING");
  });
}

}  // namespace
}  // namespace logquake::connect
