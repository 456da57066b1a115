#include "models/broker/server/broker.h"

#include <gtest/gtest.h>

#include "models/broker/server/broker_testing.h"
#include "sim/disk/disk.h"
#include "sim/fault.h"
#include "sim/injector.h"

namespace logquake::kafka {
namespace {

using testing::RawClient;
using testing::TestCluster;

const TopicPartition t0{"t", 0};

sim::NodeId node_of(TestCluster& cluster, BrokerId broker) {
  return cluster.simulation.node(format("broker-{}", broker)).id();
}

TEST(Broker, ServesATopicOfThreeReplicas) {
  TestCluster cluster;

  cluster.run([](RawClient& client) {
    client.create("t", 1, 3);
    EXPECT_EQ(client.produce(t0, {"a", "b"}), Offset(0));
    EXPECT_EQ(client.produce(t0, {"c"}), Offset(2));
    EXPECT_EQ(client.read_all(t0), (std::vector<std::string>{"a", "b", "c"}));
  });
}

TEST(Broker, KeepsWhatItAcknowledgedWhenTheLeaderCrashes) {
  TestCluster cluster({}, 3, {{"min.insync.replicas", "2"}});

  cluster.run([&](RawClient& client) {
    client.create("t", 1, 3);
    client.produce(t0, {"a", "b"});
    const BrokerId leader = client.leader_of(t0);

    cluster.simulation.crash_process(node_of(cluster, leader));
    EXPECT_EQ(client.produce(t0, {"c"}), Offset(2));

    EXPECT_NE(client.leader_of(t0), leader);
    EXPECT_EQ(client.read_all(t0), (std::vector<std::string>{"a", "b", "c"}));
  });
}

// Its logs are lost, or older than those of the others.
class DamagedBroker : public ::testing::TestWithParam<bool> {
 protected:
  sim::Disk& disk(int broker) {
    return cluster_.simulation.node(format("broker-{}", broker)).disk();
  }
  bool may_be_wiped(int broker) {
    return cluster_.simulation.injector()
        .atlas()
        .refusal(node_of(cluster_, BrokerId(broker)))
        .empty();
  }
  void strike(const sim::Fault& fault) { cluster_.simulation.injector().strike(fault, {}); }
  void damage(int broker) {
    const auto name = format("broker-{}", broker);
    if (GetParam())
      strike(sim::WipeDisk{name});
    else
      strike(sim::RestoreDisk{name});
  }
  void cut_off_from_brokers(int broker, Duration duration) {
    const auto name = format("broker-{}", broker);
    for (int other = 1; other <= 3; ++other) {
      if (other != broker) strike(sim::SilentDrop{format("broker-{}", other), name, duration});
    }
  }
  static bool comes_true(sim::Node& node, const std::function<bool()>& claim) {
    for (int second = 0; second < 120 && !claim(); ++second) node.sleep_for(1s);
    return claim();
  }

  TestCluster cluster_{{}, 3, {{"min.insync.replicas", "2"}}};
};

TEST_P(DamagedBroker, CountsAsRepairedOnceItIsInSyncEverywhere) {
  cluster_.run([this](RawClient& client) {
    client.create("t", 3, 3);
    for (int broker = 1; broker <= 3; ++broker)
      strike(sim::SnapshotDisk{format("broker-{}", broker)});
    for (std::int32_t number = 0; number < 3; ++number)
      client.produce({"t", number}, {"a", "b", "c"});
    ASSERT_TRUE(may_be_wiped(2));

    damage(1);
    client.node().sleep_for(30s);  // its session expires; the others go on without it
    EXPECT_FALSE(may_be_wiped(2));
    cut_off_from_brokers(1, 60s);
    strike(sim::Restart{"broker-1"});
    client.node().sleep_for(60s);
    EXPECT_FALSE(may_be_wiped(2)) << "it runs, but has caught up with nobody";

    EXPECT_TRUE(comes_true(client.node(), [&] { return may_be_wiped(2); }));

    EXPECT_FALSE(disk(1).is_damaged());
    damage(2);
    client.node().sleep_for(30s);
    EXPECT_TRUE(disk(2).is_damaged());
    EXPECT_FALSE(may_be_wiped(3));
    strike(sim::Restart{"broker-2"});
    EXPECT_TRUE(comes_true(client.node(), [&] { return may_be_wiped(3); }));
    for (std::int32_t number = 0; number < 3; ++number)
      EXPECT_EQ(client.read_all({"t", number}), (std::vector<std::string>{"a", "b", "c"}));
  });
}

TEST_P(DamagedBroker, IsNotRepairedWhileOnePartitionIsBehind) {
  cluster_.run([this](RawClient& client) {
    client.create("t", 3, 3);
    strike(sim::SnapshotDisk{"broker-1"});
    for (std::int32_t number = 0; number < 3; ++number) client.produce({"t", number}, {"a"});
    damage(1);
    client.node().sleep_for(30s);
    // One of the two leaders that it now follows is out of its reach; of the others it has all.
    const BrokerId near = client.leader_of(t0);
    const BrokerId far(near == BrokerId(2) ? 3 : 2);
    strike(sim::SilentDrop{format("broker-{}", far), "broker-1"});
    strike(sim::Restart{"broker-1"});
    client.node().sleep_for(90s);

    EXPECT_FALSE(may_be_wiped(2));
    strike(sim::HealNetwork{});
    EXPECT_TRUE(comes_true(client.node(), [&] { return may_be_wiped(2); }));
  });
}

INSTANTIATE_TEST_SUITE_P(Each, DamagedBroker, ::testing::Bool(),
                         [](const auto& is_wiped) { return is_wiped.param ? "Wiped" : "SetBack"; });

}  // namespace
}  // namespace logquake::kafka
