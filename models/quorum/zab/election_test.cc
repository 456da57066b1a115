#include "models/quorum/zab/election.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "models/quorum/defects.h"

namespace logquake::zookeeper {
namespace {

Instant at(Duration since_start) { return Instant(since_start); }

QuorumVerifier first_servers(std::int32_t count) {
  std::set<ServerId> all;
  for (std::int32_t id = 1; id <= count; ++id) all.insert(ServerId(id));
  return QuorumVerifier::majority_of(all);
}

/// A vote of epoch 1 for `leader`, which has logged `counter` transactions.
Vote vote(std::int32_t leader, std::int64_t round = 1, std::int64_t counter = 5) {
  return {.leader = ServerId(leader),
          .zxid = make_zxid(1, counter),
          .election_epoch = round,
          .peer_epoch = 1};
}
Notification looking(std::int32_t sender, Vote vote) {
  return {PeerState::looking, vote, ServerId(sender)};
}
Notification following(std::int32_t sender, Vote vote) {
  return {PeerState::following, vote, ServerId(sender)};
}
Notification leading(std::int32_t sender, Vote vote) {
  return {PeerState::leading, vote, ServerId(sender)};
}
using Sends = std::vector<std::pair<ServerId, Notification>>;
Sends to_all(std::initializer_list<std::int32_t> receivers, const Notification& notification) {
  Sends sends;
  for (const auto receiver : receivers) sends.emplace_back(ServerId(receiver), notification);
  return sends;
}
bool is_silent(const ElectionEffects& effects) {
  return effects.sends.empty() && !effects.reconnect_all && !effects.decision;
}
std::optional<Decision> following_of(std::int32_t leader) {
  return Decision{PeerState::following, ServerId(leader)};
}

/// Server `self` of `count` voters, LOOKING since the instant zero in round 1.
Election looking_server(std::int32_t self, std::int32_t count = 3, ElectionSettings settings = {}) {
  Election election(ServerId(self), first_servers(count), settings);
  election.start(vote(self), at(0s));
  return election;
}
/// Server 2 of `count`, which follows 3 since round 1.
Election follower(std::int32_t count = 3, ElectionSettings settings = {}) {
  auto election = looking_server(2, count, settings);
  election.receive(leading(3, vote(3)), at(1ms));
  for (std::int32_t other = 4; other <= count; ++other)
    election.receive(following(other, vote(3)), at(1ms));
  if (election.is_finalizing()) election.expire(at(1s), true);
  return election;
}

TEST(Election, CountsItsRoundsFromZero) {  // Z-EL-1
  Election election(ServerId(1), first_servers(3));
  EXPECT_EQ(election.logical_clock(), 0);
  EXPECT_EQ(election.deadline(), Instant::max());
  EXPECT_TRUE(is_silent(election.receive(looking(2, vote(2)), at(0s))));

  election.start(vote(1), at(0s));
  EXPECT_EQ(election.logical_clock(), 1);
  EXPECT_EQ(election.state(), PeerState::looking);

  election.start(vote(1), at(1s));
  EXPECT_EQ(election.logical_clock(), 2);
}

TEST(Election, StartsByVotingForItself) {  // Z-EL-4
  Election election(ServerId(2), first_servers(3));

  const auto effects = election.start(vote(99, 77), at(0s));

  EXPECT_EQ(effects.sends, to_all({1, 3}, looking(2, vote(2)))) << "leader and round filled in";
  EXPECT_FALSE(effects.decision);
}

TEST(Election, HearsItsOwnBroadcast) {  // Z-EL-4, Z-EL-7
  Election alone(ServerId(1), first_servers(1));
  alone.start(vote(1), at(0s));

  const auto effects = alone.expire(at(200ms), false);

  EXPECT_EQ(effects.decision, (Decision{PeerState::leading, ServerId(1)}));
}

TEST(Election, CountsNobodyWithoutADatabase) {  // Z-EL-2
  auto election = looking_server(3);
  auto empty = vote(2);
  empty.zxid = uninitialised_zxid;
  EXPECT_TRUE(is_silent(election.receive(looking(1, empty), at(1ms))));
  EXPECT_FALSE(election.is_finalizing());

  Election uninitialised(ServerId(3), first_servers(3));
  auto none = vote(3);
  none.zxid = uninitialised_zxid;
  uninitialised.start(none, at(0s));
  EXPECT_TRUE(is_silent(uninitialised.receive(looking(1, vote(1)), at(1ms))));
  EXPECT_TRUE(is_silent(uninitialised.receive(looking(2, vote(1)), at(2ms))));
  EXPECT_FALSE(uninitialised.is_finalizing());

  uninitialised.receive(leading(1, vote(1)), at(3ms));
  EXPECT_EQ(uninitialised.receive(following(2, vote(1)), at(4ms)).decision, following_of(1))
      << "it may still follow";
}

TEST(Election, DoublesItsWaitUpToTheLongest) {  // Z-EL-5
  auto election = looking_server(1);
  auto now = at(0s);
  std::vector<Duration> waits;
  for (int i = 0; i < 11; ++i) {
    waits.push_back(election.deadline() - now);
    now = election.deadline();
    EXPECT_TRUE(is_silent(election.expire(now - 1ns, true)));
    EXPECT_EQ(election.expire(now, true).sends.size(), 2u);
  }

  EXPECT_EQ(waits, (std::vector<Duration>{200ms, 400ms, 800ms, 1600ms, 3200ms, 6400ms, 12800ms,
                                          25600ms, 51200ms, 60s, 60s}));
}

TEST(Election, KeepsTheLengthOfItsWaitWhenItHearsSomething) {  // Z-EL-5
  auto election = looking_server(1, 5);
  election.expire(at(200ms), true);

  election.receive(looking(2, vote(2)), at(300ms));
  EXPECT_EQ(election.deadline(), at(700ms)) << "begun anew with 400 ms";

  election.start(vote(1), at(1s));
  EXPECT_EQ(election.deadline(), at(1200ms));
}

TEST(Election, ReconnectsWhereNothingWasDelivered) {  // Z-EL-5
  auto election = looking_server(1);

  const auto effects = election.expire(at(200ms), false);

  EXPECT_TRUE(effects.reconnect_all);
  EXPECT_TRUE(effects.sends.empty());
}

TEST(Election, JoinsALaterRoundWithTheBetterOfTheVoteAndItsInitialOne) {  // Z-EL-6 (a)
  auto election = looking_server(2, 5);
  election.receive(looking(5, vote(5)), at(1ms));
  ASSERT_EQ(election.vote(), vote(5));

  const auto worse = election.receive(looking(1, vote(1, 4)), at(2ms));
  EXPECT_EQ(election.logical_clock(), 4);
  EXPECT_EQ(worse.sends, to_all({1, 3, 4, 5}, looking(2, vote(2, 4)))) << "not 5: that was round 1";

  const auto better = election.receive(looking(3, vote(3, 6)), at(3ms));
  EXPECT_EQ(better.sends, to_all({1, 3, 4, 5}, looking(2, vote(3, 6))));
}

TEST(Election, ForgetsTheVotesOfAnEarlierRound) {  // Z-EL-6 (a)
  auto election = looking_server(3, 5);
  election.receive(looking(1, vote(3)), at(1ms));
  election.receive(looking(2, vote(3, 2)), at(2ms));
  EXPECT_FALSE(election.is_finalizing()) << "1 voted in round 1";

  election.receive(looking(4, vote(3, 2)), at(3ms));
  EXPECT_TRUE(election.is_finalizing());
}

TEST(Election, IgnoresAnEarlierRoundButAnswersIt) {  // Z-EL-6 (b)
  auto election = looking_server(1);
  election.start(vote(1), at(1s));

  const auto effects = election.receive(looking(3, vote(3, 1)), at(1s + 1ms));

  EXPECT_EQ(effects.sends, to_all({3}, looking(1, vote(1, 2))));
  EXPECT_EQ(election.vote(), vote(1, 2));
  EXPECT_FALSE(election.is_finalizing());
}

TEST(Election, TakesOverABetterVoteAndSaysSo) {  // Z-EL-6 (c)
  auto election = looking_server(2, 5);

  EXPECT_EQ(election.receive(looking(4, vote(5)), at(1ms)).sends,
            to_all({1, 3, 4, 5}, looking(2, vote(5))));
  EXPECT_TRUE(is_silent(election.receive(looking(3, vote(4)), at(2ms)))) << "worse";
  EXPECT_EQ(election.vote(), vote(5));
}

TEST(Election, WaitsForABetterVoteBeforeItDecides) {  // Z-EL-7
  auto election = looking_server(2);
  election.receive(looking(1, vote(2)), at(10ms));
  ASSERT_TRUE(election.is_finalizing());
  EXPECT_EQ(election.deadline(), at(210ms));

  EXPECT_TRUE(is_silent(election.expire(at(209ms), true)));
  EXPECT_EQ(election.expire(at(210ms), true).decision, (Decision{PeerState::leading, ServerId(2)}));
  EXPECT_EQ(election.state(), PeerState::leading);
  EXPECT_EQ(election.deadline(), Instant::max());
}

TEST(Election, GoesOnWithTheRoundWhenABetterVoteComesLate) {  // Z-EL-7
  auto election = looking_server(2);
  election.receive(looking(1, vote(2)), at(10ms));

  const auto effects = election.receive(looking(3, vote(3)), at(100ms));
  EXPECT_EQ(effects.sends, to_all({1, 3}, looking(2, vote(3))));
  EXPECT_TRUE(election.is_finalizing()) << "3 and this server agree on 3 now";

  EXPECT_EQ(election.expire(at(300ms), true).decision, following_of(3));
}

TEST(Election, DropsWhatIsNotBetterInTheLastWait) {  // Z-EL-7
  auto election = looking_server(4, 5);
  election.receive(looking(1, vote(4)), at(10ms));
  election.receive(looking(2, vote(4)), at(10ms));
  ASSERT_TRUE(election.is_finalizing());

  EXPECT_TRUE(is_silent(election.receive(looking(3, vote(4)), at(110ms))));
  EXPECT_EQ(election.deadline(), at(310ms)) << "each message begins the wait anew";

  election.receive(looking(5, vote(5)), at(200ms));
  ASSERT_EQ(election.vote(), vote(5));
  EXPECT_FALSE(election.is_finalizing());
  election.receive(looking(1, vote(5)), at(201ms));
  EXPECT_TRUE(election.is_finalizing()) << "1, 4 and 5";
}

TEST(Election, IsInterruptedByABetterVoteOfAnEarlierRound) {  // Z-EL-7, Z-EL-6 (b)
  auto election = looking_server(2);
  election.start(vote(2), at(0s));
  election.receive(looking(1, vote(2, 2)), at(10ms));
  ASSERT_TRUE(election.is_finalizing());

  election.receive(looking(3, vote(3, 1)), at(20ms));
  EXPECT_FALSE(election.is_finalizing());
  EXPECT_EQ(election.deadline(), at(220ms));

  EXPECT_FALSE(election.expire(at(220ms), true).decision);
  EXPECT_TRUE(election.is_finalizing()) << "it has told itself again";
}

TEST(Election, DropsALaterRoundInItsLastWaitToo) {  // Z-EL-7
  auto election = looking_server(2);
  election.receive(looking(1, vote(2)), at(10ms));
  ASSERT_TRUE(election.is_finalizing());

  EXPECT_TRUE(is_silent(election.receive(looking(1, vote(1, 9)), at(20ms))));
  EXPECT_EQ(election.logical_clock(), 1);
}

TEST(Election, CountsDecidedServersOfItsRound) {  // Z-EL-8
  auto election = looking_server(1, 5);
  election.receive(looking(4, vote(5)), at(1ms));
  election.receive(looking(5, vote(5)), at(1ms));
  ASSERT_TRUE(election.is_finalizing());
  election.start(vote(1), at(1s));

  // All fields are equal to those of this round's LOOKING votes: they count together.
  election.receive(looking(4, vote(5, 2)), at(1s));
  EXPECT_FALSE(election.is_finalizing());
  EXPECT_EQ(election.receive(leading(5, vote(5, 2)), at(1s)).decision, following_of(5));
  EXPECT_EQ(election.vote(), vote(5, 2));
}

TEST(Election, ForgetsWhatItHeardBeforeItLooksAgain) {  // Z-EL-4, Z-EL-8
  auto election = looking_server(1);
  election.receive(leading(3, vote(3, 7)), at(1ms));
  election.start(vote(1), at(1s));

  EXPECT_FALSE(election.receive(following(2, vote(3, 7)), at(1s)).decision);
}

TEST(Election, JoinsALeaderOfAnotherRound) {  // Z-EL-8
  auto election = looking_server(1);
  election.receive(leading(3, vote(3, 7)), at(1ms));

  const auto effects = election.receive(following(2, vote(3, 7, 4)), at(2ms));

  EXPECT_EQ(effects.decision, following_of(3)) << "zxids of decided servers do not matter";
  EXPECT_EQ(election.logical_clock(), 7);
}

TEST(Election, AdoptsTheRoundThatItsLastWitnessNames) {  // Z-EL-8
  auto election = looking_server(1);
  election.receive(leading(3, vote(3, 7)), at(1ms));

  EXPECT_EQ(election.receive(following(2, vote(3, 6)), at(2ms)).decision, following_of(3));
  EXPECT_EQ(election.logical_clock(), 6);
}

TEST(Election, JoinsNoLeaderThatHasNotSaidSo) {  // Z-EL-8, Z-PT-5
  for (const bool skips : {false, true}) {       // zk.skip-leader-self-report
    auto election = looking_server(1, 5, {.skip_leader_self_report = skips});
    election.receive(following(2, vote(5, 7)), at(1ms));
    election.receive(following(3, vote(5, 7)), at(1ms));

    const auto effects = election.receive(following(4, vote(5, 7)), at(1ms));

    EXPECT_EQ(effects.decision.has_value(), skips) << skip_leader_self_report.name;
  }
}

TEST(Election, JoinsNoLeaderThatOnlyAMinoritySupports) {  // Z-EL-8
  auto election = looking_server(1, 5);

  EXPECT_FALSE(election.receive(leading(5, vote(5, 7)), at(1ms)).decision);
  EXPECT_FALSE(election.receive(following(4, vote(5, 7)), at(1ms)).decision);
  EXPECT_FALSE(election.receive(following(3, vote(4, 7)), at(1ms)).decision);
  EXPECT_TRUE(election.receive(following(2, vote(5, 7)), at(1ms)).decision);
}

TEST(Election, LeadsByOthersWordOnlyInItsOwnRound) {  // Z-EL-8
  auto restarted = looking_server(3);
  restarted.receive(following(1, vote(3, 7)), at(1ms));
  EXPECT_FALSE(restarted.receive(following(2, vote(3, 7)), at(1ms)).decision)
      << "they follow what it was before";

  auto same_round = looking_server(3);
  EXPECT_EQ(same_round.receive(following(1, vote(3, 1)), at(1ms)).decision,
            (Decision{PeerState::leading, ServerId(3)}))
      << "1 follows, and this server votes for itself in the same round";
}

TEST(Election, AnswersWhoStillLooks) {  // Z-EL-9
  auto election = follower();
  election.receive(following(1, vote(3)), at(2ms));
  ASSERT_EQ(election.state(), PeerState::following);

  EXPECT_EQ(election.receive(looking(1, vote(1, 9)), at(3s)).sends,
            to_all({1}, following(2, vote(3))));
  EXPECT_TRUE(is_silent(election.receive(following(1, vote(3)), at(3s))));
  EXPECT_TRUE(is_silent(election.receive(leading(3, vote(3)), at(3s))));
}

TEST(Election, RefreshesItsVoteOnceItHasSynced) {  // Z-EL-9
  auto election = follower();
  election.receive(following(1, vote(3)), at(2ms));

  election.settled(2);

  auto refreshed = vote(3);
  refreshed.peer_epoch = 2;
  EXPECT_EQ(election.receive(looking(1, vote(1)), at(3s)).sends,
            to_all({1}, following(2, refreshed)));
}

TEST(Election, IsNotSettledWhileItLooks) {  // Z-EL-9
  auto election = looking_server(1);

  EXPECT_THROW(election.settled(2), CheckFailed);
}

// Server 2 decides for 3 in round 1. Server 3 hears 1 in round 2 before it has decided, leads with
// the two of them, and establishes epoch 2. Then 1 restarts.
TEST(Election, LetsALateJoinerInWhomOthersMetInDifferentRounds) {  // Z-EL-8, Z-EL-9
  for (const bool stale : {false, true}) {                         // zk.no-vote-refresh-after-sync
    const ElectionSettings settings{.no_vote_refresh_after_sync = stale};
    auto two = looking_server(2, 3, settings);
    two.receive(looking(3, vote(3)), at(1ms));
    ASSERT_EQ(two.expire(at(201ms), true).decision, following_of(3));
    auto three = looking_server(3, 3, settings);
    three.receive(looking(1, vote(1, 2)), at(1ms));
    three.receive(looking(1, vote(3, 2)), at(2ms));
    ASSERT_TRUE(three.expire(at(202ms), true).decision);
    two.settled(2);
    three.settled(2);

    auto one = looking_server(1, 3, settings);
    const auto question = looking(1, vote(1));
    one.receive(three.receive(question, at(5s)).sends.at(0).second, at(5s));
    one.receive(two.receive(question, at(5s)).sends.at(0).second, at(5s));

    EXPECT_EQ(one.state() == PeerState::following, !stale) << no_vote_refresh_after_sync.name;
  }
}

TEST(Election, AnswersAStrangerButDoesNotCountIt) {  // Z-EL-10
  auto election = looking_server(3, 3);

  const auto effects = election.receive(looking(9, vote(3)), at(50ms));

  EXPECT_EQ(effects.sends, to_all({9}, looking(3, vote(3))));
  EXPECT_FALSE(election.is_finalizing());
  EXPECT_EQ(election.deadline(), at(200ms)) << "nor does it prolong the wait";
  EXPECT_TRUE(is_silent(election.receive(looking(1, vote(9)), at(60ms)))) << "nor votes for one";
  EXPECT_EQ(election.vote(), vote(3));

  auto decided = follower();
  decided.receive(following(1, vote(3)), at(2ms));
  EXPECT_EQ(decided.receive(looking(9, minimum_vote), at(3s)).sends,
            to_all({9}, following(2, vote(3))));
}

TEST(Election, LetsTheHigherServersConnectionSurvive) {  // Z-EL-12
  EXPECT_TRUE(survives(ServerId(3), ServerId(1)));
  EXPECT_FALSE(survives(ServerId(1), ServerId(3)));
}

TEST(Election, TakesEachVoteFromItsSenderOnly) {  // Z-EL-15
  auto election = looking_server(1, 5);
  for (int i = 0; i < 5; ++i) election.receive(looking(2, vote(5)), at(1ms));
  EXPECT_FALSE(election.is_finalizing()) << "1 and 2 vote for 5, whatever 2 says of others";

  election.receive(looking(3, vote(5)), at(2ms));
  EXPECT_TRUE(election.is_finalizing());
}

TEST(Election, CountsASendersLastVoteOnly) {  // Z-EL-15
  auto election = looking_server(4, 5);
  election.receive(looking(1, vote(4)), at(1ms));
  election.receive(looking(1, vote(3)), at(2ms));
  election.receive(looking(2, vote(4)), at(3ms));

  EXPECT_FALSE(election.is_finalizing());
}

TEST(Election, PrefersAnExLeadersMarker) {  // Z-EL-16, Z-OBS-93
  auto election = looking_server(3);
  const Vote marker{
      .leader = ServerId(1), .zxid = make_zxid(2, 0), .election_epoch = 1, .peer_epoch = 1};

  election.receive(looking(1, marker), at(1ms));

  EXPECT_EQ(election.vote(), marker) << "(2,0) is above (1,5)";
}

class ObserverElection : public ::testing::Test {
 protected:
  Election observer{ServerId(9), first_servers(3)};
};

TEST_F(ObserverElection, AsksWithAVoteBelowAll) {  // Z-EL-2, Z-OB-1
  const auto effects = observer.start(vote(9), at(0s));

  auto least = minimum_vote;
  least.election_epoch = 1;
  EXPECT_EQ(effects.sends, to_all({1, 2, 3}, looking(9, least)));
}

TEST_F(ObserverElection, FollowsAReportedLeaderThatAQuorumNames) {  // Z-EL-8, Z-OB-1
  observer.start({}, at(0s));
  EXPECT_FALSE(observer.receive(following(1, vote(3, 4)), at(1ms)).decision);
  EXPECT_FALSE(observer.receive(following(2, vote(3, 4)), at(1ms)).decision);

  EXPECT_EQ(observer.receive(leading(3, vote(3, 4)), at(1ms)).decision,
            (Decision{PeerState::observing, ServerId(3)}));
}

TEST_F(ObserverElection, JoinsNoRound) {  // Z-EL-2, Z-EL-10
  observer.start({}, at(0s));
  observer.start({}, at(0s));

  for (const auto sender : {1, 2, 3}) {
    EXPECT_TRUE(is_silent(observer.receive(looking(sender, vote(3, 1)), at(1ms)))) << "a laggard";
    EXPECT_TRUE(is_silent(observer.receive(looking(sender, vote(3, 2)), at(1ms))));
    EXPECT_TRUE(is_silent(observer.receive(looking(sender, vote(3, 7)), at(1ms))));
  }
  EXPECT_FALSE(observer.is_finalizing());
  EXPECT_EQ(observer.logical_clock(), 2);
}

}  // namespace
}  // namespace logquake::zookeeper
