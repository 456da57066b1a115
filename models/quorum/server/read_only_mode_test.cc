#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/quorum/defects.h"
#include "models/quorum/server/ensemble_harness.h"
#include "models/quorum/server/raw_client.h"

namespace logquake::zookeeper::testing {
namespace {

void allow_read_only(ServerSettings& settings) {
  settings.read_only_mode = true;
  settings.four_letter_words = {"*"};
}

ConnectRequest read_only_request() {
  ConnectRequest request;
  request.read_only = true;
  return request;
}

ConnectRequest read_only_request(SessionId session) {
  auto request = resuming(session);
  request.read_only = true;
  return request;
}

/// Three servers with a session and a node; then 1 is left alone.
class ReadOnlyClients : public ::testing::Test {
 protected:
  void leave_alone(sim::Node& node) {
    RawClient client(node, world.address(1));
    ASSERT_TRUE(client.connect({}, 10s));
    session = client.session;
    ASSERT_TRUE(client.call(create_op("/a", "x")));
    world.simulation.crash_process(world.id_of(2));
    world.simulation.crash_process(world.id_of(3));
  }
  void run(const std::function<void(sim::Node&)>& program) {
    ASSERT_TRUE(world.start());
    world.run([&](sim::Node& node) {
      leave_alone(node);
      program(node);
    });
  }

