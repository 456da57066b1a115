// What reads and syncs of an ensemble promise, and what they do not.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "models/quorum/server/ensemble_harness.h"
#include "models/quorum/server/raw_client.h"

namespace logquake::zookeeper::testing {
namespace {

class EnsembleReads : public ::testing::Test {
 protected:
  void run(const std::function<void(sim::Node&)>& program) {
    ASSERT_TRUE(world.start());
    leader = world.leader();
    followers = world.followers();
    world.run(program);
  }
  RawClient client_of(sim::Node& node, int server) const {
    return RawClient(node, world.address(server));
  }
  sim::Network& network() { return world.simulation.network(); }

  EnsembleWorld world;
  int leader = 0;
  std::vector<int> followers;
};

TEST_F(EnsembleReads,
       OfAFollowerMayBeStaleUntilASync) {  // Z-RD-1, Z-RD-5, Z-SN-1, Z-SN-3, Z-OBS-71
  run([&](sim::Node& node) {
    auto writer = client_of(node, leader);
    auto reader = client_of(node, followers[0]);
    ASSERT_TRUE(writer.connect({}, 8s) && reader.connect({}, 8s));
    ASSERT_TRUE(writer.call(create_op("/n", "old")));
    node.sleep_for(100ms);
    const auto from = world.id_of(leader);
    const auto to = world.id_of(followers[0]);
    const auto stall = network().stall(from, to);
    world.simulation.after(600ms, [&, stall] { network().relieve(from, to, stall); });
    const auto stalled = node.now();

    ASSERT_EQ(writer.outcome(set_op("/n", "new")), ErrorCode::ok);
    EXPECT_EQ(reader.data_of("/n"), "old");
    EXPECT_LT(node.now() - stalled, 500ms);
    EXPECT_EQ(reader.outcome(bare_op(OpCode::sync, "/n")), ErrorCode::ok);
    EXPECT_GE(node.now() - stalled, 600ms);  // its answer stands behind the commit
    EXPECT_EQ(reader.data_of("/n"), "new");
  });
}

TEST_F(EnsembleReads, SyncTakesAnyPathAndNoZxid) {  // Z-SN-2, Z-OBS-23
  run([&](sim::Node& node) {
    for (const auto server : {leader, followers[0]}) {
      auto client = client_of(node, server);
      ASSERT_TRUE(client.connect({}, 8s));
      const auto before = client.call(bare_op(OpCode::ping))->zxid;
      for (const auto* path : {"/", "/missing", "no//path/"}) {
        const auto reply = client.call(bare_op(OpCode::sync, path));
        ASSERT_TRUE(reply);
        EXPECT_EQ(reply->error, ErrorCode::ok);
        EXPECT_EQ(reply->result.path, path);
        EXPECT_EQ(reply->zxid, before);
      }
    }
  });
}

TEST_F(EnsembleReads, SyncAtTheLeaderDoesNotWaitForProposals) {  // Z-SN-1, Z-OBS-90
  run([&](sim::Node& node) {
    auto writer = client_of(node, leader);
    auto reader = client_of(node, leader);
    ASSERT_TRUE(writer.connect({}, 8s) && reader.connect({}, 8s));
    for (const auto id : followers) world.simulation.pause(world.id_of(id));
    writer.send(create_op("/n", ""));
    const auto asked = node.now();

    EXPECT_EQ(reader.outcome(bare_op(OpCode::sync, "/n")), ErrorCode::ok);
    EXPECT_LT(node.now() - asked, 100ms);
    EXPECT_EQ(reader.outcome(bare_op(OpCode::exists, "/n")), ErrorCode::no_node);
    for (const auto id : followers) world.simulation.resume(world.id_of(id));
    EXPECT_TRUE(writer.reply());
    EXPECT_EQ(reader.outcome(bare_op(OpCode::exists, "/n")), ErrorCode::ok);
  });
}

TEST_F(EnsembleReads, SyncAtAFollowerWaitsForProposals) {  // Z-SN-1
  run([&](sim::Node& node) {
    auto writer = client_of(node, followers[0]);
    auto reader = client_of(node, followers[0]);
    ASSERT_TRUE(writer.connect({}, 8s) && reader.connect({}, 8s));
    std::vector<std::pair<int, sim::Episode>> stalls;
    for (const auto id : followers) stalls.emplace_back(id, world.node(id).disk().stall());
    writer.send(create_op("/n", ""));
    node.sleep_for(50ms);
    world.simulation.after(500ms, [&] {
      for (const auto& [id, stall] : stalls) world.node(id).disk().end(stall);
    });
    const auto asked = node.now();

    EXPECT_EQ(reader.outcome(bare_op(OpCode::exists, "/n")), ErrorCode::no_node);
    EXPECT_EQ(reader.outcome(bare_op(OpCode::sync, "/n")), ErrorCode::ok);
    EXPECT_GE(node.now() - asked, 500ms);
    EXPECT_EQ(reader.outcome(bare_op(OpCode::exists, "/n")), ErrorCode::ok);
  });
}

TEST_F(EnsembleReads, EndWithTheLinkToTheLeader) {  // Z-RD-2, Z-BC-5
  run([&](sim::Node& node) {
    auto client = client_of(node, followers[0]);
    ASSERT_TRUE(client.connect({}, 8s));
    network().drop(world.id_of(leader), world.id_of(followers[0]));
    const auto cut = node.now();
    while (client.call(bare_op(OpCode::exists, "/"))) node.sleep_for(10ms);

    EXPECT_GT(node.now() - cut, 1700ms);  // its last packet was up to half a tick old
    EXPECT_LE(node.now() - cut, 2100ms);
  });
}

TEST_F(EnsembleReads, OfAFrozenLeaderTellTheOldValue) {  // Z-RD-3, Z-PT-11, Z-OBS-69, Z-OBS-70
  run([&](sim::Node& node) {
    auto old = client_of(node, leader);
    ASSERT_TRUE(old.connect({}, 10s) && old.call(create_op("/n", "old")));
    auto beside = client_of(node, followers[0]);
    ASSERT_TRUE(beside.connect({}, 10s));
    const auto frozen = leader;
    world.simulation.pause(world.id_of(frozen));
    const auto start = node.now();
    EXPECT_FALSE(beside.reply());
    EXPECT_GE(node.now() - start, 1700ms);
    EXPECT_LE(node.now() - start, 2100ms);
    while (!beside.connect({}, 10s)) node.sleep_for(20ms);
    EXPECT_LE(node.now() - start, 3s);  // 2.6 s was recorded
    ASSERT_EQ(beside.outcome(set_op("/n", "new")), ErrorCode::ok);
    old.send(bare_op(OpCode::get_data, "/n"));
    old.send(set_op("/n", "lost"));
    old.send(bare_op(OpCode::get_data, "/n"));
    world.simulation.resume(world.id_of(frozen));
    const auto resumed = node.now();

    EXPECT_EQ(old.data(), "old");
    EXPECT_FALSE(old.reply());
    EXPECT_LE(node.now() - resumed, 1s);
    node.sleep_for(2s);
    EXPECT_EQ(beside.data_of("/n"), "new");
  });
}

TEST_F(EnsembleReads, NeverGoBackWithinASession) {  // Z-RD-4, Z-INV-16
  run([&](sim::Node& node) {
    ZooKeeperClient client(node, {.servers = world.addresses(), .session_timeout = 8s}, {});
    client.open_session();
    ASSERT_TRUE(client.wait_until_connected(10s));
    ASSERT_TRUE(client.create("/n", "0").ok());
    Zxid seen;
    int version = 0;
    for (int round = 0; round < 4; ++round) {
      const auto down = round % 3 + 1;
      ASSERT_TRUE(client.set("/n", format("{}", round)).ok());
      ++version;
      seen = client.last_zxid();
      world.simulation.restart(world.id_of(down));
      node.sleep_for(200ms);
      ASSERT_TRUE(client.wait_until_connected(60s));
      auto read = client.get("/n");
      while (!read.ok()) {
        ASSERT_TRUE(client.wait_until_connected(60s));
        read = client.get("/n");
      }
      EXPECT_EQ(read->stat.version, version);
      EXPECT_GE(client.last_zxid(), seen);
      node.sleep_for(5s);
      ASSERT_TRUE(client.wait_until_connected(60s));
    }
  });
}

}  // namespace
}  // namespace logquake::zookeeper::testing
