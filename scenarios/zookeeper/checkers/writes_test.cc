#include "scenarios/zookeeper/checkers/writes.h"

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

// /p is there, without children, at version 0.
ClientStory story() {
  return ClientStory(zookeeper_linearizable_writes())
      .asks(OpCode::create, "/p", "one")
      .created("/p", 1, "one")
      .told(1);
}

TEST(ZookeeperLinearizableWrites, AreAnsweredByTheStateBeforeThem) {  // Z-INV-17
  EXPECT_EQ(
      story().asks(OpCode::set_data, "/p", "two", 0).changed("/p", 2, 1, "two").told(2).broken(),
      Clauses{});
  EXPECT_EQ(
      story().asks(OpCode::set_data, "/p", "two", 5).changed("/p", 2, 1, "two").told(2).broken(),
      Clauses{"Z-INV-17"});
  EXPECT_EQ(story().asks(OpCode::create, "/q/r").told(2, ErrorCode::no_node).broken(), Clauses{});
  EXPECT_EQ(story().asks(OpCode::create, "/q").told(2, ErrorCode::no_node).broken(),
            Clauses{"Z-INV-17"});
  EXPECT_EQ(story().asks(OpCode::create, "/p").told(2, ErrorCode::node_exists).broken(), Clauses{});
  EXPECT_EQ(story().asks(OpCode::set_data, "/p", "", 0).told(2, ErrorCode::bad_version).broken(),
            Clauses{"Z-INV-17"});
  EXPECT_EQ(story().asks(OpCode::remove, "/p").told(2, ErrorCode::not_empty).broken(),
            Clauses{"Z-INV-17"});  // Z-DM-21, Z-OBS-89
}

TEST(ZookeeperLinearizableWrites, AreInTheTreeOnceAcknowledged) {  // Z-INV-17
  EXPECT_EQ(story().asks(OpCode::set_data, "/p", "two").told(2).broken(), Clauses{"Z-INV-17"});
  EXPECT_EQ(story().asks(OpCode::remove, "/p").told(2).broken(), Clauses{"Z-INV-17"});
  EXPECT_EQ(story().asks(OpCode::remove, "/p").deleted("/p", 2).told(2).broken(), Clauses{});
}

TEST(ZookeeperLinearizableWrites, OfUnknownOutcomeTakeEffectAtMostOnce) {  // Z-INV-17, Z-RC-1
  const auto lost = [] { return story().asks(OpCode::set_data, "/p", "two").lost(); };

  EXPECT_EQ(lost().broken(), Clauses{});
  EXPECT_EQ(lost().changed("/p", 2, 1, "two").broken(), Clauses{});
  EXPECT_EQ(lost().changed("/p", 2, 1, "two").changed("/p", 3, 2, "two").broken(),
            Clauses{"Z-INV-17"});
  EXPECT_EQ(lost().changed("/p", 2, 1, "three").broken(), Clauses{"Z-INV-17"});
}

TEST(ZookeeperLinearizableWrites, AreInDoubtWhereALeaderMayHaveInheritedThem) {  // Z-SY-9
  const zookeeper::ServingStarted serving{"leader", 2, z(1, 2), 0};
  const auto elected = [&] {
    return story().asks(OpCode::set_data, "/p", "two").lost().on("b", serving);
  };

  EXPECT_EQ(elected().asks(OpCode::set_data, "/p", "x", 0).told(5, ErrorCode::bad_version).broken(),
            Clauses{});
  EXPECT_EQ(elected().asks(OpCode::create, "/q").told(5, ErrorCode::node_exists).broken(),
            Clauses{"Z-INV-17"});
}

TEST(ZookeeperLinearizableWrites, HaveZxidsOfTheirOwn) {  // Z-INV-17
  EXPECT_EQ(story()
                .asks(OpCode::remove, "/q")
                .told(2, ErrorCode::no_node)
                .asks(OpCode::remove, "/q")
                .told(2, ErrorCode::no_node)
                .broken(),
            Clauses{"Z-INV-17"});
}

TEST(ZookeeperLinearizableWrites, AreToldTheStatOfWhatAMultiCreates) {  // Z-MU-5
  const auto told = [](OpCode op, std::int32_t version) {
    auto at = story().asks_multi({{op, "/q", "q", 0, -1}}).created("/q", 2, "q");
    auto reply = at.reply(2);
    reply.members = {{ErrorCode::ok, "/q", version}};
    return at.told(reply).broken();
  };

  EXPECT_EQ(told(OpCode::create2, 0), Clauses{});
  EXPECT_EQ(told(OpCode::create2, -1), Clauses{"Z-MU-5"});
  EXPECT_EQ(told(OpCode::create, -1), Clauses{}) << "has none";
}

TEST(ZookeeperLinearizableWrites, SeeTheMembersBeforeThemInAMulti) {  // Z-MU-2, Z-INV-23
  const auto multi = [] {
    return story().asks_multi({{OpCode::create, "/q", "q", 0, -1},
                               {OpCode::set_data, "/q", "r", 0, 0},
                               {OpCode::check, "/q", "", 0, 1}});
  };
  const auto told = [](ClientStory at, ErrorCode last) {
    auto reply = at.reply(2);
    reply.members = {{ErrorCode::ok, "/q", -1}, {ErrorCode::ok, "", 1}, {last, "", -1}};
    return at.told(reply).broken();
  };

  EXPECT_EQ(told(multi().created("/q", 2, "q").changed("/q", 2, 1, "r"), ErrorCode::ok), Clauses{});
  EXPECT_EQ(told(multi().created("/q", 2, "q"), ErrorCode::ok), Clauses{"Z-INV-23"});
  EXPECT_EQ(told(multi(), ErrorCode::bad_version), Clauses{"Z-INV-17"});
}

}  // namespace
}  // namespace logquake::scenario