  EnsembleWorld world{{.adjust = allow_read_only}};
  SessionId session;
};

TEST_F(ReadOnlyClients, BeginsTwoSecondsAfterTheQuorumIsGone) {  // Z-RD-6, Z-OBS-72, Z-4L-4, Z-4L-6
  std::optional<Instant> looking;
  std::optional<Instant> began;
  world.on<ElectionStarted>([&](const ElectionStarted&, const std::string& node) {
    if (node == "zookeeper-1") looking = world.simulation.now();
  });
  world.on<ServingStarted>([&](const ServingStarted& serving, const std::string&) {
    if (serving.mode == "read-only") began = world.simulation.now();
  });

  run([&](sim::Node& node) {
    const auto server = world.address(1);
    node.sleep_for(6s);

    EXPECT_EQ(RawClient(node, server).ask("isro"), "ro");
    const auto text = RawClient(node, server).ask("srvr").value_or("");
    EXPECT_NE(text.find("READ-ONLY mode; serving only read-only clients\n"), text.npos) << text;
    EXPECT_NE(text.find("Mode: read-only\n"), text.npos) << text;
  });

  ASSERT_TRUE(began && looking);
  EXPECT_EQ(*began - *looking, 2s);
}

TEST_F(ReadOnlyClients, ClosesOtherClientsWithoutAWord) {  // Z-WP-17, Z-OBS-72
  run([&](sim::Node& node) {
    node.sleep_for(6s);

    RawClient client(node, world.address(1));

    EXPECT_FALSE(client.connect());
    EXPECT_EQ(client.reply(), std::nullopt);
  });
}

TEST_F(ReadOnlyClients, RefusesNewSessionsByAReply) {  // Z-SE-21, Z-OBS-72
  run([&](sim::Node& node) {
    node.sleep_for(6s);
    RawClient client(node, world.address(1));

    EXPECT_FALSE(client.connect(read_only_request()));

    ASSERT_TRUE(client.last_reply);
    EXPECT_EQ(client.last_reply->error, ErrorCode::not_read_only);
    EXPECT_EQ(client.last_reply->xid, 0);
  });
}

TEST_F(ReadOnlyClients, ServesReadsAndRefusesWrites) {  // Z-RD-6, Z-WP-17
  run([&](sim::Node& node) {
    node.sleep_for(6s);
    RawClient client(node, world.address(1));
    const auto response = client.connect(read_only_request(session), 10s);
    ASSERT_TRUE(response);

    EXPECT_TRUE(response->read_only);
    EXPECT_EQ(client.data_of("/a"), "x");
    EXPECT_EQ(client.outcome(create_op("/b", "")), ErrorCode::not_read_only);
    EXPECT_EQ(client.outcome(bare_op(OpCode::sync, "/a")), ErrorCode::not_read_only);
    EXPECT_EQ(client.outcome(bare_op(OpCode::exists, "/b")), ErrorCode::no_node);
    EXPECT_EQ(client.outcome(bare_op(OpCode::ping)), ErrorCode::ok);
  });
}

TEST_F(ReadOnlyClients, EndsWhenThereIsALeader) {  // Z-RD-6
  run([&](sim::Node& node) {
    node.sleep_for(6s);
    RawClient client(node, world.address(1));
    ASSERT_TRUE(client.connect(read_only_request(session), 10s));

    world.simulation.restart(world.id_of(2));

    EXPECT_EQ(client.reply(), std::nullopt);
    node.sleep_for(3s);
    EXPECT_EQ(RawClient(node, world.address(1)).ask("isro"), "rw");
    const auto response = client.connect(read_only_request(session), 10s);
    ASSERT_TRUE(response);
    EXPECT_FALSE(response->read_only);
    EXPECT_EQ(client.outcome(create_op("/b", "")), ErrorCode::ok);
  });
}

// A proposal that only its leader has logged, while the others were dying.
TEST(ReadOnlyModeTail, IsReadThoughItIsNotCommittedAndMayGo) {  // Z-RD-6, Z-SY-9, Z-OBS-65
  EnsembleWorld world({.adjust = allow_read_only});
  ASSERT_TRUE(world.start());
  const auto leader = world.leader();
  const auto followers = world.followers();
  world.run([&](sim::Node& node) {
    RawClient client(node, world.address(leader));
    ASSERT_TRUE(client.connect({}, 10s));
    for (const auto id : followers) world.simulation.crash_process(world.id_of(id));
    ASSERT_EQ(client.outcome(create_op("/tail", "x")), ErrorCode::connection_loss);
    node.sleep_for(3s);
    RawClient reader(node, world.address(leader));
    ASSERT_TRUE(reader.connect(read_only_request(client.session), 10s));

    EXPECT_EQ(reader.data_of("/tail"), "x");

    world.simulation.crash_process(world.id_of(leader));
    for (const auto id : followers) world.simulation.restart(world.id_of(id));
    RawClient writer(node, world.address(followers[0]));
    while (!writer.connect({}, 10s)) node.sleep_for(100ms);
    ASSERT_EQ(writer.outcome(create_op("/new", "")), ErrorCode::ok);
    world.simulation.restart(world.id_of(leader));
    while (!reader.connect({}, 10s)) node.sleep_for(100ms);
    EXPECT_EQ(reader.outcome(bare_op(OpCode::exists, "/tail")), ErrorCode::no_node);
  });
}

TEST(ReadOnlyModeOff, ServesNobodyWithoutALeader) {  // Z-WP-16, Z-TQ-5
  EnsembleWorld world;
  world.simulation.crash_process(world.id_of(2));
  world.simulation.crash_process(world.id_of(3));
  world.run([&](sim::Node& node) {
    node.sleep_for(10s);

    RawClient client(node, world.address(1));

    EXPECT_FALSE(client.connect(read_only_request()));
    EXPECT_EQ(client.reply(), std::nullopt);
  });
}

// 1 reads its disk in the middle of the history, is in read-only mode at the end of it, and leads a
// follower that lacks the last write.
std::vector<HistoryTruncated> cuts_behind_read_only_mode(
    std::set<std::string, std::less<>> defects) {
  EnsembleWorld world({.defects = std::move(defects), .adjust = allow_read_only});
  std::vector<HistoryTruncated> cuts;
  world.on<HistoryTruncated>(
      [&](const HistoryTruncated& cut, const std::string&) { cuts.push_back(cut); });
  EXPECT_TRUE(world.start());
  const int leader = world.leader();
  const int reader = leader == 1 ? 2 : 1;
  const int laggard = 6 - leader - reader;
  world.run([&](sim::Node& node) {
    RawClient client(node, world.address(leader));
    ASSERT_TRUE(client.connect({}, 10s));
    const auto write = [&](const std::string& path) {
      const auto reply = client.call(create_op(path, ""));
      ASSERT_TRUE(reply && reply->error == ErrorCode::ok) << path;
    };
    write("/a");
    node.sleep_for(1s);
    world.simulation.restart(world.id_of(reader));
    node.sleep_for(3s);
    write("/b");
    node.sleep_for(1s);
    world.simulation.crash_process(world.id_of(laggard));
    node.sleep_for(1s);
    write("/c");
    node.sleep_for(1s);
    world.simulation.crash_process(world.id_of(leader));
    node.sleep_for(6s);
    world.simulation.restart(world.id_of(laggard));
  });
  EXPECT_TRUE(world.until([&] { return world.leader() == reader; }));
  (void)world.simulation.run_for(3s);
  return cuts;
}

TEST(ReadOnlyModeWindow, IsWhatItWasBefore) {  // Z-SY-2, D-ZA15
  EXPECT_TRUE(cuts_behind_read_only_mode({}).empty());
}

TEST(ReadOnlyModeWindow,
     StaleItCutsAHealthyFollower) {  // zk.readonly-stale-window, D-ZA15, Z-INV-6
  const auto cuts = cuts_behind_read_only_mode({std::string(readonly_stale_window.name)});

  ASSERT_EQ(cuts.size(), 1U);
  EXPECT_LT(cuts.front().to, cuts.front().from);  // and all of it was committed
}

}  // namespace
}  // namespace logquake::zookeeper::testing
