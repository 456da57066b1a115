#include "models/quorum/zab/vote.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace logquake::zookeeper {
namespace {

const auto three = QuorumVerifier::majority_of({ServerId(1), ServerId(2), ServerId(3)});

Vote vote(std::int32_t leader, std::int64_t peer_epoch, std::int64_t counter,
          std::int64_t election_epoch = 1) {
  return {.leader = ServerId(leader),
          .zxid = make_zxid(1, counter),
          .election_epoch = election_epoch,
          .peer_epoch = peer_epoch};
}

TEST(Vote, IsBetterByEpochThenZxidThenServer) {  // Z-EL-3
  EXPECT_TRUE(is_better(vote(1, 2, 5), vote(3, 1, 9), three));
  EXPECT_FALSE(is_better(vote(3, 1, 9), vote(1, 2, 5), three));
  EXPECT_TRUE(is_better(vote(1, 1, 6), vote(3, 1, 5), three));
  EXPECT_FALSE(is_better(vote(3, 1, 5), vote(1, 1, 6), three));
  EXPECT_TRUE(is_better(vote(2, 1, 5), vote(1, 1, 5), three));
  EXPECT_FALSE(is_better(vote(1, 1, 5), vote(2, 1, 5), three));
}

TEST(Vote, StaysWhereAnEqualOneComes) {  // Z-EL-3
  EXPECT_FALSE(is_better(vote(2, 1, 5, 1), vote(2, 1, 5, 1), three));
  EXPECT_FALSE(is_better(vote(2, 1, 5, 9), vote(2, 1, 5, 1), three)) << "rounds do not rank";
}

TEST(Vote, NeverGoesToACandidateWithoutWeight) {  // Z-EL-3, Z-QV-2
  const auto verifier =
      QuorumVerifier::hierarchical({{{ServerId(1), 1}, {ServerId(2), 1}, {ServerId(3), 0}}});

  EXPECT_FALSE(is_better(vote(3, 9, 9), vote(1, 1, 1), verifier));
  EXPECT_FALSE(is_better(vote(4, 9, 9), vote(1, 1, 1), verifier)) << "nor to a stranger";
}

TEST(Vote, OfAnObserverIsLessThanAnyVoters) {  // Z-EL-2
  const Vote fresh{.leader = ServerId(1)};

  EXPECT_TRUE(is_better(fresh, minimum_vote, three));
  EXPECT_FALSE(is_better(minimum_vote, fresh, three));
}

TEST(Vote, AgreesByLeaderAndEpochOutsideAnElection) {  // Z-EL-8
  const Notification one{PeerState::following, vote(3, 2, 5, 1), ServerId(1)};
  const Notification other{PeerState::leading, vote(3, 2, 9, 7), ServerId(3)};
  const Notification elsewhere{PeerState::following, vote(3, 1, 5, 1), ServerId(2)};

  EXPECT_TRUE(agree(one, other));
  EXPECT_FALSE(agree(one, elsewhere));
}

TEST(Vote, AgreesByAllFieldsInsideAnElection) {  // Z-EL-8
  const Notification one{PeerState::looking, vote(3, 2, 5, 1), ServerId(1)};

  EXPECT_TRUE(agree(one, {PeerState::leading, vote(3, 2, 5, 1), ServerId(3)}));
  EXPECT_FALSE(agree(one, {PeerState::leading, vote(3, 2, 9, 1), ServerId(3)}));
  EXPECT_FALSE(agree({PeerState::following, vote(3, 2, 5, 2), ServerId(3)}, one));
}

TEST(Notification, NamesItsFields) {  // Z-PR-1
  std::vector<std::string> names;
  auto io = [&names](std::string_view name, auto&) { names.emplace_back(name); };
  Notification notification;
  notification.io(io);
  notification.vote.io(io);

  EXPECT_EQ(names, (std::vector<std::string>{"state", "vote", "sender", "leader", "zxid",
                                             "electionEpoch", "peerEpoch"}));
}

TEST(PeerState, HasTheNumbersOfTheWire) {  // Z-EL-1
  EXPECT_EQ(static_cast<int>(PeerState::looking), 0);
  EXPECT_EQ(static_cast<int>(PeerState::following), 1);
  EXPECT_EQ(static_cast<int>(PeerState::leading), 2);
  EXPECT_EQ(static_cast<int>(PeerState::observing), 3);
  EXPECT_EQ(name_of(PeerState::leading), "LEADING");
}

}  // namespace
}  // namespace logquake::zookeeper
