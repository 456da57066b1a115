// Sessions at an ensemble: who decides that they live, where they go on, what becomes of requests.
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "models/quorum/server/ensemble_harness.h"
#include "models/quorum/server/raw_client.h"
#include "models/quorum/tree/session_tracker.h"

namespace logquake::zookeeper::testing {
namespace {

constexpr Duration tick = 500ms;

class EnsembleSessions : public ::testing::Test {
 protected:
  void run(const std::function<void(sim::Node&)>& program) {
    ASSERT_TRUE(world.start());
    leader = world.leader();
    followers = world.followers();
    world.on<SessionExpired>([this](const SessionExpired& expired, const std::string&) {
      expiries.push_back(expired);
      expired_at = world.simulation.now();
    });
    world.run(program);
  }
  RawClient client_of(sim::Node& node, int server) const {
    return RawClient(node, world.address(server));
  }
  ErrorCode exists(sim::Node& node, int server, const std::string& path) const {
    auto client = client_of(node, server);
    if (!client.connect({}, 10s)) return ErrorCode::connection_loss;
    const auto reply = client.call(bare_op(OpCode::exists, path));
    return reply ? reply->error : ErrorCode::connection_loss;
  }

  EnsembleWorld world{{.adjust = [](ServerSettings& s) { s.four_letter_words = {"*"}; }}};
  int leader = 0;
  std::vector<int> followers;
  std::vector<SessionExpired> expiries;
  Instant expired_at;
};

// ---- ids and timeouts ----

TEST_F(EnsembleSessions, AreNumberedByTheServerTheyBeginAt) {  // Z-SE-1, Z-SE-2, Z-OBS-5, Z-OBS-79
  run([&](sim::Node& node) {
    for (int server = 1; server <= 3; ++server) {
      auto one = client_of(node, server);
      auto next = client_of(node, server);
      const auto response = one.connect();
      ASSERT_TRUE(response && next.connect());

      EXPECT_EQ(one.session.value() >> 56, server);
      EXPECT_EQ(next.session, one.session + 1);
      EXPECT_EQ(response->password, session_password(one.session));
    }
  });
}

// Why the only server of an ensemble, number 255, left within two seconds.
std::string reason_of_exit(bool extended_types) {
  EnsembleWorld world({.voters = 1, .adjust = [&](ServerSettings& settings) {
                         settings.servers.front().id = ServerId(255);
                         settings.extended_types = extended_types;
                       }});
  std::string why;
  world.on<sim::NodeExited>([&](const sim::NodeExited& exited, const auto&) { why = exited.why; });
  (void)world.simulation.run_for(3s);
  return why;
}

TEST(EnsembleServer, MayNotBeNumber255WithExtendedTypes) {  // Z-SE-1
  EXPECT_NE(reason_of_exit(true).find("server 255"), std::string::npos);
  EXPECT_EQ(reason_of_exit(false), "");
}

TEST_F(EnsembleSessions, NegotiateTheirTimeoutAtAFollower) {  // Z-SE-3, Z-OBS-4
  run([&](sim::Node& node) {
    for (const auto& [asked, given] : std::vector<std::pair<std::int32_t, std::int32_t>>{
             {1, 1000}, {999, 1000}, {4000, 4000}, {10001, 10000}, {99999, 10000}}) {
      ConnectRequest request;
      request.timeout = asked;
      EXPECT_EQ(client_of(node, followers[0]).connect(request)->timeout, given);
    }
  });
}

TEST_F(EnsembleSessions, BeginOnceTheyAreCommittedAndEverywhere) {  // Z-SE-4, Z-OBS-33
  run([&](sim::Node& node) {
    std::vector<std::pair<int, sim::Episode>> stalls;
    for (const auto id : followers) stalls.emplace_back(id, world.node(id).disk().stall());
    world.simulation.after(1s, [&] {
      for (const auto& [id, stall] : stalls) world.node(id).disk().end(stall);
    });
    auto client = client_of(node, followers[0]);
    const auto asked = node.now();

    ASSERT_TRUE(client.connect({}, 4s));

    EXPECT_GE(node.now() - asked, 900ms);
    node.sleep_for(100ms);
    const auto line = format("Global Sessions(1):\n0x{:x}\t4000ms\n", client.session.value());
    for (const auto id : followers) {
      const auto dump = client_of(node, id).ask("dump").value_or("");
      EXPECT_NE(dump.find(line), std::string::npos) << dump;
    }
  });
}

// ---- expiry ----

TEST_F(EnsembleSessions, LiveByWhatFollowersTellOfThem) {  // Z-SE-5, Z-SE-6
  run([&](sim::Node& node) {
    auto pinging = client_of(node, followers[0]);
    auto reading = client_of(node, followers[1]);
    ASSERT_TRUE(pinging.connect({}, 1s) && reading.connect({}, 1s));
    for (int i = 0; i < 20; ++i) {
      node.sleep_for(500ms);
      ASSERT_TRUE(pinging.call(bare_op(OpCode::ping)));
      ASSERT_TRUE(reading.call(bare_op(OpCode::exists, "/")));
    }
    EXPECT_TRUE(expiries.empty());
  });
}

TEST_F(EnsembleSessions, EndWhenTheirClientIsSilent) {  // Z-SE-7, Z-SE-8, Z-INV-13, Z-OBS-56
  run([&](sim::Node& node) {
    auto client = client_of(node, followers[0]);
    ASSERT_TRUE(client.connect({}, 2s));
    ASSERT_TRUE(client.call(create_op("/e", "", CreateMode::ephemeral)));
    const auto last_packet = node.now();

    EXPECT_FALSE(client.reply());  // the server closes the silent connection

    ASSERT_EQ(expiries.size(), 1U);
    EXPECT_GT(expiries.front().silence, 2s);
    EXPECT_LE(expiries.front().silence, 2s + tick);
    EXPECT_GT(node.now() - last_packet, 2s);
    EXPECT_LE(node.now() - last_packet, 2s + tick * 3 / 2 + 100ms);
    EXPECT_EQ(exists(node, followers[0], "/e"), ErrorCode::no_node);
  });
}

TEST_F(EnsembleSessions, OutliveTheirConnection) {  // Z-SE-10, Z-OBS-56
  run([&](sim::Node& node) {
    auto client = client_of(node, followers[0]);
    ASSERT_TRUE(client.connect({}, 2s));
    ASSERT_TRUE(client.call(create_op("/e", "", CreateMode::ephemeral)));
    client.stream.close();
    const auto closed = node.now();

    node.sleep_for(1900ms);
    EXPECT_EQ(exists(node, leader, "/e"), ErrorCode::ok);
    node.sleep_for(closed + 3s - node.now());
    EXPECT_EQ(exists(node, leader, "/e"), ErrorCode::no_node);
  });
}

TEST_F(EnsembleSessions, MayBeClosedTwice) {  // Z-SE-9, Z-SE-8
  std::vector<SessionClosed> closes;
  world.on<SessionClosed>([&](const SessionClosed& closed, const std::string& at) {
    if (at == EnsembleWorld::host(leader)) closes.push_back(closed);
  });
  run([&](sim::Node& node) {
    auto client = client_of(node, leader);
    ASSERT_TRUE(client.connect({}, 1s));
    ASSERT_TRUE(client.call(create_op("/e", "", CreateMode::ephemeral)));
    std::vector<std::pair<int, sim::Episode>> stalls;
    for (const auto id : followers) stalls.emplace_back(id, world.node(id).disk().stall());
    node.sleep_for(1600ms);
    ASSERT_EQ(expiries.size(), 1U);  // marked, not committed yet
    client.send(bare_op(OpCode::close_session));
    node.sleep_for(200ms);
    ASSERT_TRUE(closes.empty());
    for (const auto& [id, stall] : stalls) world.node(id).disk().end(stall);
    node.sleep_for(1s);

    ASSERT_EQ(closes.size(), 2U);
    EXPECT_EQ(closes[0].ephemerals, 1);
    EXPECT_EQ(closes[1].ephemerals, 0);
    EXPECT_EQ(closes[1].zxid, closes[0].zxid + 1);
  });
}

TEST_F(EnsembleSessions, AreClosedWithAReply) {  // Z-SE-20, Z-OBS-32
  run([&](sim::Node& node) {
    auto client = client_of(node, followers[0]);
    ASSERT_TRUE(client.connect());
    const auto before = client.call(create_op("/e", "", CreateMode::ephemeral));
    const auto reply = client.call(bare_op(OpCode::close_session));

    ASSERT_TRUE(before && reply);
    EXPECT_EQ(reply->error, ErrorCode::ok);
    EXPECT_EQ(reply->zxid, before->zxid + 1);
    EXPECT_FALSE(client.reply());
    EXPECT_EQ(exists(node, followers[0], "/e"), ErrorCode::no_node);
  });
}

TEST_F(EnsembleSessions, MustBeAskedForWithinTwentySeconds) {  // Z-SE-16
  run([&](sim::Node& node) {
    auto mute = node.connect(world.address(followers[0]), 1s);
    ASSERT_TRUE(mute.ok());
    const auto start = node.now();

    EXPECT_TRUE(mute->receive(60s).is(logquake::ErrorCode::closed));
    EXPECT_GE(node.now() - start, 10s);
    EXPECT_LE(node.now() - start, 20s + 10ms);
  });
}

// ---- reconnects ----

TEST_F(EnsembleSessions, GoOnAtAnotherServerWithAnotherTimeout) {  // Z-SE-11, Z-OBS-58
  run([&](sim::Node& node) {
    auto old = client_of(node, followers[0]);
    ASSERT_TRUE(old.connect({}, 2s));
    node.sleep_for(600ms);  // until nobody has an old touch to tell the leader of
    auto fresh = client_of(node, followers[1]);
    const auto response = fresh.connect(resuming(old.session), 8s);
    ASSERT_TRUE(response);

    EXPECT_EQ(response->timeout, 8000);
    node.sleep_for(7s);
    EXPECT_TRUE(expiries.empty());
    // The new value is not replicated.
    const auto dump = client_of(node, followers[1]).ask("dump").value_or("");
    EXPECT_NE(dump.find("\t2000ms"), std::string::npos) << dump;
    node.sleep_for(3s);
    ASSERT_EQ(expiries.size(), 1U);
    EXPECT_EQ(expiries.front().timeout, 8s);
  });
}

TEST_F(EnsembleSessions, AreRefusedWhereTheyAreGoneOrNotOnesOwn) {  // Z-SE-12, Z-SE-13, Z-OBS-57
  run([&](sim::Node& node) {
    auto closed = client_of(node, followers[0]);
    ASSERT_TRUE(closed.connect() && closed.call(bare_op(OpCode::close_session)));
    auto owner = client_of(node, followers[1]);
    ASSERT_TRUE(owner.connect());
    auto wrong = resuming(owner.session);
    wrong.password.front() ^= std::byte{1};

    for (const auto& request : {resuming(closed.session), resuming(SessionId(77)), wrong}) {
      auto client = client_of(node, followers[1]);
      const auto response = client.connect(request);
      ASSERT_TRUE(response);
      EXPECT_EQ(response->session, SessionId());
      EXPECT_EQ(response->timeout, 0);
      EXPECT_EQ(response->password, Bytes(16));
      EXPECT_FALSE(client.reply());
    }
    EXPECT_TRUE(owner.call(bare_op(OpCode::ping)));  // Z-OBS-6 corrected
  });
}

TEST_F(EnsembleSessions, AreTurnedAwayBySomebodyWhoKnowsLess) {  // Z-SE-14, Z-RD-4, Z-OBS-7
  run([&](sim::Node& node) {
    auto client = client_of(node, leader);
    ASSERT_TRUE(client.connect());
    const auto behind = followers[0];
    const auto cut = world.simulation.network().stall(world.id_of(leader), world.id_of(behind));
    const auto write = client.call(create_op("/a", ""));
    ASSERT_TRUE(write);

    EXPECT_FALSE(client_of(node, behind).connect(resuming(client.session, write->zxid)));
    world.simulation.network().relieve(world.id_of(leader), world.id_of(behind), cut);
    node.sleep_for(100ms);
    EXPECT_TRUE(client_of(node, behind).connect(resuming(client.session, write->zxid)));
  });
}

// ---- moved sessions ----

TEST_F(EnsembleSessions, LeaveAConnectionBehindThatReadsButCannotWrite) {  // Z-SE-15, Z-OBS-59, 88
  run([&](sim::Node& node) {
    auto old = client_of(node, followers[0]);
    ASSERT_TRUE(old.connect({}, 8s));
    auto fresh = client_of(node, followers[1]);
    ASSERT_TRUE(fresh.connect(resuming(old.session), 8s));
    const auto before = fresh.call(create_op("/before", ""));

    EXPECT_TRUE(old.call(bare_op(OpCode::ping)));  // Z-OBS-59
    EXPECT_EQ(old.outcome(bare_op(OpCode::exists, "/before")), ErrorCode::ok);
    EXPECT_EQ(old.outcome(bare_op(OpCode::sync, "/")), ErrorCode::ok);
    EXPECT_FALSE(old.call(create_op("/moved", "")));

    const auto after = fresh.call(create_op("/after", ""));
    ASSERT_TRUE(before && after);
    EXPECT_EQ(after->zxid, before->zxid + 2);  // Z-OBS-88: the refusal has one
    EXPECT_EQ(fresh.outcome(bare_op(OpCode::exists, "/moved")), ErrorCode::no_node);
  });
}

TEST_F(EnsembleSessions, LeaveTheLeaderForGood) {  // Z-SE-15, Z-OBS-87
  run([&](sim::Node& node) {
    for (const auto op : {OpCode::ping, OpCode::exists}) {
      auto old = client_of(node, leader);
      ASSERT_TRUE(old.connect({}, 8s));
      ASSERT_TRUE(client_of(node, followers[0]).connect(resuming(old.session), 8s));

      EXPECT_FALSE(old.call(bare_op(op, "/")));
    }
  });
}

// ---- changes of the leader ----

TEST_F(EnsembleSessions, GetAFreshTimeoutFromANewLeader) {  // Z-SE-19, Z-OBS-64
  run([&](sim::Node& node) {
    const auto left = followers[0];
    auto client = client_of(node, left);
    ASSERT_TRUE(client.connect({}, 4s));
    ASSERT_TRUE(client.call(create_op("/e", "", CreateMode::ephemeral)));
    world.simulation.crash_process(world.id_of(leader));
    world.simulation.crash_process(world.id_of(followers[1]));
    node.sleep_for(6s);
    world.simulation.restart(world.id_of(followers[1]));
    while (world.leader() == 0 || world.leader() == leader) node.sleep_for(100ms);
    const auto again = world.leader();
    node.sleep_for(2s);

    EXPECT_TRUE(expiries.empty());
    auto back = client_of(node, again);
    const auto response = back.connect(resuming(client.session), 4s);
    ASSERT_TRUE(response);
    EXPECT_EQ(response->session, client.session);
    const auto reply = back.call(bare_op(OpCode::exists, "/e"));
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->result.stat->ephemeral_owner, client.session);
  });
}

TEST_F(EnsembleSessions, ThatSawAMarkerWaitForTheFirstWrite) {  // Z-SE-24, Z-OBS-92
  run([&](sim::Node& node) {
    auto client = client_of(node, followers[0]);
    ASSERT_TRUE(client.connect({}, 8s));
    world.simulation.crash_process(world.id_of(leader));
    while (world.leader() == 0 || world.leader() == leader || world.serving() < 2)
      node.sleep_for(50ms);
    const auto fresh_leader = world.leader();
    const auto follower = world.followers().front();

    auto at_leader = client_of(node, fresh_leader);
    ASSERT_TRUE(at_leader.connect(resuming(client.session), 8s));
    const auto marker = at_leader.call(bare_op(OpCode::ping))->zxid;
    EXPECT_EQ(counter_of(marker), 0);
    auto refused = client_of(node, follower);
    EXPECT_FALSE(refused.connect(resuming(client.session, marker), 8s));
    EXPECT_TRUE(at_leader.connect(resuming(client.session, marker), 8s));
    ASSERT_TRUE(at_leader.call(create_op("/first", "")));
    node.sleep_for(100ms);
    EXPECT_TRUE(refused.connect(resuming(client.session, marker), 8s));
  });
}

// ---- what clients cannot know ----

TEST_F(EnsembleSessions, ThatNobodyKnowsOfTimeOut) {  // Z-SE-25
  std::vector<SessionId> created;
  world.on<SessionCreated>([&](const SessionCreated& made, const std::string& at) {
    if (at == EnsembleWorld::host(leader)) created.push_back(made.session);
  });
  run([&](sim::Node& node) {
    {
      auto connected = node.connect(world.address(followers[0]), 1s);
      ASSERT_TRUE(connected.ok());
      ConnectRequest request;
      request.timeout = 2000;
      ASSERT_TRUE(connected->send(request));
    }
    node.sleep_for(4s);

    ASSERT_EQ(created.size(), 1U);
    ASSERT_EQ(expiries.size(), 1U);
    EXPECT_EQ(expiries.front().session, created.front());
  });
}

TEST_F(EnsembleSessions, SettleALostWriteByMovingOn) {  // Z-SE-26, Z-SN-3
  run([&](sim::Node& node) {
    auto old = client_of(node, followers[0]);
    ASSERT_TRUE(old.connect({}, 8s));
    const auto slow = world.id_of(followers[0]);
    const auto stall = world.simulation.network().stall(slow, world.id_of(leader));
    old.send(create_op("/lost", ""));
    node.sleep_for(100ms);
    old.stream.close();

    auto fresh = client_of(node, followers[1]);
    ASSERT_TRUE(fresh.connect(resuming(old.session), 8s));
    ASSERT_TRUE(fresh.call(bare_op(OpCode::sync, "/lost")));
    EXPECT_EQ(fresh.outcome(bare_op(OpCode::exists, "/lost")), ErrorCode::no_node);
    world.simulation.network().relieve(slow, world.id_of(leader), stall);
    node.sleep_for(1s);

    // It has reached the leader by now, which no longer takes it from there.
    ASSERT_TRUE(fresh.call(bare_op(OpCode::sync, "/lost")));
    EXPECT_EQ(fresh.outcome(bare_op(OpCode::exists, "/lost")), ErrorCode::no_node);
  });
}

TEST_F(EnsembleSessions, ServeTheirRequestsInOrder) {  // Z-SE-22, Z-WP-14, Z-OBS-55
  run([&](sim::Node& node) {
    auto client = client_of(node, followers[0]);
    ASSERT_TRUE(client.connect() && client.call(create_op("/n", "")));
    for (int i = 0; i < 4; ++i) {
      client.send(set_op("/n", format("{}", i)));
      client.send(bare_op(OpCode::get_data, "/n"));
    }
    for (int i = 0; i < 4; ++i) {
      EXPECT_TRUE(client.reply());
      EXPECT_EQ(client.data(), format("{}", i));
    }
  });
}

}  // namespace
}  // namespace logquake::zookeeper::testing
