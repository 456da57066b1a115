#include "models/quorum/watch_table.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "models/quorum/client_watches.h"
#include "models/quorum/rules_harness.h"
#include "sim/base/format.h"

namespace logquake::zookeeper {
namespace {

using testing::Rules;
const ConnectionId one{1};
const ConnectionId two{2};

// "NodeDeleted /a to 1", in order.
std::vector<std::string> told(const std::vector<Delivery>& deliveries) {
  std::vector<std::string> out;
  for (const auto& delivery : deliveries)
    out.push_back(
        format("{} {} to {}", name_of(delivery.event.type), delivery.event.path, delivery.to));
  return out;
}
using Told = std::vector<std::string>;

TEST(WatchTable, FiresOnce) {  // Z-WT-1, Z-OBS-40, Z-OBS-45
  WatchTable watches;
  watches.watch_data(one, "/a");
  watches.watch_data(one, "/a");

  EXPECT_EQ(told(watches.fire({EventType::node_data_changed, "/a"})),
            Told{"NodeDataChanged /a to 1"});
  EXPECT_EQ(told(watches.fire({EventType::node_data_changed, "/a"})), Told{});
}

TEST(WatchTable, TellsOfADeletionOncePerConnection) {  // Z-WT-3, Z-WT-4, Z-OBS-44
  WatchTable watches;
  watches.watch_data(one, "/a/b");
  watches.watch_children(one, "/a/b");
  watches.watch_children(two, "/a/b");
  watches.watch_children(one, "/a");

  EXPECT_EQ(
      told(watches.fire({EventType::node_deleted, "/a/b"})),
      (Told{"NodeDeleted /a/b to 1", "NodeDeleted /a/b to 2", "NodeChildrenChanged /a to 1"}));
  EXPECT_EQ(watches.size(), 0);
}

TEST(WatchTable, HearsOfChildrenNotOfTheirData) {  // Z-WT-2, Z-OBS-43
  WatchTable watches;
  watches.watch_children(one, "/");

  EXPECT_EQ(told(watches.fire({EventType::node_data_changed, "/c"})), Told{});
  EXPECT_EQ(told(watches.fire({EventType::node_data_changed, "/"})), Told{});
  EXPECT_EQ(told(watches.fire({EventType::node_created, "/c"})),
            Told{"NodeChildrenChanged / to 1"});
}

TEST(WatchTable, FollowsTheMembersOfAMulti) {  // Z-MU-7, Z-OBS-50
  Rules rules;
  WatchTable watches;
  watches.watch_data(one, "/mm1");
  watches.watch_data(one, "/mm2");
  watches.watch_children(one, "/");

  Told out;
  const auto multi =
      rules.prepare_multi({create_op("/mm2", ""), create_op("/mm1", ""), set_op("/mm2", "x")});
  for (const auto& event : rules.apply(multi).events) {
    for (auto& line : told(watches.fire(event))) out.push_back(line);
  }

  EXPECT_EQ(out,
            (Told{"NodeCreated /mm2 to 1", "NodeChildrenChanged / to 1", "NodeCreated /mm1 to 1"}));
}

TEST(WatchTable, HearsEachEphemeralOfAClosedSession) {  // Z-WT-5, Z-OBS-54
  Rules rules;
  for (const auto* path : {"/e0", "/e1", "/e2"})
    rules.run(create_op(path, "", CreateMode::ephemeral));
  WatchTable watches;
  watches.watch_data(one, "/e0");
  watches.watch_data(one, "/e1");
  watches.watch_children(one, "/");

  Told out;
  for (const auto& event : rules.apply(rules.preparer.prepare_close(rules.caller, 1)).events) {
    for (auto& line : told(watches.fire(event))) out.push_back(line);
  }

  EXPECT_EQ(out,
            (Told{"NodeDeleted /e0 to 1", "NodeChildrenChanged / to 1", "NodeDeleted /e1 to 1"}));
}

TEST(WatchTable, CatchesUpAfterAReconnect) {  // Z-WT-13, Z-WT-14, Z-OBS-51, Z-OBS-52, Z-OBS-97
  Rules rules;
  for (const auto* path : {"/same", "/set", "/again", "/gone", "/parent"})
    rules.run(create_op(path, ""));
  const auto seen = rules.tree.last_zxid();
  rules.run(set_op("/set", "x"));
  rules.run(remove_op("/again"));
  rules.run(create_op("/again", ""));
  rules.run(remove_op("/gone"));
  rules.run(create_op("/parent/c", ""));
  rules.run(create_op("/came", ""));
  WatchTable watches;
  WatchList list;
  list.relative_zxid = seen;
  list.data = {"/same", "/set", "/again", "/gone"};
  list.exist = {"/came", "/never"};
  list.child = {"/gone", "/parent", "/same"};

  Told out;
  for (const auto& event : watches.restore(one, list, rules.tree))
    out.push_back(format("{} {}", name_of(event.type), event.path));

  EXPECT_EQ(out, (Told{"NodeDataChanged /set", "NodeDataChanged /again", "NodeDeleted /gone",
                       "NodeCreated /came", "NodeDeleted /gone", "NodeChildrenChanged /parent"}));
  EXPECT_EQ(watches.size(), 3);
}

TEST(WatchTable, RemovesByKind) {  // Z-WT-16, Z-OBS-82
  WatchTable watches;
  watches.watch_children(one, "/a");

  EXPECT_FALSE(watches.remove(one, "/a", 2));
  EXPECT_FALSE(watches.has(two, "/a", 3));
  EXPECT_TRUE(watches.has(one, "/a", 3));
  EXPECT_TRUE(watches.remove(one, "/a", 1));
  EXPECT_EQ(watches.size(), 0);
}

TEST(WatchTable, ForgetsAConnection) {  // Z-WT-12
  WatchTable watches;
  watches.watch_data(one, "/a");
  watches.watch_children(one, "/a");
  watches.watch_data(two, "/a");

  watches.forget(one);

  EXPECT_EQ(told(watches.fire({EventType::node_deleted, "/a"})), Told{"NodeDeleted /a to 2"});
}

TEST(ClientWatches, RemembersWhatTheServerHolds) {  // Z-ER-6
  ClientWatches watches;
  watches.answered(get_op("/missing", Watch::once), ErrorCode::no_node);
  watches.answered(exists_op("/missing", Watch::once), ErrorCode::no_node);
  watches.answered(get_op("/a", Watch::once), ErrorCode::ok);
  watches.answered(children_op("/a", Watch::once), ErrorCode::ok);
  watches.answered(get_op("/b"), ErrorCode::ok);

  const auto lists = watches.lists(Zxid(9));

  ASSERT_EQ(lists.size(), 1u);
  EXPECT_EQ(lists[0].relative_zxid, Zxid(9));
  EXPECT_EQ(lists[0].data, std::vector<std::string>{"/a"});
  EXPECT_EQ(lists[0].exist, std::vector<std::string>{"/missing"});
  EXPECT_EQ(lists[0].child, std::vector<std::string>{"/a"});
  watches.fired({EventType::node_deleted, SessionState::connected, "/a"});
  watches.fired({EventType::node_created, SessionState::connected, "/missing"});
  EXPECT_TRUE(watches.lists(Zxid(9)).empty());
}

TEST(ClientWatches, SplitsLongLists) {  // Z-WT-12
  ClientWatches watches;
  for (int i = 0; i < 300; ++i)
    watches.answered(get_op(format("/{}-{}", std::string(1000, 'x'), i), Watch::once),
                     ErrorCode::ok);

  EXPECT_EQ(watches.lists(Zxid(1)).size(), 3u);
}

}  // namespace
}  // namespace logquake::zookeeper
