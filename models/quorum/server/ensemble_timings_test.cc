// How long an ensemble takes to notice and to recover, with ticks of 500 ms. Source: Z-TM-1 to
// Z-TM-7 and the recorded checks.
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "models/quorum/server/ensemble_harness.h"
#include "models/quorum/server/raw_client.h"

namespace logquake::zookeeper::testing {
namespace {

constexpr Duration sync_limit = 4 * 500ms;

class EnsembleTimings : public ::testing::Test {
 protected:
  void SetUp() override {
    world.on<ServingStopped>([this](const ServingStopped& stopped, const std::string& node) {
      stops.push_back({node, stopped.why, world.simulation.now()});
    });
    ASSERT_TRUE(world.start());
    leader = world.leader();
    followers = world.followers();
    (void)world.simulation.run_for(3s);
  }
  struct Stop {
    std::string node;
    std::string why;
    Instant at;
  };
  std::optional<Instant> stop_of(int server) const {
    for (const auto& stop : stops) {
      if (stop.node == EnsembleWorld::host(server)) return stop.at;
    }
    return std::nullopt;
  }

  EnsembleWorld world{{.adjust = [](ServerSettings& s) { s.four_letter_words = {"*"}; }}};
  int leader = 0;
  std::vector<int> followers;
  std::vector<Stop> stops;
};

TEST_F(EnsembleTimings,
       AKilledLeaderIsMissedAtOnceAndReplacedWithinASecond) {  // Z-TM-6, Z-TM-7, Z-OBS-62
  world.run([&](sim::Node& node) {
    RawClient client(node, world.address(followers[0]));
    ASSERT_TRUE(client.connect({}, 4s));
    ASSERT_TRUE(client.call(create_op("/n", "")));
    const auto killed = node.now();
    world.simulation.crash_process(world.id_of(leader));

    EXPECT_FALSE(client.reply());
    EXPECT_LE(node.now() - killed, 100ms);  // 0.04 s was recorded
    while (!client.connect(resuming(client.session), 4s)) node.sleep_for(20ms);
    EXPECT_LE(node.now() - killed, 1s);  // 0.55 s was recorded
    const auto reply = client.call(create_op("/m", ""));
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->zxid, make_zxid(2, 1));
  });
}

TEST_F(EnsembleTimings, ALeaderThatLostItsQuorumStopsAtItsNextTick) {  // Z-TM-2, Z-TM-6, Z-OBS-63
  world.run([&](sim::Node& node) {
    RawClient client(node, world.address(leader));
    ASSERT_TRUE(client.connect({}, 4s));
    world.simulation.crash_process(world.id_of(followers[0]));
    node.sleep_for(2s);
    ASSERT_TRUE(stops.empty());
    const auto killed = node.now();
    world.simulation.crash_process(world.id_of(followers[1]));
    client.send(create_op("/n", ""));

    EXPECT_FALSE(client.reply());
    EXPECT_LE(node.now() - killed, 500ms + 50ms);
    const auto text = RawClient(node, world.address(leader)).ask("mntr").value_or("");
    EXPECT_EQ(text, "This ZooKeeper instance is not currently serving requests\n");
    EXPECT_FALSE(client.connect({}, 4s));  // Z-WP-16
  });
}

TEST_F(EnsembleTimings, AFrozenLeaderIsGivenUpAfterTheSyncLimit) {  // Z-TM-5, Z-TM-7, Z-OBS-69
  const auto frozen = world.simulation.now();
  world.simulation.pause(world.id_of(leader));
  const auto old = leader;

  ASSERT_TRUE(world.until(
      [&] {
        const auto now_serving = world.followers();
        return stop_of(followers[0]) && stop_of(followers[1]) && world.leader() != 0 &&
               (world.leader() != old || !now_serving.empty());
      },
      10s));

  for (const auto follower : followers) {
    EXPECT_GE(*stop_of(follower) - frozen, sync_limit - 250ms);
    EXPECT_LE(*stop_of(follower) - frozen, sync_limit + 50ms);
  }
  EXPECT_LE(world.simulation.now() - frozen, 3s);  // 2.6 s was recorded
}

TEST_F(EnsembleTimings, ACutLeaderStopsAfterTheSyncLimit) {  // Z-TM-3, Z-TM-6, Z-PT-2
  const auto cut = world.simulation.now();
  for (const auto follower : followers) {
    world.simulation.network().drop(world.id_of(leader), world.id_of(follower));
    world.simulation.network().drop(world.id_of(follower), world.id_of(leader));
  }

  ASSERT_TRUE(world.until([&] { return stop_of(leader).has_value(); }, 10s));

  EXPECT_GE(world.simulation.now() - cut, sync_limit - 250ms);
  EXPECT_LE(world.simulation.now() - cut, sync_limit + 2 * 500ms);
}

TEST_F(EnsembleTimings, AFollowerThatDoesNotAckIsDropped) {  // Z-TM-4
  world.run([&](sim::Node& node) {
    RawClient client(node, world.address(leader));
    ASSERT_TRUE(client.connect({}, 4s));
    const auto stall = world.node(followers[0]).disk().stall();
    ASSERT_TRUE(client.call(create_op("/n", "")));  // the other one acks
    const auto proposed = world.simulation.now();
    while (!stop_of(followers[0])) {
      ASSERT_TRUE(client.call(bare_op(OpCode::ping)));
      node.sleep_for(50ms);
      ASSERT_LT(world.simulation.now() - proposed, 10s);
    }
    world.node(followers[0]).disk().end(stall);

    EXPECT_GE(*stop_of(followers[0]) - proposed, sync_limit - 50ms);
    EXPECT_LE(*stop_of(followers[0]) - proposed, sync_limit + 2 * 500ms);
    EXPECT_FALSE(stop_of(leader));
  });
}

TEST_F(EnsembleTimings, ASilentFollowerIsDropped) {  // Z-TM-4, Z-PT-6
  world.run([&](sim::Node& node) {
    // What it says is lost; what it is told comes through.
    world.simulation.network().drop(world.id_of(followers[0]), world.id_of(leader));
    const auto cut = node.now();
    while (!stop_of(followers[0])) {
      node.sleep_for(50ms);
      ASSERT_LT(node.now() - cut, 10s);
    }

    EXPECT_GE(node.now() - cut, sync_limit - 250ms);
    EXPECT_LE(node.now() - cut, sync_limit + 2 * 500ms);
  });
}

}  // namespace
}  // namespace logquake::zookeeper::testing
