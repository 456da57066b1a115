// A standalone server as seen on the wire. Ticks are 500 ms, as in the recorded checks.
#include "models/quorum/server/zookeeper_server.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "models/quorum/facts.h"
#include "models/quorum/server/server_harness.h"
#include "models/quorum/tree/session_tracker.h"
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

}  // namespace
}  // namespace logquake::zookeeper
