#include "models/groups/group.h"

#include <gtest/gtest.h>

namespace logquake::kafka {
namespace {

constexpr ErrorCode none = ErrorCode::none;

/// A group, a clock, and everything that was answered so far.
class Story {
 public:
  explicit Story(const GroupRules& rules = {}) : group("g", rules) {}

  struct Joiner {
    std::string id;
    std::string protocol = "range";
    std::string metadata = "m";
    std::vector<std::string> more_protocols = {};
    Duration session = 10s;
    Duration rebalance = 60s;
    bool requires_id = false;
  };

  ReplyTag join(const Joiner& joiner) {
    JoinGroupRequest request{.group_id = "g",
                             .session_timeout_ms = milliseconds(joiner.session),
                             .rebalance_timeout_ms = milliseconds(joiner.rebalance),
                             .protocol_type = "consumer",
                             .protocols = {{joiner.protocol, to_bytes(joiner.metadata)}}};
    for (const auto& name : joiner.more_protocols)
      request.protocols.push_back({name, to_bytes(joiner.metadata)});
    if (group.has(joiner.id) || joiner.requires_id) request.member_id = joiner.id;
    return join(request, joiner.id, joiner.requires_id);
  }
  ReplyTag join(const JoinGroupRequest& request, const std::string& new_id,
                bool requires_id = false) {
    ++last_tag;
    take(group.join(request,
                    {.tag = last_tag,
                     .client_id = "c",
                     .new_member_id = new_id,
                     .requires_member_id = requires_id},
                    now));
    return last_tag;
  }
  ReplyTag sync(const std::string& id, std::vector<SyncGroupAssignment> assignments = {}) {
    ++last_tag;
    take(group.sync({.group_id = "g",
                     .generation_id = group.generation(),
                     .member_id = id,
                     .assignments = std::move(assignments)},
                    last_tag, now));
    return last_tag;
  }
  void stored(ErrorCode error = none) { take(group.stored(group.generation(), error, now)); }
  ErrorCode heartbeat(const std::string& id) {
    return group.heartbeat(id, group.generation(), now);
  }
  ErrorCode leave(const std::string& id) {
    GroupEffects effects;
    const auto error = group.leave(id, now, effects);
    take(std::move(effects));
    return error;
  }
  /// Lets time pass, stopping at every deadline on the way.
  void wait(Duration duration) {
    const Instant end = now + duration;
    for (auto next = group.next_deadline(); next && *next <= end; next = group.next_deadline()) {
      now = std::max(now, *next);
      take(group.on_time(now));
    }
    now = end;
  }
  /// A group of these members, assigned and stable.
  void settle(const std::vector<std::string>& ids) {
    for (const auto& id : ids) join({.id = id});
    wait(6s);
    for (const auto& id : ids) {
      sync(id, id == group.leader() ? std::vector<SyncGroupAssignment>{{ids[0], to_bytes("all")}}
                                    : std::vector<SyncGroupAssignment>{});
    }
    stored();
  }

  const JoinGroupResponse* joined(ReplyTag tag) const { return find(joins, tag); }
  const SyncGroupResponse* synced(ReplyTag tag) const { return find(syncs, tag); }
  ErrorCode join_error(ReplyTag tag) const {
    return joined(tag) == nullptr ? none : joined(tag)->error_code;
  }
  ErrorCode sync_error(ReplyTag tag) const {
    return synced(tag) == nullptr ? none : synced(tag)->error_code;
  }

  Group group;
  Instant now{};
  ReplyTag last_tag{0};
  std::map<ReplyTag, JoinGroupResponse> joins;
  std::map<ReplyTag, SyncGroupResponse> syncs;
  std::vector<StoreGroup> stores;
  std::vector<std::string> gone;

