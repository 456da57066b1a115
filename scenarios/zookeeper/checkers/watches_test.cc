#include "scenarios/zookeeper/checkers/watches.h"

#include <gtest/gtest.h>

#include "scenarios/zookeeper/checkers/client_story_testing.h"

namespace logquake::scenario {
namespace {

using testing::Clauses;
using testing::ClientStory;
using testing::first_session;
using testing::second_session;
using testing::z;
using zookeeper::ErrorCode;
using zookeeper::OpCode;

using zookeeper::EventType;

zookeeper::EventReceived event(EventType type, std::string path) {
  return {first_session, type, std::move(path)};
}
// The first session watches the data of /p; the second sets it at zxid 2.
ClientStory story() {
  return ClientStory(zookeeper_watch_events())
      .by(second_session)
      .created("/p", 1, "one")
      .by(first_session)
      .asks(OpCode::get_data, "/p", "", -1, true)
      .told(1)
      .by(second_session);
}

TEST(ZookeeperWatchEvents, ComeBeforeTheStateThatTheyTellOf) {  // Z-INV-19, Z-WT-9
  const auto changed = [] {
    return story().changed("/p", 2, 1, "two").by(first_session).asks(OpCode::exists, "/q");
  };

  EXPECT_EQ(changed()
                .on("client", event(EventType::node_data_changed, "/p"))
                .told(2, ErrorCode::no_node)
                .broken(),
            Clauses{});
  EXPECT_EQ(changed().told(1, ErrorCode::no_node).broken(), Clauses{});
  EXPECT_EQ(changed().told(2, ErrorCode::no_node).broken(), Clauses{"Z-INV-19"});
}

TEST(ZookeeperWatchEvents, AreNotDueRightAfterAReconnect) {  // Z-WT-13
  EXPECT_EQ(story()
                .changed("/p", 2, 1, "two")
                .on("client", zookeeper::ClientConnected{first_session, "b:2181", 6s})
                .by(first_session)
                .asks(OpCode::exists, "/q")
                .told(2, ErrorCode::no_node)
                .broken(),
            Clauses{});
}

TEST(ZookeeperWatchEvents, ComeOnceAWatch) {  // Z-INV-19, Z-WT-1
  const auto changed = event(EventType::node_data_changed, "/p");

  EXPECT_EQ(story().changed("/p", 2, 1, "two").on("client", changed).broken(), Clauses{});
  EXPECT_EQ(story().changed("/p", 2, 1, "two").on("client", changed).on("client", changed).broken(),
            Clauses{"Z-INV-19"});
}

TEST(ZookeeperWatchEvents, HaveACause) {  // Z-INV-19
  EXPECT_EQ(story().on("client", event(EventType::node_data_changed, "/p")).broken(),
            Clauses{"Z-INV-19"});
  EXPECT_EQ(story().created("/q", 2).on("client", event(EventType::node_created, "/q")).broken(),
            Clauses{"Z-INV-19"});
}

TEST(ZookeeperWatchEvents, TellOfChildren) {  // Z-INV-19, Z-WT-2
  const auto watching = [] {
    return story()
        .by(first_session)
        .asks(OpCode::get_children, "/p", "", -1, true)
        .told(1)
        .by(second_session)
        .created("/p/c", 2)
        .by(first_session)
        .asks(OpCode::exists, "/q");
  };

  EXPECT_EQ(watching()
                .on("client", event(EventType::node_children_changed, "/p"))
                .told(2, ErrorCode::no_node)
                .broken(),
            Clauses{});
  EXPECT_EQ(watching().told(2, ErrorCode::no_node).broken(), Clauses{"Z-INV-19"});
}

TEST(ZookeeperWatchEvents, OfALastingWatchComeForEveryChange) {  // Z-WT-6, Z-WT-18
  const auto changed = [] {
    return story()
        .by(first_session)
        .asks(OpCode::add_watch, "/p")
        .told(1)
        .by(second_session)
        .changed("/p", 2, 1, "two")
        .by(first_session)
        .on("client", event(EventType::node_data_changed, "/p"))
        .asks(OpCode::exists, "/q")
        .told(2, ErrorCode::no_node)
        .by(second_session)
        .changed("/p", 3, 2, "three")
        .by(first_session)
        .asks(OpCode::exists, "/q");
  };

  EXPECT_EQ(changed()
                .on("client", event(EventType::node_data_changed, "/p"))
                .told(3, ErrorCode::no_node)
                .broken(),
            Clauses{});
  EXPECT_EQ(changed().told(3, ErrorCode::no_node).broken(), Clauses{"Z-WT-6"});
  EXPECT_EQ(changed()
                .on("client", zookeeper::ClientConnected{first_session, "b:2181", 6s})
                .told(3, ErrorCode::no_node)
                .broken(),
            Clauses{})
      << "what changed meanwhile is not told (Z-WT-13)";
}

TEST(ZookeeperWatchEvents, AreOfOnesOwnWatches) {  // Z-WT-16
  const auto asked = [](zookeeper::SessionId session, ErrorCode answer) {
    return story().by(session).asks(OpCode::check_watches, "/p").told(1, answer).broken();
  };

  EXPECT_EQ(asked(first_session, ErrorCode::ok), Clauses{});
  EXPECT_EQ(asked(second_session, ErrorCode::no_watcher), Clauses{});
  EXPECT_EQ(asked(second_session, ErrorCode::ok), Clauses{"Z-WT-16"});
}

}  // namespace
}  // namespace logquake::scenario
