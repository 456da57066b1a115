#include "models/quorum/tree/watch_table.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "models/quorum/client/client_watches.h"
#include "models/quorum/tree/rules_harness.h"
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

TEST(WatchTable, RemovesByKind) {  // Z-WT-16, Z-OBS-49, Z-OBS-82
  WatchTable watches;
  watches.watch_children(one, "/a");

  EXPECT_FALSE(watches.remove(one, "/a", WatcherType::data));
  EXPECT_TRUE(watches.remove(one, "/a", WatcherType::children));
  EXPECT_FALSE(watches.remove(one, "/a", WatcherType::any));
  EXPECT_EQ(watches.size(), 0);
}

TEST(WatchTable, AnswersForTheAskingConnectionAlone) {  // Z-WT-16; Z-OBS-96 corrected
  for (const bool checks_all : {false, true}) {         // zk.check-watches-of-all
    WatchTable watches({.check_watches_of_all = checks_all});
    watches.watch_data(one, "/a");

    EXPECT_FALSE(watches.has(one, "/a", WatcherType::children));
    EXPECT_TRUE(watches.has(one, "/a", WatcherType::data));
    EXPECT_TRUE(watches.has(one, "/a", WatcherType::any));
    EXPECT_FALSE(watches.has(two, "/a", WatcherType::children));
    EXPECT_EQ(watches.has(two, "/a", WatcherType::data), checks_all);
    EXPECT_EQ(watches.has(two, "/a", WatcherType::any), checks_all);
  }
}

// Writes against a tree, and what connection 1 hears of each.
struct Watched {
  explicit Watched(bool modes_overwrite = false) : watches({.modes_overwrite = modes_overwrite}) {}
  std::string run(Operation operation) {
    std::string out;
    for (const auto& event : rules.apply(rules.prepare(std::move(operation))).events) {
      for (const auto& delivery : watches.fire(event)) {
        EXPECT_EQ(delivery.to, one);
        out += format("{}{} {}", out.empty() ? "" : ", ", name_of(delivery.event.type),
                      delivery.event.path);
      }
    }
    return out;
  }
  Rules rules;
  WatchTable watches;
};

TEST(PersistentWatch, HearsItsPathAndItsChildrenForEver) {  // Z-WT-6, Z-OBS-47
  Watched watched;
  watched.watches.watch_for_ever(one, "/p", AddWatchMode::persistent);  // nothing is there yet
  EXPECT_EQ(watched.run(create_op("/p", "")), "NodeCreated /p");
  EXPECT_EQ(watched.run(set_op("/p", "1")), "NodeDataChanged /p");
  EXPECT_EQ(watched.run(set_op("/p", "2")), "NodeDataChanged /p");
  EXPECT_EQ(watched.run(create_op("/p/c", "")), "NodeChildrenChanged /p");
  EXPECT_EQ(watched.run(set_op("/p/c", "")), "");
  EXPECT_EQ(watched.run(create_op("/p/c/d", "")), "");
  EXPECT_EQ(watched.run(remove_op("/p/c/d")), "");
  EXPECT_EQ(watched.run(remove_op("/p/c")), "NodeChildrenChanged /p");
  EXPECT_EQ(watched.run(remove_op("/p")), "NodeDeleted /p");
  EXPECT_EQ(watched.run(create_op("/p", "")), "NodeCreated /p");
}

TEST(RecursiveWatch, HearsEveryDescendantButNoListOfChildren) {  // Z-WT-7, Z-WT-8, Z-OBS-48
  Watched watched;
  watched.rules.run(create_op("/r", ""));
  watched.rules.run(create_op("/rest", ""));
  watched.watches.watch_for_ever(one, "/r", AddWatchMode::persistent_recursive);
  EXPECT_EQ(watched.run(set_op("/r", "1")), "NodeDataChanged /r");
  EXPECT_EQ(watched.run(create_op("/r/a", "")), "NodeCreated /r/a");
  EXPECT_EQ(watched.run(create_op("/r/a/b", "")), "NodeCreated /r/a/b");
  EXPECT_EQ(watched.run(set_op("/r/a/b", "x")), "NodeDataChanged /r/a/b");
  EXPECT_EQ(watched.run(set_op("/rest", "x")), "");
  EXPECT_EQ(watched.run(remove_op("/r/a/b")), "NodeDeleted /r/a/b");
  EXPECT_EQ(watched.run(remove_op("/r/a")), "NodeDeleted /r/a");
  EXPECT_EQ(watched.run(remove_op("/r")), "NodeDeleted /r");
  EXPECT_EQ(watched.run(create_op("/r", "")), "NodeCreated /r");
}

TEST(RecursiveWatch, AtTheRootHearsEverything) {  // Z-WT-7
  Watched watched;
  watched.watches.watch_for_ever(one, "/", AddWatchMode::persistent_recursive);

  EXPECT_EQ(watched.run(create_op("/a", "")), "NodeCreated /a");
  EXPECT_EQ(watched.run(set_op("/", "")), "NodeDataChanged /");
}

