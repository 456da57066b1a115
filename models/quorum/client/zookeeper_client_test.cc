#include "models/quorum/client/zookeeper_client.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "models/quorum/facts.h"
#include "models/quorum/server/server_harness.h"
#include "sim/base/format.h"
#include "sim/network/network.h"

namespace logquake::zookeeper {
namespace {

using testing::World;

ClientSettings settings_of(std::string name = "zookeeper", Duration timeout = 4s) {
  return {
      .servers = {testing::server_address}, .session_timeout = timeout, .name = std::move(name)};
}

// Keeps what the watcher heard: "NodeCreated /a" or "Expired".
class Heard {
 public:
  ZooKeeperClient::Watcher watcher() {
    return [this](const WatchEvent& event) {
      lines.push_back(event.type == EventType::none
                          ? std::string(name_of(event.state))
                          : format("{} {}", name_of(event.type), event.path));
    };
  }
  std::vector<std::string> lines;
};
using Lines = std::vector<std::string>;

TEST(ZooKeeperClient, ReadsWhatItWrote) {
  World().run([](sim::Node& node) {
    ZooKeeperClient client(node, settings_of());
    client.open_session();
    ASSERT_TRUE(client.wait_until_connected(10s));

    EXPECT_EQ(client.create("/a", "one")->path, "/a");
    EXPECT_EQ(client.create("/a/s-", "", CreateMode::persistent_sequential)->path,
              "/a/s-0000000000");
    EXPECT_EQ(client.set("/a", "two", 0)->version, 1);
    EXPECT_EQ(client.get("/a")->data, "two");
    EXPECT_EQ(client.children("/a")->names, std::vector<std::string>{"s-0000000000"});
    EXPECT_TRUE(client.set("/a", "three", 0).is(ErrorCode::bad_version));
    EXPECT_TRUE(client.remove("/a").is(ErrorCode::not_empty));
    EXPECT_TRUE(client.sync("/").ok());
    EXPECT_EQ(client.session_timeout(), 4s);
  });
}

TEST(ZooKeeperClient, TellsWhichMemberOfAMultiFailed) {  // Z-MU-3, Z-KZ-6
  World().run([](sim::Node& node) {
    ZooKeeperClient client(node, settings_of());
    client.open_session();
    ASSERT_TRUE(client.wait_until_connected(10s));
    ASSERT_TRUE(client.create("/controller_epoch", "1").ok());

    const auto won = client.multi({create_op("/controller", "me", CreateMode::ephemeral),
                                   set_op("/controller_epoch", "2", 0)});
    const auto fenced = client.multi({check_op("/controller_epoch", 0), create_op("/x", "")});

    ASSERT_TRUE(won.ok());
    EXPECT_TRUE(won->ok());
    EXPECT_EQ(won->results[1].stat->version, 1);
    ASSERT_TRUE(fenced.ok());
    EXPECT_EQ(fenced->code(), ErrorCode::bad_version);
    EXPECT_EQ(fenced->results[1].error, ErrorCode::runtime_inconsistency);
  });
}

TEST(ZooKeeperClient, PipelinesInOrder) {  // Z-SE-22
  World().run([](sim::Node& node) {
    ZooKeeperClient client(node, settings_of());
    client.open_session();
    ASSERT_TRUE(client.wait_until_connected(10s));

    const auto results =
        client.perform({create_op("/a", "1"), get_op("/a"), set_op("/a", "2", 5), get_op("/b")});

    EXPECT_EQ(results[0].path, "/a");
    EXPECT_EQ(results[1].data, "1");
    EXPECT_EQ(results[2].error, ErrorCode::bad_version);
    EXPECT_EQ(results[3].error, ErrorCode::no_node);
  });
}

TEST(ZooKeeperClient, KeepsAnIdleSessionAlive) {  // Z-SE-17
  World().run([](sim::Node& node) {
    Heard heard;
    ZooKeeperClient client(node, settings_of(), heard.watcher());
    client.open_session();
    ASSERT_TRUE(client.wait_until_connected(10s));

    node.sleep_for(10min);

    EXPECT_EQ(client.state(), SessionState::connected);
    EXPECT_EQ(heard.lines, Lines{"SyncConnected"});
  });
}

TEST(ZooKeeperClient, ComesBackToItsSession) {  // Z-SE-11, Z-WT-13, Z-WT-17
  World world;
  world.run([&](sim::Node& node) {
    Heard heard;
    ZooKeeperClient client(node, settings_of("first"), heard.watcher());
    ZooKeeperClient other(node, settings_of("second"));
    client.open_session();
    other.open_session();
    ASSERT_TRUE(client.wait_until_connected(10s) && other.wait_until_connected(10s));
    const auto session = client.session();
    ASSERT_TRUE(client.create("/e", "", CreateMode::ephemeral).ok());
    ASSERT_TRUE(client.create("/a", "").ok());
    ASSERT_TRUE(client.get("/a", Watch::once).ok());
    EXPECT_TRUE(client.exists("/b", Watch::once).is(ErrorCode::no_node));

    world.simulation.network().break_connections(node.id(), world.server());
    node.sleep_for(1ms);
    EXPECT_TRUE(client.get("/a").is(ErrorCode::connection_loss));
    ASSERT_TRUE(client.wait_until_connected(10s) && other.wait_until_connected(10s));
    ASSERT_TRUE(other.create("/b", "").ok());
    node.sleep_for(100ms);

    EXPECT_EQ(client.session(), session);
    EXPECT_TRUE(client.exists("/e").ok());
    EXPECT_EQ(heard.lines,
              (Lines{"SyncConnected", "Disconnected", "SyncConnected", "NodeCreated /b"}));
  });
}

TEST(ZooKeeperClient, CatchesUpOnWhatChangedWhileItWasAway) {  // Z-WT-13
  World world;
  world.run([&](sim::Node& node) {
    Heard heard;
    ZooKeeperClient client(node, settings_of("first", 10s), heard.watcher());
    client.open_session();
    ASSERT_TRUE(client.wait_until_connected(10s));
    ASSERT_TRUE(client.create("/a", "").ok());
    ASSERT_TRUE(client.get("/a", Watch::once).ok());
    bool changed = false;
    world.simulation.add_node("other-1", [&](sim::Node& other_node) {
      ZooKeeperClient other(other_node, settings_of());
      other.open_session();
      other_node.sleep_for(1s);
      changed = other.wait_until_connected(10s) && other.set("/a", "x").ok();
      other_node.sleep_for(1h);
    });

    world.simulation.network().drop(node.id(), world.server());
    world.simulation.network().drop(world.server(), node.id());
    node.sleep_for(8s);
    EXPECT_TRUE(changed);
    world.simulation.network().heal_all();
    ASSERT_TRUE(client.wait_until_connected(20s));
    node.sleep_for(100ms);

    EXPECT_EQ(heard.lines,
              (Lines{"SyncConnected", "Disconnected", "SyncConnected", "NodeDataChanged /a"}));
  });
}

TEST(ZooKeeperClient, RegistersLastingWatchesAgain) {  // Z-WT-12, Z-WT-13, Z-OBS-53
  World world;
  world.run([&](sim::Node& node) {
    Heard heard;
    ZooKeeperClient client(node, settings_of("first"), heard.watcher());
    client.open_session();
    ASSERT_TRUE(client.wait_until_connected(10s));
    ASSERT_TRUE(client.add_watch("/a", AddWatchMode::persistent_recursive).ok());
    ASSERT_TRUE(client.add_watch("/b", AddWatchMode::persistent).ok());
    EXPECT_TRUE(client.remove_watches("/c").is(ErrorCode::no_watcher));

    world.simulation.network().break_connections(node.id(), world.server());
    node.sleep_for(1ms);
    ASSERT_TRUE(client.wait_until_connected(10s));
    ASSERT_TRUE(client.create("/a", "").ok() && client.create("/a/c", "").ok());
    ASSERT_TRUE(client.create("/b", "").ok() && client.set("/b", "x").ok());
    ASSERT_TRUE(client.remove_watches("/b").ok());
    ASSERT_TRUE(client.remove("/b").ok());
    node.sleep_for(1ms);

    EXPECT_EQ(heard.lines,
              (Lines{"SyncConnected", "Disconnected", "SyncConnected", "NodeCreated /a",
                     "NodeCreated /a/c", "NodeCreated /b", "NodeDataChanged /b"}));
  });
}

TEST(ZooKeeperClient, LearnsOfItsExpiryWhenItComesBack) {  // Z-SE-18, Z-TQ-9
  World world;
  world.run([&](sim::Node& node) {
    Heard heard;
    ZooKeeperClient client(node, settings_of(), heard.watcher());
    client.open_session();
    ASSERT_TRUE(client.wait_until_connected(10s));
    const auto old_session = client.session();
    ASSERT_TRUE(client.create("/e", "", CreateMode::ephemeral).ok());

    world.simulation.network().drop(node.id(), world.server());
    world.simulation.network().drop(world.server(), node.id());
    node.sleep_for(20s);
    EXPECT_EQ(client.state(), SessionState::disconnected);
    world.simulation.network().heal_all();
    EXPECT_FALSE(client.wait_until_connected(30s));
    EXPECT_EQ(client.state(), SessionState::expired);
    EXPECT_TRUE(client.exists("/e").is(ErrorCode::session_expired));
    client.open_session();
    ASSERT_TRUE(client.wait_until_connected(10s));

    EXPECT_NE(client.session(), old_session);
    EXPECT_TRUE(client.exists("/e").is(ErrorCode::no_node));
    EXPECT_EQ(heard.lines, (Lines{"SyncConnected", "Disconnected", "Expired", "SyncConnected"}));
  });
}

TEST(ZooKeeperClient, ClosesInOrder) {  // Z-SE-20
  World().run([](sim::Node& node) {
    Heard heard;
    ZooKeeperClient client(node, settings_of("first"), heard.watcher());
    ZooKeeperClient other(node, settings_of("second"));
    client.open_session();
    other.open_session();
    ASSERT_TRUE(client.wait_until_connected(10s) && other.wait_until_connected(10s));
    ASSERT_TRUE(client.create("/e", "", CreateMode::ephemeral).ok());

    EXPECT_TRUE(client.close().ok());

    EXPECT_TRUE(other.exists("/e").is(ErrorCode::no_node));
    EXPECT_TRUE(client.exists("/e").is(ErrorCode::session_expired));
    node.sleep_for(1ms);
    EXPECT_EQ(heard.lines, (Lines{"SyncConnected", "Closed"}));
  });
}

TEST(ZooKeeperClient, LosesItsConnectionToWhatTheServerDoesNotKnow) {  // Z-ER-7, Z-ER-8
  World().run([](sim::Node& node) {
    ZooKeeperClient client(node, settings_of());
    client.open_session();
    ASSERT_TRUE(client.wait_until_connected(10s));

    const auto results = client.perform({create_op("/a", ""), check_op("/a", 0)});

    EXPECT_EQ(results[0].error, ErrorCode::connection_loss);  // the refusal overtook its reply
    ASSERT_TRUE(client.wait_until_connected(10s));
    EXPECT_TRUE(client.exists("/a").ok());
  });
}

TEST(ZooKeeperClient, MayGoAwayWithoutAWord) {  // Z-SE-10
  World().run([](sim::Node& node) {
    ZooKeeperClient other(node, settings_of("second"));
    other.open_session();
    {
      ZooKeeperClient client(node, settings_of("first"));
      client.open_session();
      ASSERT_TRUE(client.wait_until_connected(10s) && other.wait_until_connected(10s));
      ASSERT_TRUE(client.create("/e", "", CreateMode::ephemeral).ok());
    }
    node.sleep_for(3s);
    EXPECT_TRUE(other.exists("/e").ok());
    node.sleep_for(3s);
    EXPECT_TRUE(other.exists("/e").is(ErrorCode::no_node));
  });
}

TEST(ZooKeeperClient, SurvivesItsServersRestart) {  // Z-SE-19
  World world;
  world.run([&](sim::Node& node) {
    ZooKeeperClient client(node, settings_of());
    client.open_session();
    ASSERT_TRUE(client.wait_until_connected(10s));
    const auto session = client.session();
    ASSERT_TRUE(client.create("/e", "kept", CreateMode::ephemeral).ok());

    world.simulation.lose_power(world.server());
    node.sleep_for(20s);  // longer than the session's timeout
    world.simulation.restart(world.server());
    ASSERT_TRUE(client.wait_until_connected(30s));

    EXPECT_EQ(client.session(), session);
    EXPECT_EQ(client.get("/e")->data, "kept");
  });
}

}  // namespace
}  // namespace logquake::zookeeper
