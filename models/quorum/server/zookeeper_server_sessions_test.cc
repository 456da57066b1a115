// A standalone server as seen on the wire: sessions, connections, and what it removes by itself.
// Ticks are 500 ms, as in the recorded checks.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "models/quorum/facts.h"
#include "models/quorum/server/server_harness.h"
#include "models/quorum/server/zookeeper_server.h"
#include "models/quorum/tree/session_tracker.h"
#include "sim/base/format.h"

namespace logquake::zookeeper {
namespace {

using testing::bare_op;
using testing::RawClient;
using testing::World;

TEST(ZooKeeperServerSessions, EndsASessionWithItsClose) {  // Z-SE-20, Z-ER-11, Z-OBS-32
  World().run([](sim::Node& node) {
    RawClient watcher(node);
    watcher.connect();
    RawClient client(node);
    client.connect();
    client.call(create_op("/e", "", CreateMode::ephemeral));
    const auto before = client.call(bare_op(OpCode::ping))->zxid;

    client.send(bare_op(OpCode::close_session));
    client.send(create_op("/behind", ""));

    EXPECT_EQ(client.reply()->zxid, before + 1);
    EXPECT_FALSE(client.reply().has_value());
    EXPECT_EQ(watcher.call(exists_op("/e"))->error, ErrorCode::no_node);
    EXPECT_EQ(watcher.call(exists_op("/behind"))->error, ErrorCode::no_node);
    EXPECT_EQ(watcher.call(exists_op("/"))->result.stat->pzxid, before + 1);
  });
}

// How long an ephemeral outlives its owner's last packet.
Duration life_of_an_ephemeral(bool closes_tcp) {
  Duration life{};
  World().run([&](sim::Node& node) {
    RawClient watcher(node);
    watcher.connect({}, 10s);
    RawClient owner(node);
    owner.connect({}, 2s);
    owner.call(create_op("/e", "", CreateMode::ephemeral));
    const auto last_packet = node.now();
    if (closes_tcp) owner.stream.close();
    watcher.call(exists_op("/e", Watch::once));
    auto message = watcher.stream.receive(10s);
    ASSERT_TRUE(message.ok());
    EXPECT_EQ(message->as<WatchEvent>()->type, EventType::node_deleted);
    life = node.now() - last_packet;
    if (closes_tcp) return;
    EXPECT_FALSE(owner.reply().has_value());  // the server closes the silent socket
  });
  return life;
}

TEST(ZooKeeperServerSessions, ExpiresASilentSession) {  // Z-SE-7, Z-SE-10, Z-OBS-56
  for (const bool closes_tcp : {false, true}) {
    const auto life = life_of_an_ephemeral(closes_tcp);
    EXPECT_GT(life, 2s);
    EXPECT_LE(life, 2s + 500ms + 20ms);
  }
}

TEST(ZooKeeperServerSessions, TurnsAwayWhatItCannotResume) {  // Z-SE-12, Z-SE-14, Z-OBS-7, Z-OBS-57
  World().run([](sim::Node& node) {
    RawClient client(node);
    const auto session = client.connect();
    client.call(bare_op(OpCode::close_session));

    ConnectRequest gone;
    gone.session = session->session;
    gone.password = session->password;
    const auto refused = client.connect(gone);
    ASSERT_TRUE(refused.has_value());
    EXPECT_EQ(refused->session, SessionId());
    EXPECT_EQ(refused->timeout, 0);
    EXPECT_EQ(refused->password, Bytes(16));
    EXPECT_FALSE(client.reply().has_value());

    ConnectRequest ahead;
    ahead.last_zxid_seen = Zxid(1000);
    EXPECT_FALSE(client.connect(ahead).has_value());
  });
}

// Whether the owner's connection outlives a stranger's attempt with a wrong password.
bool owner_survives_wrong_password(const std::set<std::string, std::less<>>& defects) {
  bool survives = false;
  World(defects).run([&](sim::Node& node) {
    RawClient owner(node);
    ConnectRequest wrong;
    wrong.session = owner.connect()->session;
    wrong.password = Bytes(16);
    RawClient stranger(node);
    EXPECT_EQ(stranger.connect(wrong)->session, SessionId());
    survives = owner.call(bare_op(OpCode::ping)).has_value();
  });
  return survives;
}

TEST(ZooKeeperServerSessions,
     ChecksThePasswordBeforeItDropsAnybody) {  // Z-SE-13, Z-OBS-6 corrected
  EXPECT_TRUE(owner_survives_wrong_password({}));
  EXPECT_FALSE(owner_survives_wrong_password({"zk.drop-before-password"}));
}

TEST(ZooKeeperServerSessions, ChangesTheTimeoutWithAReconnect) {  // Z-SE-11, Z-OBS-58
  World().run([](sim::Node& node) {
    RawClient old(node);
    const auto session = old.connect({}, 2s);
    ConnectRequest again;
    again.session = session->session;
    again.password = session->password;
    RawClient fresh(node);

    EXPECT_EQ(fresh.connect(again, 8s)->timeout, 8000);
    EXPECT_FALSE(old.reply().has_value());
    node.sleep_for(7s);
    EXPECT_TRUE(fresh.call(bare_op(OpCode::ping)).has_value());
  });
}

TEST(ZooKeeperServerSessions, ClosesConnectionsThatNeverSpeak) {  // Z-SE-16
  World().run([](sim::Node& node) {
    auto mute = node.connect(testing::server_address, 1s);
    ASSERT_TRUE(mute.ok());
    const auto start = node.now();

    EXPECT_TRUE(mute->receive(60s).is(logquake::ErrorCode::closed));
    EXPECT_GE(node.now() - start, 10s);
    EXPECT_LE(node.now() - start, 20s + 10ms);
  });
}

TEST(ZooKeeperServerSessions, BoundsTheConnectionsOfOneClient) {  // Z-SE-23
  auto settings = World::ticking(500ms);
  settings.max_client_connections = 2;
  World({}, 1, settings).run([](sim::Node& node) {
    RawClient one(node);
    RawClient two(node);
    RawClient three(node);

    EXPECT_TRUE(one.connect().has_value());
    EXPECT_TRUE(two.connect().has_value());
    EXPECT_FALSE(three.connect().has_value());
  });
}

TEST(ZooKeeperServerSessions, RemovesContainersThatHaveBecomeEmpty) {  // Z-DM-15
  World().run([](sim::Node& node) {
    ZooKeeperClient client(node, {.servers = {testing::server_address}, .session_timeout = 10s});
    client.open_session();
    ASSERT_TRUE(client.wait_until_connected(10s));
    ASSERT_TRUE(client.create("/never-used", "", CreateMode::container).ok());
    ASSERT_TRUE(client.create("/used", "", CreateMode::container).ok());
    ASSERT_TRUE(client.create("/used/c", "").ok());
    node.sleep_for(70s);
    EXPECT_TRUE(client.exists("/used").ok());
    ASSERT_TRUE(client.remove("/used/c").ok());

    node.sleep_for(70s);

    EXPECT_TRUE(client.exists("/used").is(ErrorCode::no_node));
    EXPECT_TRUE(client.exists("/never-used").ok());
  });
}

TEST(ZooKeeperServerSessions, RemovesNodesWhoseTimeIsOver) {  // Z-DM-16
  auto settings = World::ticking(500ms);
  settings.extended_types = true;
  World({}, 1, settings).run([](sim::Node& node) {
    ZooKeeperClient client(node, {.servers = {testing::server_address}, .session_timeout = 10s});
    client.open_session();
    ASSERT_TRUE(client.wait_until_connected(10s));
    const auto made =
        client.perform({create_ttl_op("/short", "", 100), create_ttl_op("/long", "", 3'600'000)});
    ASSERT_TRUE(made[0].ok() && made[1].ok());
    node.sleep_for(1s);
    EXPECT_TRUE(client.exists("/short").ok());  // only the checker removes it

    node.sleep_for(60s);

    EXPECT_TRUE(client.exists("/short").is(ErrorCode::no_node));
    EXPECT_TRUE(client.exists("/long").ok());
  });
}

std::int64_t sessions_lost_to_a_clock_step(const std::set<std::string, std::less<>>& defects) {
  World world(defects);
  std::int64_t expired = 0;
  world.on<SessionExpired>([&](const SessionExpired& fact) {
    ++expired;
    EXPECT_EQ(fact.silence < fact.timeout,
              !defects.empty());  // what a checker of Z-INV-13 looks at
  });
  world.run([&](sim::Node& node) {
    RawClient client(node);
    client.connect({}, 10s);
    world.simulation.step_clock(world.server(), 1h);
    node.sleep_for(1s);
  });
  return expired;
}

TEST(ZooKeeperServerSessions, IsDeafToStepsOfTheWallClock) {  // Z-INV-13, Z-PT-14
  EXPECT_EQ(sessions_lost_to_a_clock_step({}), 0);
  EXPECT_EQ(sessions_lost_to_a_clock_step({"zk.wallclock-expiry"}), 1);
}

TEST(ZooKeeperServerSessions, RemovesEphemeralsWithTheirSession) {  // Z-SE-9, Z-INV-12, D-ZC4
  for (const bool is_defective : {false, true}) {
    World world(is_defective ? std::set<std::string, std::less<>>{"zk.delayed-ephemeral-delete"}
                             : std::set<std::string, std::less<>>{});
    std::int64_t left = -1;
    world.on<SessionClosed>([&](const SessionClosed& fact) { left = fact.left_behind; });
    world.run([&](sim::Node& node) {
      RawClient owner(node);
      owner.connect();
      owner.call(create_op("/e", "", CreateMode::ephemeral));
      owner.call(bare_op(OpCode::close_session));
      RawClient next(node);
      next.connect({}, 10s);
      EXPECT_EQ(next.call(exists_op("/e"))->error,
                is_defective ? ErrorCode::ok : ErrorCode::no_node);
      node.sleep_for(3s);
      EXPECT_EQ(next.call(exists_op("/e"))->error, ErrorCode::no_node);
    });
    EXPECT_EQ(left, is_defective ? 1 : 0);
  }
}

}  // namespace
}  // namespace logquake::zookeeper