TEST(WatchTable, TellsOneChangeOnceHoweverManyWatchesMatch) {  // Z-WT-8
  Watched watched;
  watched.rules.run(create_op("/r", ""));
  watched.rules.run(create_op("/r/a", ""));
  watched.watches.watch_for_ever(one, "/r", AddWatchMode::persistent_recursive);
  watched.watches.watch_for_ever(one, "/r", AddWatchMode::persistent);
  watched.watches.watch_for_ever(one, "/r/a", AddWatchMode::persistent);
  watched.watches.watch_data(one, "/r/a");

  EXPECT_EQ(watched.run(set_op("/r/a", "x")), "NodeDataChanged /r/a");
  EXPECT_EQ(watched.run(remove_op("/r/a")), "NodeDeleted /r/a, NodeChildrenChanged /r");
}

TEST(WatchTable, KeepsModesOfOnePathApart) {  // Z-WT-18; Z-OBS-94, Z-OBS-95 corrected
  for (const bool modes_overwrite : {false, true}) {
    Watched persistent(modes_overwrite);
    persistent.rules.run(create_op("/p", ""));
    persistent.watches.watch_for_ever(one, "/p", AddWatchMode::persistent);
    persistent.watches.watch_data(one, "/p");
    EXPECT_EQ(persistent.run(set_op("/p", "1")), "NodeDataChanged /p");
    EXPECT_EQ(persistent.run(set_op("/p", "2")), modes_overwrite ? "" : "NodeDataChanged /p");
    EXPECT_EQ(persistent.run(create_op("/p/c", "")), "NodeChildrenChanged /p");

    Watched recursive(modes_overwrite);
    recursive.rules.run(create_op("/r", ""));
    recursive.rules.run(create_op("/r/c", ""));
    recursive.watches.watch_for_ever(one, "/r", AddWatchMode::persistent_recursive);
    recursive.watches.watch_data(one, "/r");
    EXPECT_EQ(recursive.run(set_op("/r/c", "1")), modes_overwrite ? "" : "NodeDataChanged /r/c");
    EXPECT_EQ(recursive.run(create_op("/r/d", "")), modes_overwrite ? "" : "NodeCreated /r/d");
    EXPECT_EQ(recursive.run(remove_op("/r/d")), "NodeDeleted /r/d");  // the child half is whole
  }
}

TEST(WatchTable, RemovesHalfOfALastingWatch) {  // Z-WT-16
  for (const auto type : {WatcherType::data, WatcherType::children, WatcherType::any}) {
    Watched watched;
    watched.rules.run(create_op("/p", ""));
    watched.watches.watch_for_ever(one, "/p", AddWatchMode::persistent);

    EXPECT_TRUE(watched.watches.remove(one, "/p", type));

    EXPECT_EQ(watched.run(set_op("/p", "")),
              type == WatcherType::children ? "NodeDataChanged /p" : "");
    EXPECT_EQ(watched.run(create_op("/p/c", "")),
              type == WatcherType::data ? "NodeChildrenChanged /p" : "");
  }
}

TEST(WatchTable, OnlyRegistersLastingWatchesAfterAReconnect) {  // Z-WT-13, Z-OBS-53
  Watched watched;
  watched.rules.run(create_op("/p", ""));
  const auto seen = watched.rules.tree.last_zxid();
  watched.rules.run(set_op("/p", "missed"));
  WatchList list;
  list.relative_zxid = seen;
  list.persistent = {"/p", "/gone"};
  list.recursive = {"/"};

  EXPECT_TRUE(watched.watches.restore(one, list, watched.rules.tree).empty());
  EXPECT_EQ(watched.run(create_op("/p/c", "")), "NodeCreated /p/c, NodeChildrenChanged /p");
}

TEST(WatchTable, ForgetsAConnection) {  // Z-WT-12
  WatchTable watches;
  watches.watch_data(one, "/a");
  watches.watch_children(one, "/a");
  watches.watch_for_ever(one, "/", AddWatchMode::persistent_recursive);
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

TEST(ClientWatches, KeepsLastingWatchesUntilTheyAreRemoved) {  // Z-WT-12, Z-WT-16
  ClientWatches watches;
  watches.answered(add_watch_op("/p", AddWatchMode::persistent), ErrorCode::ok);
  watches.answered(add_watch_op("/r", AddWatchMode::persistent_recursive), ErrorCode::ok);
  watches.answered(add_watch_op("/none", AddWatchMode::persistent), ErrorCode::connection_loss);
  watches.fired({EventType::node_deleted, SessionState::connected, "/p"});

  const auto lists = watches.lists(Zxid(9));

  ASSERT_EQ(lists.size(), 1u);
  EXPECT_TRUE(lists[0].has_lasting());
  EXPECT_EQ(lists[0].persistent, std::vector<std::string>{"/p"});
  EXPECT_EQ(lists[0].recursive, std::vector<std::string>{"/r"});
  watches.answered(remove_watches_op("/p", WatcherType::data), ErrorCode::ok);
  watches.answered(remove_watches_op("/r"), ErrorCode::no_watcher);
  EXPECT_EQ(watches.lists(Zxid(9))[0].persistent.size(), 1u);
  EXPECT_EQ(watches.lists(Zxid(9))[0].recursive.size(), 1u);
  watches.answered(remove_watches_op("/p"), ErrorCode::ok);
  watches.answered(remove_watches_op("/r"), ErrorCode::ok);
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
