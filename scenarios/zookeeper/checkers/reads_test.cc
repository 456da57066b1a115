#include "scenarios/zookeeper/checkers/reads.h"

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

// The second session has written /p twice; the first has seen up to `seen`.
ClientStory story(std::int64_t seen) {
  return ClientStory(zookeeper_consistent_reads())
      .by(second_session)
      .asks(OpCode::create, "/p", "one")
      .created("/p", 1, "one")
      .told(1)
      .asks(OpCode::set_data, "/p", "two")
      .changed("/p", 2, 1, "two")
      .told(2)
      .by(first_session)
      .asks(OpCode::exists, "/q")
      .told(seen, ErrorCode::no_node);
}

TEST(ZookeeperConsistentReads, MayBeStale) {  // Z-INV-18, Z-RD-1
  auto stale = story(1);
  stale.asks(OpCode::get_data, "/p").shown(1, "one", 0, 1, 1);

  EXPECT_EQ(stale.broken(), Clauses{});
  EXPECT_EQ(stale.excused(), Clauses{"Z-RD-1"});
}

TEST(ZookeeperConsistentReads, NeverGoBackInTheirSession) {  // Z-INV-18
  EXPECT_EQ(story(2).asks(OpCode::get_data, "/p").shown(2, "two", 1, 1, 2).broken(), Clauses{});
  EXPECT_EQ(story(2).asks(OpCode::get_data, "/p").shown(2, "one", 0, 1, 1).broken(),
            Clauses{"Z-INV-18"});
  EXPECT_EQ(story(1).asks(OpCode::get_data, "/p").shown(1, "none", 0, 1, 1).broken(),
            Clauses{"Z-INV-18"});
  EXPECT_EQ(story(1).asks(OpCode::get_data, "/p").told(1, ErrorCode::no_node).broken(),
            Clauses{"Z-INV-18"});
}

TEST(ZookeeperConsistentReads, ShowTheSessionsOwnWrites) {  // Z-INV-16
  EXPECT_EQ(
      story(1).by(second_session).asks(OpCode::get_data, "/p").shown(2, "one", 0, 1, 1).broken(),
      Clauses{"Z-INV-16"});
}

TEST(ZookeeperConsistentReads, ShowWholeListsOfChildren) {  // Z-INV-18
  const auto listed = [](std::vector<std::string> names) {
    auto at = story(2);
    at.created("/p/a", 3).created("/p/b", 4).asks(OpCode::get_children, "/p");
    auto reply = at.reply(4);
    reply.children_digest = zookeeper::digest_of(std::move(names));
    return at.told(reply).broken();
  };

  EXPECT_EQ(listed({"b", "a"}), Clauses{});
  EXPECT_EQ(listed({"a"}), Clauses{});
  EXPECT_EQ(listed({"b"}), Clauses{"Z-INV-18"});
}

TEST(ZookeeperConsistentReads, NeverShowTheInsideOfAMulti) {  // Z-INV-23
  const auto read = [](const std::string& data, std::int32_t version) {
    return story(2)
        .by(second_session)
        .asks_multi(
            {{OpCode::set_data, "/p", "three", 0, -1}, {OpCode::set_data, "/p", "four", 0, -1}})
        .changed("/p", 3, 2, "three")
        .changed("/p", 3, 3, "four")
        .by(first_session)
        .asks(OpCode::get_data, "/p")
        .shown(3, data, version, 1, 3)
        .broken();
  };

  EXPECT_EQ(read("four", 3), Clauses{});
  EXPECT_EQ(read("three", 2), Clauses{"Z-INV-23"});
}

TEST(ZookeeperConsistentReads, SettleWhatAnElectionLeftInDoubt) {  // Z-SY-9
  const auto elected = [] {
    return story(2)
        .by(second_session)
        .asks(OpCode::set_data, "/p", "three")
        .lost()
        .on("b", zookeeper::ServingStarted{"leader", 2, z(1, 3), 0})
        .by(first_session)
        .asks(OpCode::exists, "/q")
        .told(3, ErrorCode::no_node)
        .asks(OpCode::get_data, "/p");
  };

  EXPECT_EQ(elected().shown(3, "three", 2, 1, 3).broken(), Clauses{});
  EXPECT_EQ(elected().shown(3, "two", 1, 1, 2).broken(), Clauses{});
  EXPECT_EQ(elected()
                .shown(3, "three", 2, 1, 3)
                .asks(OpCode::get_data, "/p")
                .shown(3, "two", 1, 1, 2)
                .broken(),
            Clauses{"Z-INV-18"});
}

}  // namespace
}  // namespace logquake::scenario
