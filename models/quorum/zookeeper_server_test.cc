// A standalone server as seen on the wire. Ticks are 500 ms, as in the recorded checks.
#include "models/quorum/zookeeper_server.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "models/quorum/facts.h"
#include "models/quorum/server_harness.h"
#include "models/quorum/session_tracker.h"
#include "sim/base/format.h"

namespace logquake::zookeeper {
namespace {

using testing::bare_op;
using testing::RawClient;
using testing::World;

TEST(ZooKeeperServer, NegotiatesAndNumbersSessions) {  // Z-OBS-4, Z-OBS-5, Z-OBS-33, Z-OBS-79
  World().run([](sim::Node& node) {
    RawClient one(node);
    RawClient two(node);
    const auto first = one.connect({}, 1ms);
    const auto second = two.connect({}, 99s);

    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->timeout, 1000);
    EXPECT_EQ(second->timeout, 10000);
    EXPECT_EQ(first->session.value() >> 56, 1);
    EXPECT_EQ(second->session, first->session + 1);
    EXPECT_EQ(first->password, session_password(first->session));
    EXPECT_EQ(two.call(bare_op(OpCode::ping))->zxid, Zxid(2));
  });
}

TEST(ZooKeeperServer, ConsumesNoZxidForReads) {  // Z-OBS-11, Z-OBS-12
  World().run([](sim::Node& node) {
    RawClient client(node);
    client.connect();
    const auto start = client.call(bare_op(OpCode::ping))->zxid;

    for (const auto code : {OpCode::get_data, OpCode::exists, OpCode::get_children}) {
      const auto reply = client.call(bare_op(code, "/none"));
      EXPECT_EQ(reply->error, ErrorCode::no_node);
      EXPECT_EQ(reply->zxid, start);
    }
    EXPECT_EQ(client.call(remove_op("/none"))->zxid, start + 1);
    EXPECT_EQ(client.call(set_op("/none", ""))->zxid, start + 2);
    EXPECT_EQ(client.call(bare_op(OpCode::sync, "mal//formed"))->error, ErrorCode::ok);  // Z-OBS-23
    EXPECT_EQ(client.call(bare_op(OpCode::ping))->zxid, start + 2);
  });
}

TEST(ZooKeeperServer, NeverValidatesThePathOfARead) {  // Z-DM-2, Z-OBS-86
  World().run([](sim::Node& node) {
    RawClient client(node);
    client.connect();
    const std::string with_nul("/m/\0", 4);
    const auto code = [&](OpCode op, std::string path) {
      return client.call(bare_op(op, std::move(path)))->error;
    };

    for (const auto* path : {"m", "/m/", "/m//a", "/m/./a"}) {
      EXPECT_EQ(code(OpCode::get_data, path), ErrorCode::no_node);
      EXPECT_EQ(code(OpCode::exists, path), ErrorCode::no_node);
    }
    EXPECT_EQ(code(OpCode::get_data, ""), ErrorCode::ok);
    EXPECT_EQ(code(OpCode::get_data, with_nul), ErrorCode::no_node);
    EXPECT_EQ(code(OpCode::exists, with_nul), ErrorCode::bad_arguments);
  });
}

bool event_comes_first(const std::set<std::string, std::less<>>& defects) {
  bool first = false;
  World(defects).run([&](sim::Node& node) {
    RawClient client(node);
    client.connect();
    client.call(create_op("/a", ""));
    client.call(get_op("/a", Watch::once));
    client.call(set_op("/a", "x"));
    first = client.events.size() == 1;
  });
  return first;
}

TEST(ZooKeeperServer, SendsTheEventBeforeTheReply) {  // Z-WT-9, Z-OBS-46
  EXPECT_TRUE(event_comes_first({}));
  EXPECT_FALSE(event_comes_first({"zk.reply-before-watch"}));
}

TEST(ZooKeeperServer, LeavesNoWatchOnWhatIsMissingButForExists) {  // Z-ER-6, Z-OBS-41, Z-OBS-42
  World().run([](sim::Node& node) {
    RawClient client(node);
    client.connect();
    client.call(get_op("/a", Watch::once));
    client.call(children_op("/a", Watch::once));
    client.call(exists_op("/b", Watch::once));

    client.call(create_op("/a", ""));
    client.call(create_op("/b", ""));

    ASSERT_EQ(client.events.size(), 1u);
    EXPECT_EQ(client.events[0],
              (WatchEvent{EventType::node_created, SessionState::connected, "/b"}));
  });
}

TEST(ZooKeeperServer, JudgesTheNumbersOfWatchRequests) {  // Z-WT-7, Z-WT-16, Z-OBS-49, Z-OBS-82
  World().run([](sim::Node& node) {
    RawClient client(node);
    client.connect();
    const auto code = [&](OpCode op, std::int32_t number) {
      auto operation = bare_op(op, "/");
      operation.flags = number;
      return client.call(operation)->error;
    };

    EXPECT_EQ(code(OpCode::add_watch, 7), ErrorCode::marshalling_error);
    EXPECT_EQ(code(OpCode::add_watch, -1), ErrorCode::marshalling_error);
    EXPECT_EQ(code(OpCode::remove_watches, 3), ErrorCode::no_watcher);
    EXPECT_EQ(code(OpCode::remove_watches, 4), ErrorCode::marshalling_error);
    EXPECT_EQ(code(OpCode::remove_watches, 5), ErrorCode::marshalling_error);
    EXPECT_EQ(code(OpCode::check_watches, 0), ErrorCode::marshalling_error);
    client.call(children_op("/", Watch::once));
    EXPECT_EQ(code(OpCode::remove_watches, 2), ErrorCode::no_watcher);
    EXPECT_EQ(code(OpCode::check_watches, 1), ErrorCode::ok);
    EXPECT_EQ(code(OpCode::add_watch, 1), ErrorCode::ok);
    EXPECT_EQ(code(OpCode::remove_watches, 2), ErrorCode::ok);
  });
}

// What a client hears of two sets behind a persistent watch and a read with a watch.
std::size_t events_of_two_sets(const std::set<std::string, std::less<>>& defects) {
  std::size_t events = 0;
  World(defects).run([&](sim::Node& node) {
    RawClient client(node);
    client.connect();
    client.call(create_op("/a", ""));
    client.call(add_watch_op("/a", AddWatchMode::persistent));
    client.call(get_op("/a", Watch::once));
    client.call(set_op("/a", "1"));
    client.call(set_op("/a", "2"));
    events = client.events.size();
  });
  return events;
}

TEST(ZooKeeperServer, AnswersCheckWatchesAndCreate2AsTheSwitchesSay) {  // Z-WT-16, Z-MU-5
  for (const bool is_defective : {false, true}) {
    std::set<std::string, std::less<>> defects;
    if (is_defective) defects = {"zk.check-watches-of-all", "zk.multi-create-without-stat"};
    World(defects).run([&](sim::Node& node) {
      RawClient holder(node);
      holder.connect();
      holder.call(get_op("/", Watch::once));
      RawClient other(node);
      other.connect();
      auto check = remove_watches_op("/");
      check.op = OpCode::check_watches;
      Request multi;
      multi.operation.op = OpCode::multi;
      multi.members = {create_op("/a", "")};

      EXPECT_EQ(holder.call(check)->error, ErrorCode::ok);
      EXPECT_EQ(other.call(check)->error, is_defective ? ErrorCode::ok : ErrorCode::no_watcher);
      other.send(multi);
      EXPECT_EQ(other.reply()->members.front().stat.has_value(), !is_defective);
    });
  }
}

TEST(ZooKeeperServer, TellsEventsInTheOrderOfTheirTransactions) {  // Z-WT-10
  World().run([](sim::Node& node) {
    RawClient watcher(node);
    watcher.connect();
    watcher.call(add_watch_op("/", AddWatchMode::persistent_recursive));
    RawClient writer(node);
    writer.connect();
    for (const auto* path : {"/b", "/a", "/c"}) writer.send(create_op(path, ""));
    writer.send(set_op("/b", "x"));
    for (int i = 0; i < 4; ++i) writer.reply();
    watcher.call(bare_op(OpCode::ping));

    std::vector<std::string> heard;
    for (const auto& event : watcher.events) heard.push_back(event.path);
    EXPECT_EQ(heard, (std::vector<std::string>{"/b", "/a", "/c", "/b"}));
  });
}

// The fix of CVE-2024-23944; recorded: conformance/zookeeper.
TEST(ZooKeeperServer, TellsOfANodeOnlyWhoMayReadIt) {
  const Acl without_read{{permission::all & ~permission::read, "world", "anyone"}};
  World().run([&](sim::Node& node) {
    RawClient client(node);
    client.connect();
    client.call(exists_op("/hidden", Watch::once));
    client.call(children_op("/", Watch::once));
    client.call(create_op("/hidden", "", CreateMode::persistent, without_read));
    client.call(add_watch_op("/hidden", AddWatchMode::persistent));
    client.call(create_op("/hidden/child", ""));
    client.call(remove_op("/hidden/child"));

    ASSERT_EQ(client.events.size(), 1u);
    EXPECT_EQ(client.events[0],
              (WatchEvent{EventType::node_children_changed, SessionState::connected, "/"}));
  });
}

TEST(ZooKeeperServer, KeepsAPersistentWatchBesideAOneShot) {  // Z-WT-18, Z-OBS-94
  EXPECT_EQ(events_of_two_sets({}), 2u);
  EXPECT_EQ(events_of_two_sets({"zk.watch-modes-overwrite"}), 1u);
}

TEST(ZooKeeperServer, ServesOneSessionInOrder) {  // Z-SE-22, Z-OBS-55
  World().run([](sim::Node& node) {
    RawClient client(node);
    client.connect();
    client.call(create_op("/a", ""));
    for (int i = 0; i < 4; ++i) {
      client.send(set_op("/a", format("{}", i)));
      client.send(get_op("/a"));
    }

    for (int i = 0; i < 4; ++i) {
      EXPECT_EQ(client.reply()->result.stat->version, i + 1);
      EXPECT_EQ(client.reply()->result.data, format("{}", i));
    }
  });
}

TEST(ZooKeeperServer, ClosesAfterWhatItDoesNotKnow) {  // Z-ER-7, Z-ER-8, Z-OBS-24, Z-OBS-29
  World().run([](sim::Node& node) {
    for (const auto code :
         {static_cast<OpCode>(99), OpCode::check, OpCode::notification, OpCode::create_session}) {
      RawClient client(node);
      client.connect();
      const auto reply = client.call(bare_op(code, "/"));
      ASSERT_TRUE(reply.has_value());
      EXPECT_EQ(reply->error, ErrorCode::unimplemented);
      EXPECT_EQ(reply->zxid, Zxid(-1));
      EXPECT_FALSE(client.reply().has_value());
    }
    RawClient client(node);
    client.connect();
    EXPECT_EQ(client.call(bare_op(OpCode::auth))->error, ErrorCode::auth_failed);
    EXPECT_FALSE(client.reply().has_value());
  });
}

TEST(ZooKeeperServer, AnswersCredentialsOnReceipt) {  // Z-WP-7, Z-WP-14, Z-OBS-91
  World().run([](sim::Node& node) {
    RawClient client(node);
    client.connect();
    client.send(create_op("/a", ""));
    client.send(bare_op(OpCode::who_am_i));
    client.prove("digest", "user:pass");
    client.send(bare_op(OpCode::ping));

    const auto first = client.reply();
    EXPECT_EQ(first->xid, xid::auth);
    EXPECT_EQ(first->zxid, Zxid());
    EXPECT_EQ(client.reply()->result.path, "/a");
    EXPECT_EQ(client.reply()->result.identities.size(), 1u);  // asked before, answered after
    EXPECT_EQ(client.reply()->result.op, OpCode::ping);
    EXPECT_EQ(client.call(bare_op(OpCode::who_am_i))->result.identities.size(), 2u);
  });
}

TEST(ZooKeeperServer, HearsASessionInItsCredentialsToo) {  // Z-SE-6
  World().run([](sim::Node& node) {
    RawClient client(node);
    client.connect({}, 2s);
    for (int i = 0; i < 5; ++i) {
      node.sleep_for(1500ms);
      client.prove("digest", "user:pass");
      const auto reply = client.reply();
      ASSERT_TRUE(reply.has_value());
      EXPECT_EQ(reply->xid, xid::auth);
    }
    EXPECT_EQ(client.call(bare_op(OpCode::who_am_i))->error, ErrorCode::ok);
  });
}

TEST(ZooKeeperServer, KeepsANodeToItsOwner) {  // Z-ACL-2, Z-ACL-3, Z-OBS-28
  World().run([](sim::Node& node) {
    RawClient owner(node);
    owner.connect();
    owner.prove("digest", "ann:secret");
    owner.reply();
    owner.call(create_op("/own", "", CreateMode::persistent, {{permission::all, "auth", ""}}));
    RawClient other(node);
    other.connect();
    other.prove("digest", "bob:secret");
    other.reply();
    Operation set_acl = bare_op(OpCode::set_acl, "/own");
    set_acl.acl = open_acl();

    EXPECT_EQ(other.call(get_op("/own"))->error, ErrorCode::no_auth);
    EXPECT_EQ(other.call(children_op("/own"))->error, ErrorCode::no_auth);
    EXPECT_EQ(other.call(set_op("/own", ""))->error, ErrorCode::no_auth);
    EXPECT_EQ(other.call(set_acl)->error, ErrorCode::no_auth);
    EXPECT_EQ(owner.call(set_op("/own", ""))->error, ErrorCode::ok);
    EXPECT_EQ(other.call(exists_op("/own"))->error, ErrorCode::ok);
    EXPECT_EQ(other.call(remove_op("/own"))->error, ErrorCode::ok);  // the parent's right
  });
}

TEST(ZooKeeperServer, LeavesInternalOperationsToItself) {  // Z-ER-7, Z-OBS-101
  World().run([](sim::Node& node) {
    RawClient client(node);
    client.connect();

    EXPECT_EQ(client.call(bare_op(OpCode::delete_container, "/"))->error, ErrorCode::bad_arguments);
  });
}

TEST(ZooKeeperServer, ReadsNoFrameBeyondItsBuffer) {  // Z-WP-1, Z-OBS-30
  World().run([](sim::Node& node) {
    RawClient client(node);
    client.connect();
    EXPECT_EQ(client.call(create_op("/big", std::string(1'048'376, 'x')))->error, ErrorCode::ok);

    EXPECT_FALSE(client.call(create_op("/bigger", std::string(1'048'576, 'x'))).has_value());
  });
}

TEST(ZooKeeperServer, AnswersWhatItCannotDecodeAndStays) {  // Z-ER-10, Z-WP-5, Z-OBS-101
  World().run([](sim::Node& node) {
    RawClient client(node);
    client.connect();
    const auto start = client.call(bare_op(OpCode::ping))->zxid;
    const auto broken = [&](OpCode op) {
      Request request;
      request.xid = 77;
      request.operation.op = op;
      request.undecodable = true;
      client.send(request);
      const auto reply = client.reply();
      EXPECT_EQ(reply->xid, 77);
      EXPECT_EQ(reply->error, ErrorCode::marshalling_error);
      return reply->zxid;
    };

    EXPECT_EQ(broken(OpCode::get_data), start);
    EXPECT_EQ(broken(OpCode::create), start + 1);
    EXPECT_EQ(broken(OpCode::multi), start + 2);
    EXPECT_EQ(broken(OpCode::reconfig), start + 2);
    EXPECT_EQ(client.call(bare_op(OpCode::ping))->zxid, start + 2);
  });
}

TEST(ZooKeeperServer, TakesASecondGreetingForARequest) {  // Z-WP-15
  World().run([](sim::Node& node) {
    RawClient client(node);
    client.connect();
    (void)client.stream.send(ConnectRequest());

    const auto reply = client.reply();
    ASSERT_TRUE(reply.has_value());
    EXPECT_EQ(reply->xid, 0);
    EXPECT_EQ(reply->zxid, Zxid(-1));
    EXPECT_EQ(reply->error, ErrorCode::unimplemented);
    EXPECT_FALSE(client.reply().has_value());
  });
}

TEST(ZooKeeperServer, ClosesOnWhatIsNoFrame) {  // Z-WP-1, Z-OBS-31
  World().run([](sim::Node& node) {
    RawClient client(node);
    client.connect();
    (void)client.stream.send(WatchEvent());
    EXPECT_FALSE(client.reply().has_value());
  });
}

TEST(ZooKeeperServer, TellsAMultiOfWrongMembersInTheHeader) {  // Z-MU-1, Z-MU-6, Z-OBS-98
  World().run([](sim::Node& node) {
    RawClient client(node);
    client.connect();
    const auto start = client.call(bare_op(OpCode::ping))->zxid;
    for (const auto op : {OpCode::multi, OpCode::multi_read}) {
      Request request;
      request.operation.op = op;
      request.members = {check_op("/", 0), get_op("/")};
      client.send(request);
      const auto reply = client.reply();
      EXPECT_EQ(reply->error, ErrorCode::marshalling_error);
      EXPECT_EQ(reply->zxid, start + 1);  // the multi's; the read takes none
      EXPECT_TRUE(reply->members.empty());
    }
  });
}

TEST(ZooKeeperServer, EndsASessionWithItsClose) {  // Z-SE-20, Z-ER-11, Z-OBS-32
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

TEST(ZooKeeperServer, ExpiresASilentSession) {  // Z-SE-7, Z-SE-10, Z-OBS-56
  for (const bool closes_tcp : {false, true}) {
    const auto life = life_of_an_ephemeral(closes_tcp);
    EXPECT_GT(life, 2s);
    EXPECT_LE(life, 2s + 500ms + 20ms);
  }
}

TEST(ZooKeeperServer, TurnsAwayWhatItCannotResume) {  // Z-SE-12, Z-SE-14, Z-OBS-7, Z-OBS-57
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

TEST(ZooKeeperServer, ChecksThePasswordBeforeItDropsAnybody) {  // Z-SE-13, Z-OBS-6 corrected
  EXPECT_TRUE(owner_survives_wrong_password({}));
  EXPECT_FALSE(owner_survives_wrong_password({"zk.drop-before-password"}));
}

TEST(ZooKeeperServer, ChangesTheTimeoutWithAReconnect) {  // Z-SE-11, Z-OBS-58
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

TEST(ZooKeeperServer, ClosesConnectionsThatNeverSpeak) {  // Z-SE-16
  World().run([](sim::Node& node) {
    auto mute = node.connect(testing::server_address, 1s);
    ASSERT_TRUE(mute.ok());
    const auto start = node.now();

    EXPECT_TRUE(mute->receive(60s).is(logquake::ErrorCode::closed));
    EXPECT_GE(node.now() - start, 10s);
    EXPECT_LE(node.now() - start, 20s + 10ms);
  });
}

TEST(ZooKeeperServer, BoundsTheConnectionsOfOneClient) {  // Z-SE-23
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

TEST(ZooKeeperServer, RemovesContainersThatHaveBecomeEmpty) {  // Z-DM-15
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

TEST(ZooKeeperServer, RemovesNodesWhoseTimeIsOver) {  // Z-DM-16
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

TEST(ZooKeeperServer, IsDeafToStepsOfTheWallClock) {  // Z-INV-13, Z-PT-14
  EXPECT_EQ(sessions_lost_to_a_clock_step({}), 0);
  EXPECT_EQ(sessions_lost_to_a_clock_step({"zk.wallclock-expiry"}), 1);
}

TEST(ZooKeeperServer, RemovesEphemeralsWithTheirSession) {  // Z-SE-9, Z-INV-12, D-ZC4
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
