// Groups of real consumers against real coordinators, while members and coordinators die.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "models/broker/server/broker_testing.h"
#include "models/client/admin.h"
#include "models/client/consumer.h"
#include "models/client/fake_broker.h"
#include "models/client/producer.h"

namespace logquake::kafka {
namespace {

using testing::TestCluster;

const Config servers{{"bootstrap.servers", "broker-1:9092,broker-2:9092,broker-3:9092"}};

// What the members have processed: how often, and by whom last.
struct Processed {
  std::map<std::string, int> times;
  std::map<std::string, std::set<std::string>> by;
};

// A member that processes what it polls before it polls again, so that commits follow processing.
void consume(sim::Node& node, Processed& processed) {
  auto config = servers;
  config["client.id"] = node.name();
  config["group.id"] = "g";
  config["auto.offset.reset"] = "earliest";
  config["allow.auto.create.topics"] = "false";
  config["session.timeout.ms"] = "10000";
  config["auto.commit.interval.ms"] = "1000";
  auto consumer = Consumer::create(node, config).value();
  EXPECT_TRUE(consumer.subscribe({"t"}).ok());
  while (true) {
    const auto records = consumer.poll(500ms);
    if (!records) continue;
    for (const auto& each : *records) {
      const std::string value(text_of(*each.record.value));
      ++processed.times[value];
      processed.by[node.name()].insert(value);
    }
  }
}

struct Story {
  explicit Story(std::uint64_t seed) : cluster(seeded(seed), 3, {{"min.insync.replicas", "2"}}) {
    for (const auto* name : {"consumer-1", "consumer-2"}) {
      cluster.simulation.add_node(name, [this](sim::Node& node) { consume(node, processed); });
    }
  }
  static sim::Options seeded(std::uint64_t seed) {
    sim::Options options;
    options.seed = seed;
    return options;
  }
  sim::NodeId node(const std::string& name) { return cluster.simulation.node(name).id(); }
  // Sends `count` records over `seconds`, then waits until all were processed.
  void produce(const std::function<void(int)>& between) {
    run_client(cluster.simulation, [&](sim::Node& here) {
      auto admin = Admin::create(here, servers).value();
      while (!admin.create_topic({"t", 4, 3}) && !admin.describe_topic("t")) here.sleep_for(500ms);
      auto producer = Producer::create(here, servers).value();
      for (int i = 0; i < 300; ++i) {
        ProducerRecord record{"t"};
        record.key = to_bytes("key " + std::to_string(i % 17));
        record.value = to_bytes(std::to_string(i));
        (void)producer.send(std::move(record));
        here.sleep_for(100ms);
        between(i);
      }
      producer.flush();
      for (int i = 0; i < 120 && processed.times.size() < 300; ++i) here.sleep_for(1s);
    });
  }

  Processed processed;
  TestCluster cluster;
};

TEST(ConsumerGroups, ShareTheWorkWithoutFaults) {
  Story story(1);

  story.produce([](int) {});

  EXPECT_EQ(story.processed.times.size(), 300U);
  EXPECT_EQ(story.processed.by.size(), 2U) << "both members have partitions";
}

class MemberAndCoordinatorFailures : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(MemberAndCoordinatorFailures, LoseNoRecord) {
  Story story(GetParam());

  story.produce([&](int i) {
    auto& simulation = story.cluster.simulation;
    if (i == 80) simulation.crash_process(story.node("consumer-1"));
    if (i == 200) simulation.restart(story.node("consumer-1"));
    const auto broker = story.node("broker-" + std::to_string(1 + GetParam() % 3));
    if (i == 140) simulation.crash_process(broker);
    if (i == 180) simulation.restart(broker);
  });

  EXPECT_EQ(story.processed.times.size(), 300U) << "K-INV-65: committed means processed";
}

INSTANTIATE_TEST_SUITE_P(Seeds, MemberAndCoordinatorFailures,
                         ::testing::Range<std::uint64_t>(1, 4));

}  // namespace
}  // namespace logquake::kafka
