#include "models/broker/broker.h"

#include <gtest/gtest.h>

#include "models/broker/broker_testing.h"

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

}  // namespace
}  // namespace logquake::kafka