 private:
  static std::int32_t milliseconds(Duration duration) {
    return static_cast<std::int32_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
  }
  template <class Response>
  static const Response* find(const std::map<ReplyTag, Response>& replies, ReplyTag tag) {
    const auto found = replies.find(tag);
    return found == replies.end() ? nullptr : &found->second;
  }
  void take(GroupEffects effects) {
    for (auto& reply : effects.joins) {
      EXPECT_TRUE(joins.emplace(reply.tag, std::move(reply.response)).second) << "answered twice";
    }
    for (auto& reply : effects.syncs) {
      EXPECT_TRUE(syncs.emplace(reply.tag, std::move(reply.response)).second) << "answered twice";
    }
    if (effects.store) stores.push_back(std::move(*effects.store));
    for (auto& member : effects.removed) gone.push_back(member.member + " " + member.why);
  }
};

TEST(Group, TheFirstJoinWaitsForTheInitialDelay) {
  Story story;
  const auto join = story.join({.id = "a"});

  story.wait(2999ms);
  EXPECT_EQ(story.joined(join), nullptr);
  story.wait(1ms);

  ASSERT_NE(story.joined(join), nullptr);
  EXPECT_EQ(story.joined(join)->generation_id, Generation{1});
  EXPECT_EQ(story.joined(join)->leader, "a");
  EXPECT_EQ(story.joined(join)->protocol_name, "range");
  EXPECT_EQ(story.joined(join)->members.size(), 1U);
  EXPECT_EQ(story.group.state(), GroupState::completing_rebalance);
}

TEST(Group, NewMembersExtendTheInitialDelayUpToTheRebalanceTimeout) {
  Story story;
  const auto first = story.join({.id = "a", .rebalance = 7s});
  story.wait(1s);
  story.join({.id = "b"});
  story.wait(2s);
  EXPECT_EQ(story.joined(first), nullptr);  // at 3 s, extended to 6 s
  story.join({.id = "c"});
  story.wait(3s);
  EXPECT_EQ(story.joined(first), nullptr);  // extended by what is left: one second
  story.join({.id = "d"});
  story.wait(1s);

  ASSERT_NE(story.joined(first), nullptr);
  EXPECT_EQ(story.joined(first)->members.size(), 4U);
}

TEST(Group, OnlyTheLeaderGetsTheMembers) {
  Story story;
  const auto leader = story.join({.id = "a", .metadata = "ma"});
  const auto follower = story.join({.id = "b", .metadata = "mb"});
  story.wait(6s);

  ASSERT_EQ(story.joined(leader)->members.size(), 2U);
  EXPECT_EQ(story.joined(leader)->members[1].member_id, "b");
  EXPECT_EQ(story.joined(leader)->members[1].metadata, to_bytes("mb"));
  EXPECT_TRUE(story.joined(follower)->members.empty());
  EXPECT_EQ(story.joined(follower)->leader, "a");
}

TEST(Group, AMemberIdIsHandedOutBeforeJoining) {
  Story story;
  JoinGroupRequest request{.session_timeout_ms = 10000,
                           .rebalance_timeout_ms = 60000,
                           .protocol_type = "consumer",
                           .protocols = {{"range", {}}}};

  const auto first = story.join(request, "c-1", true);
  EXPECT_EQ(story.join_error(first), ErrorCode::member_id_required);
  EXPECT_EQ(story.joined(first)->member_id, "c-1");
  EXPECT_EQ(story.group.state(), GroupState::empty);

  request.member_id = "c-1";
  story.join(request, "unused", true);
  EXPECT_EQ(story.group.state(), GroupState::preparing_rebalance);
  EXPECT_TRUE(story.group.has("c-1"));
}

TEST(Group, AHandedOutIdExpires) {
  Story story;
  JoinGroupRequest request{.session_timeout_ms = 10000,
                           .rebalance_timeout_ms = 60000,
                           .protocol_type = "consumer",
                           .protocols = {{"range", {}}}};
  story.join(request, "c-1", true);
  story.wait(10s);

  request.member_id = "c-1";
  EXPECT_EQ(story.join_error(story.join(request, "unused", true)), ErrorCode::unknown_member_id);
}

TEST(Group, ThePendingIdKeepsARebalanceOpen) {
  Story story;
  story.settle({"a"});
  JoinGroupRequest request{.session_timeout_ms = 10000,
                           .rebalance_timeout_ms = 60000,
                           .protocol_type = "consumer",
                           .protocols = {{"range", {}}}};
  story.join(request, "b", true);

  const auto rejoin = story.join({.id = "a"});
  EXPECT_EQ(story.joined(rejoin), nullptr);
  story.wait(10s);

  EXPECT_NE(story.joined(rejoin), nullptr);
}

TEST(Group, TheAssignmentIsStoredBeforeAnybodySeesIt) {
  Story story;
  story.join({.id = "a"});
  story.join({.id = "b"});
  story.wait(6s);

  const auto follower = story.sync("b");
  const auto leader = story.sync("a", {{"a", to_bytes("p0")}, {"stranger", to_bytes("p1")}});

  EXPECT_EQ(story.synced(leader), nullptr);
  ASSERT_EQ(story.stores.size(), 1U);
  EXPECT_TRUE(story.stores[0].awaits_answer);
  EXPECT_EQ(story.stores[0].snapshot.members[0].assignment, to_bytes("p0"));
  story.stored();
  EXPECT_EQ(story.group.state(), GroupState::stable);
  EXPECT_EQ(story.synced(leader)->assignment, to_bytes("p0"));
  EXPECT_TRUE(story.synced(follower)->assignment.empty());
}

TEST(Group, AnAssignmentThatCannotBeStoredBeginsARebalance) {
  Story story;
  story.join({.id = "a"});
  story.wait(3s);
  const auto sync = story.sync("a");

  story.stored(ErrorCode::not_coordinator);

  EXPECT_EQ(story.sync_error(sync), ErrorCode::not_coordinator);
  EXPECT_EQ(story.group.state(), GroupState::preparing_rebalance);
}

TEST(Group, ALateStoreOfAnOlderGenerationChangesNothing) {
  Story story;
  story.join({.id = "a"});
  story.wait(3s);
  story.sync("a");
  story.join({.id = "b"});  // a rebalance overtakes the store
  story.stored();

  EXPECT_EQ(story.group.state(), GroupState::preparing_rebalance);
}

TEST(Group, AStableGroupAnswersSyncFromMemory) {
  Story story;
  story.settle({"a"});

  EXPECT_EQ(story.synced(story.sync("a"))->assignment, to_bytes("all"));
}

TEST(Group, SyncsAreCheckedInOrder) {
  Story story;
  story.settle({"a"});
  const auto error = [&](const SyncGroupRequest& request) {
    const auto effects = story.group.sync(request, ReplyTag{1000}, story.now);
    return effects.syncs.at(0).response.error_code;
  };

  EXPECT_EQ(error({.generation_id = Generation{9}, .member_id = "x"}),
            ErrorCode::unknown_member_id);
  EXPECT_EQ(error({.generation_id = Generation{9}, .member_id = "a"}),
            ErrorCode::illegal_generation);
  EXPECT_EQ(error({.generation_id = Generation{1}, .member_id = "a", .protocol_type = "connect"}),
            ErrorCode::inconsistent_group_protocol);
  EXPECT_EQ(error({.generation_id = Generation{1}, .member_id = "a", .protocol_name = "other"}),
            ErrorCode::inconsistent_group_protocol);
}

TEST(Group, ANewMemberBeginsARebalanceAndTheOthersHearOfIt) {
  Story story;
  story.settle({"a"});

  const auto newcomer = story.join({.id = "b"});

  EXPECT_EQ(story.heartbeat("a"), ErrorCode::rebalance_in_progress);
  EXPECT_EQ(story.joined(newcomer), nullptr);
  const auto rejoin = story.join({.id = "a"});
  ASSERT_NE(story.joined(rejoin), nullptr);  // all are there: no need to wait
  EXPECT_EQ(story.joined(newcomer)->generation_id, Generation{2});
}

TEST(Group, WhoDoesNotRejoinInTimeIsRemoved) {
  Story story;
  story.settle({"a", "b"});
  story.join({.id = "a"});  // the leader's rejoin
  const Generation before = story.group.generation();
  while (story.heartbeat("b") == ErrorCode::rebalance_in_progress && story.now < Instant(200s))
    story.wait(5s);

  EXPECT_EQ(story.group.generation(), before + 1);
  EXPECT_FALSE(story.group.has("b"));
  EXPECT_EQ(story.gone, std::vector<std::string>{"b did not rejoin"});
}

TEST(Group, ALeaderThatDoesNotRejoinIsReplaced) {
  Story story;
  story.settle({"a", "b"});
  const auto join = story.join({.id = "b", .metadata = "changed"});
  story.wait(60s);

  ASSERT_NE(story.joined(join), nullptr);
  EXPECT_EQ(story.joined(join)->leader, "b");
}

TEST(Group, ASilentMemberLosesItsSession) {
  Story story;
  story.settle({"a", "b"});
  for (int i = 0; i < 3; ++i) {
    story.wait(4s);
    static_cast<void>(story.heartbeat("a"));
  }

  EXPECT_FALSE(story.group.has("b"));
  EXPECT_EQ(story.gone, std::vector<std::string>{"b let its session expire"});
  EXPECT_EQ(story.group.state(), GroupState::preparing_rebalance);
}

TEST(Group, AParkedJoinKeepsAMemberAlive) {
  Story story;
  story.settle({"a", "b"});
  story.join({.id = "a"});
  for (int i = 0; i < 10; ++i) {  // five sessions, within the rebalance timeout
    story.wait(5s);
    EXPECT_EQ(story.heartbeat("b"), ErrorCode::rebalance_in_progress);
  }

  EXPECT_TRUE(story.group.has("a"));
  EXPECT_TRUE(story.gone.empty());
}

TEST(Group, MembersThatDoNotSyncAreRemoved) {
  Story story;
  story.join({.id = "a"});
  story.join({.id = "b"});
  story.wait(6s);
  story.sync("a");
  story.stored();
  for (int i = 0; i < 7; ++i) {
    story.wait(9s);
    static_cast<void>(story.heartbeat("a"));
    static_cast<void>(story.heartbeat("b"));
  }

  EXPECT_EQ(story.gone, std::vector<std::string>{"b did not sync"});
  EXPECT_EQ(story.group.state(), GroupState::preparing_rebalance);
}

TEST(Group, TheLastMemberLeavesAnEmptyGroupBehind) {
  Story story;
  story.settle({"a"});

  EXPECT_EQ(story.leave("a"), none);

  EXPECT_EQ(story.group.state(), GroupState::empty);
  EXPECT_EQ(story.group.generation(), Generation{2});
  ASSERT_EQ(story.stores.size(), 2U);
  EXPECT_FALSE(story.stores[1].awaits_answer);
  EXPECT_TRUE(story.stores[1].snapshot.members.empty());
  EXPECT_EQ(story.leave("a"), ErrorCode::unknown_member_id);
}

TEST(Group, AGroupThatWasEmptyWaitsOneDelayOnly) {
  Story story;
  story.settle({"a"});
  static_cast<void>(story.leave("a"));
  const auto join = story.join({.id = "b"});
  story.wait(1s);
  story.join({.id = "c"});
  story.wait(2s);

  EXPECT_NE(story.joined(join), nullptr);
}

TEST(Group, AnUnchangedFollowerThatRejoinsGetsTheCurrentGeneration) {
  Story story;
  story.settle({"a", "b"});

  const auto join = story.join({.id = "b"});

  ASSERT_NE(story.joined(join), nullptr);
  EXPECT_EQ(story.joined(join)->generation_id, Generation{1});
  EXPECT_EQ(story.group.state(), GroupState::stable);
}

TEST(Group, AChangedSubscriptionBeginsARebalance) {
  Story story;
  story.settle({"a", "b"});

  story.join({.id = "b", .metadata = "other"});

  EXPECT_EQ(story.group.state(), GroupState::preparing_rebalance);
}

TEST(Group, AJoinWhileCompletingIsAnsweredAgain) {
  Story story;
  story.join({.id = "a"});
  story.wait(3s);

  const auto again = story.join({.id = "a"});

  EXPECT_EQ(story.joined(again)->generation_id, Generation{1});
  EXPECT_EQ(story.joined(again)->members.size(), 1U);
}

TEST(Group, ARebalanceFailsTheSyncsThatWait) {
  Story story;
  story.join({.id = "a"});
  story.join({.id = "b"});
  story.wait(6s);
  const auto sync = story.sync("b");

  story.join({.id = "a", .metadata = "changed"});

  EXPECT_EQ(story.sync_error(sync), ErrorCode::rebalance_in_progress);
}

TEST(Group, TheMostWantedCommonProtocolIsChosen) {
  Story story;
  story.join({.id = "a", .protocol = "range", .more_protocols = {"roundrobin"}});
  story.join({.id = "b", .protocol = "roundrobin", .more_protocols = {"sticky", "range"}});
  const auto third = story.join({.id = "c", .protocol = "roundrobin", .more_protocols = {"range"}});
  story.wait(6s);

  EXPECT_EQ(story.joined(third)->protocol_name, "roundrobin");
}

TEST(Group, ATieGoesToTheSmallestName) {
  Story story;
  story.join({.id = "a", .protocol = "roundrobin", .more_protocols = {"range"}});
  const auto second =
      story.join({.id = "b", .protocol = "range", .more_protocols = {"roundrobin"}});
  story.wait(6s);

  EXPECT_EQ(story.joined(second)->protocol_name, "range");
}

TEST(Group, MembersWithoutACommonProtocolAreRefused) {
  Story story;
  story.join({.id = "a", .protocol = "range"});

  const auto stranger = story.join({.id = "b", .protocol = "sticky"});

  EXPECT_EQ(story.join_error(stranger), ErrorCode::inconsistent_group_protocol);
  EXPECT_EQ(story.joined(stranger)->generation_id, no_generation);
}

TEST(Group, AFullGroupRefusesMore) {
  Story story({.max_size = 1});
  story.settle({"a"});

  EXPECT_EQ(story.join_error(story.join({.id = "b"})), ErrorCode::group_max_size_reached);
}

TEST(Group, CommitsAreCheckedAgainstMembershipAndGeneration) {
  Story story;
  const auto check = [&](const std::string& member, std::int32_t generation) {
    return story.group.check_commit(member, Generation{generation}, story.now);
  };
  EXPECT_EQ(check("", -1), none);
  EXPECT_EQ(check("anybody", -1), none);
  EXPECT_EQ(check("a", 0), ErrorCode::unknown_member_id);
  story.join({.id = "a"});
  story.wait(3s);
  EXPECT_EQ(check("a", 1), ErrorCode::rebalance_in_progress);
  story.sync("a");
  story.stored();

  EXPECT_EQ(check("a", 1), none);
  EXPECT_EQ(check("a", 0), ErrorCode::illegal_generation);
  EXPECT_EQ(check("b", 1), ErrorCode::unknown_member_id);
  EXPECT_EQ(check("", -1), ErrorCode::unknown_member_id);
  story.join({.id = "b"});
  EXPECT_EQ(check("a", 1), none);  // in PreparingRebalance, too
}

TEST(Group, WhoWaitsHearsThatTheCoordinatorMoved) {
  Story story;
  story.join({.id = "a"});
  const auto effects = story.group.unload();

  ASSERT_EQ(effects.joins.size(), 1U);
  EXPECT_EQ(effects.joins[0].response.error_code, ErrorCode::not_coordinator);
  EXPECT_EQ(story.heartbeat("a"), ErrorCode::coordinator_not_available);
}

TEST(Group, ComesBackStableFromItsRecord) {
  Story story;
  story.settle({"a", "b"});
  const auto loaded = Group::load("g", {}, story.stores.at(0).snapshot, Instant(100s));

  EXPECT_EQ(loaded.state(), GroupState::stable);
  EXPECT_EQ(loaded.generation(), Generation{1});
  EXPECT_EQ(loaded.leader(), "a");
  EXPECT_EQ(loaded.members()[0].assignment, to_bytes("all"));
  EXPECT_EQ(loaded.next_deadline(), Instant(110s));
}

}  // namespace
}  // namespace logquake::kafka
