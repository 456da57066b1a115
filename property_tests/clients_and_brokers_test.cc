// The real clients against the real brokers, under crashes and power losses.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "models/broker/server/broker_testing.h"
#include "models/client/admin.h"
#include "models/client/consumer.h"
#include "models/client/fake_broker.h"
#include "models/client/producer.h"
#include "sim/testing/determinism.h"

namespace logquake::kafka {
namespace {

using testing::TestCluster;

const TopicPartition t0{"t", 0};
const Properties safe{{"min.insync.replicas", "2"}, {"default.replication.factor", "3"}};

Config settings(Config extra = {}) {
  extra.emplace("bootstrap.servers", "broker-1:9092,broker-2:9092,broker-3:9092");
  return extra;
}

ProducerRecord record(std::string_view text) {
  ProducerRecord value{"t"};
  value.value = to_bytes(text);
  return value;
}

// All values of t-0 from its beginning, by a fresh consumer with assign (K-ANO-23).
std::vector<std::string> read_all(sim::Node& node) {
  auto consumer = Consumer::create(node, settings({{"client.id", "reader"}})).value();
  EXPECT_TRUE(consumer.assign({t0}).ok());
  EXPECT_TRUE(consumer.seek_to_beginning(t0).ok());
  const auto end = consumer.end_offsets({t0}).value().at(t0);
  std::vector<std::string> values;
  while (consumer.position(t0).value() < end) {
    const auto records = consumer.poll(1s);
    EXPECT_TRUE(records.ok());
    for (const auto& each : *records) values.emplace_back(text_of(*each.record.value));
  }
  return values;
}

// While brokers still start, there are too few of them.
void create_topic(sim::Node& node) {
  auto admin = Admin::create(node, settings()).value();
  while (true) {
    const auto created = admin.create_topic({"t", 1, 3});
    if (created || created.is(ErrorCode::topic_already_exists)) return;
    EXPECT_TRUE(created.is(ErrorCode::invalid_replication_factor)) << to_string(created.error());
    node.sleep_for(500ms);
  }
}

BrokerId leader_of(sim::Node& node) {
  auto admin = Admin::create(node, settings()).value();
  return admin.describe_topic("t").value().partitions.at(0).leader;
}

TEST(ClientsAndBrokers, ARecordGoesInAndComesOut) {
  TestCluster cluster({}, 3, safe);
  run_client(cluster.simulation, [](sim::Node& node) {
    auto admin = Admin::create(node, settings()).value();
    create_topic(node);
    EXPECT_TRUE(admin.create_topic({"t", 1, 3}).is(ErrorCode::topic_already_exists));
    auto producer = Producer::create(node, settings()).value();
    EXPECT_EQ(producer.send(record("a")).wait().value().offset, Offset{0});
    EXPECT_EQ(producer.send(record("b")).wait().value().offset, Offset{1});

    EXPECT_EQ(read_all(node), (std::vector<std::string>{"a", "b"}));
  });
}

TEST(ClientsAndBrokers, ATopicIsCreatedByItsFirstRecord) {
  TestCluster cluster({}, 3, safe);
  run_client(cluster.simulation, [](sim::Node& node) {
    auto producer = Producer::create(node, settings()).value();
    EXPECT_EQ(producer.send(record("a")).wait().value().offset, Offset{0});
  });
}

// An idempotent producer loses nothing, doubles nothing, reorders nothing (K-INV-40, K-INV-41).
class LeaderFailures : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(LeaderFailures, LoseDoubleAndReorderNothing) {
  sim::Options options;
  options.seed = GetParam();
  TestCluster cluster(options, 3, safe);
  run_client(cluster.simulation, [&](sim::Node& node) {
    create_topic(node);
    auto producer = Producer::create(node, settings({{"linger.ms", "2"}})).value();
    std::vector<SendHandle> handles;
    std::vector<std::string> sent;
    for (int i = 0; i < 300; ++i) {
      sent.push_back(std::to_string(i));
      handles.push_back(producer.send(record(sent.back())));
      node.sleep_for(20ms);
      if (i % 100 == 50) {
        const auto leader = cluster.simulation.node(format("broker-{}", leader_of(node))).id();
        if (i == 150) {
          cluster.simulation.lose_power(leader);
        } else {
          cluster.simulation.crash_process(leader);
        }
        cluster.simulation.after(10s, [&cluster, leader] { cluster.simulation.restart(leader); });
      }
    }
    producer.flush();
    for (const auto& handle : handles) EXPECT_TRUE(handle.wait().ok());

    EXPECT_EQ(read_all(node), sent);
  });
}

INSTANTIATE_TEST_SUITE_P(Seeds, LeaderFailures, ::testing::Range<std::uint64_t>(1, 6));

TEST(ClientsAndBrokers, TheSameSeedIsTheSameRun) {
  const auto run = [] {
    TestCluster cluster({}, 3, safe);
    run_client(cluster.simulation, [](sim::Node& node) {
      auto producer = Producer::create(node, settings()).value();
      for (int i = 0; i < 20; ++i) EXPECT_TRUE(producer.send(record("x")).wait().ok());
    });
    return cluster.simulation.trace().fingerprint();
  };

  EXPECT_EQ(run(), run());
}

}  // namespace
}  // namespace logquake::kafka
