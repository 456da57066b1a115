#include "models/quorum/zab/leadership.h"

#include <gtest/gtest.h>

#include "models/quorum/zab/zab_testing.h"

namespace logquake::zookeeper {
namespace {

using testing::lines_of;
using testing::packet;
using testing::transaction;

constexpr auto z = make_zxid;
constexpr ServerId me{1}, two{2}, three{3}, watcher{9};

QuorumPacket info(PacketType type, ServerId sid, std::int64_t accepted) {
  return {.type = type, .zxid = z(accepted, 0), .sid = sid};
}
QuorumPacket follower_info(ServerId sid, std::int64_t accepted = 1) {
  return info(PacketType::follower_info, sid, accepted);
}
QuorumPacket observer_info(ServerId sid, std::int64_t accepted = 1) {
  return info(PacketType::observer_info, sid, accepted);
}
QuorumPacket ack_epoch(std::int64_t epoch, Zxid last) {
  return {.type = PacketType::ack_epoch, .zxid = last, .epoch = epoch};
}
QuorumPacket ack(Zxid zxid) { return packet(PacketType::ack, zxid); }

/// Leader 1 of voters 1 to 3, with history up to (1, 2); a tick is 2 s, the limits 10 and 5 ticks.
struct LeadershipTest : ::testing::Test {
  Instant now{};
  LeadershipSettings settings;
  std::optional<Leadership> leader;

  void start(std::set<ServerId> voters = {me, two, three}) {
    LeaderHistory history{.accepted_epoch = 1, .current_epoch = 1, .last_zxid = z(1, 2)};
    history.window.add(transaction(z(1, 1)));
    history.window.add(transaction(z(1, 2)));
    leader.emplace(me, QuorumVerifier::majority_of(voters), settings, history, now);
  }
  std::string connected(const QuorumPacket& first) {
    return lines_of(leader->connected(first, now));
  }
  std::string receive(ServerId from, const QuorumPacket& what) {
    return lines_of(leader->receive(from, what, now));
  }
  std::string propose() {
    const auto next = transaction(leader->next_zxid());
    return lines_of(leader->propose(next, now));
  }
  std::string logged(Zxid zxid) { return lines_of(leader->logged(zxid, now)); }
  std::string expire_at(Duration since_start) {
    now = Instant{} + since_start;
    return lines_of(leader->expire(now));
  }

  /// A follower with the same history, up to its ack of NEWLEADER.
  void follow(ServerId sid, Zxid last = z(1, 2)) {
    connected(follower_info(sid));
    receive(sid, ack_epoch(1, last));
    receive(sid, ack(z(2, 0)));
  }
  void establish() {
    start();
    follow(two);
    ASSERT_EQ(leader->phase(), Leadership::Phase::broadcast);
  }
  std::string observe(ServerId sid) {
    connected(observer_info(sid));
    receive(sid, ack_epoch(1, z(1, 2)));
    return receive(sid, ack(z(2, 0)));
  }
};

// ---- discovery ----

// Z-DI-4.
TEST_F(LeadershipTest, ProposesAnEpochAboveAllThatAQuorumAccepted) {
  start();

  EXPECT_EQ(connected(follower_info(two, 4)),
            "propose epoch 5\n"
            "store acceptedEpoch 5\n"
            "send LEADERINFO 0x500000000 to 2\n");
}

// Z-DI-4, Z-OB-1: an observer raises the epoch, but does not make a quorum.
TEST_F(LeadershipTest, HearsAnObserversEpochWithoutCountingIt) {
  start();

  EXPECT_EQ(connected(observer_info(watcher, 7)), "");
  EXPECT_EQ(connected(follower_info(two)),
            "propose epoch 8\n"
            "store acceptedEpoch 8\n"
            "send LEADERINFO 0x800000000 to 2\n"
            "send LEADERINFO 0x800000000 to 9\n");
}

// Z-DI-4: who has gone is no part of the quorum.
TEST_F(LeadershipTest, ForgetsAFollowerThatWentBeforeTheEpoch) {
  start({me, two, three, ServerId(4), ServerId(5)});
  connected(follower_info(two));
  leader->disconnected(two, now);

  EXPECT_EQ(connected(follower_info(three)), "");
}

// Z-DI-3.
TEST_F(LeadershipTest, DropsWhoDoesNotIntroduceItselfAsAVoter) {
  start();

  EXPECT_EQ(connected(follower_info(watcher)),
            "drop learner 9: FOLLOWERINFO of a server that is no voter\n");
  auto nonsense = ack(z(1, 1));
  nonsense.sid = two;
  EXPECT_EQ(connected(nonsense), "drop learner 2: ACK as the first packet\n");
}

// Z-DI-7, Z-SY-1, Z-SY-5.
TEST_F(LeadershipTest, AdoptsTheEpochWithAQuorumOfPromises) {
  start();
  connected(follower_info(two));

  EXPECT_EQ(receive(two, ack_epoch(1, z(1, 1))),
            "store currentEpoch 2\n"
            "synchronize 2 by DIFF from 0x100000001 to 0x100000002\n"
            "send DIFF 0x100000002 to 2\n"
            "send PROPOSAL 0x100000002 to 2\n"
            "send COMMIT 0x100000002 to 2\n"
            "send NEWLEADER 0x200000000 to 2\n");
}

// Z-DI-6.
TEST_F(LeadershipTest, DropsAFollowerThatIsAhead) {
  start();
  connected(follower_info(two));
  connected(follower_info(three));

  EXPECT_EQ(receive(two, ack_epoch(1, z(1, 3))),
            "drop learner 2: follower is ahead of the leader: epoch 1 0x100000003, here epoch 1 "
            "0x100000002\n");
  EXPECT_EQ(leader->phase(), Leadership::Phase::discovery);
  receive(three, ack_epoch(1, z(1, 2)));
  EXPECT_EQ(leader->phase(), Leadership::Phase::synchronization);
}

// Z-DI-6: a higher epoch is ahead, even with a lower zxid.
TEST_F(LeadershipTest, ComparesCurrentEpochsFirst) {
  start();
  connected(follower_info(two));

  EXPECT_EQ(receive(two, ack_epoch(2, z(1, 1))),
            "drop learner 2: follower is ahead of the leader: epoch 2 0x100000001, here epoch 1 "
            "0x100000002\n");
}

// Z-DI-6: after the quorum is complete nobody is compared, but truncated (Z-SY-2).
TEST_F(LeadershipTest, TruncatesALateFollowerThatIsAhead) {
  establish();
  connected(follower_info(three));

  EXPECT_EQ(receive(three, ack_epoch(1, z(1, 3))),
            "synchronize 3 by TRUNC from 0x100000003 to 0x200000000\n"
            "send TRUNC 0x100000002 to 3\n"
            "send NEWLEADER 0x200000000 to 3\n");
}

// Z-DI-5, Z-DI-7: "already promised" does not count, but is synchronized with the others.
TEST_F(LeadershipTest, DoesNotCountAPromiseMadeBefore) {
  start();
  connected(follower_info(two));
  connected(follower_info(three));

  EXPECT_EQ(receive(two, ack_epoch(-1, z(1, 2))), "");
  EXPECT_EQ(receive(three, ack_epoch(1, z(1, 2))),
            "store currentEpoch 2\n"
            "synchronize 2 by DIFF from 0x100000002 to 0x100000002\n"
            "send DIFF 0x100000002 to 2\n"
            "send NEWLEADER 0x200000000 to 2\n"
            "synchronize 3 by DIFF from 0x100000002 to 0x100000002\n"
            "send DIFF 0x100000002 to 3\n"
            "send NEWLEADER 0x200000000 to 3\n");
}

// Z-OB-1, Z-DI-7: an observer's promise does not count.
TEST_F(LeadershipTest, DoesNotCountAnObserversPromise) {
  start();
  connected(observer_info(watcher));
  connected(follower_info(two));

  receive(watcher, ack_epoch(1, z(1, 2)));

  EXPECT_EQ(leader->phase(), Leadership::Phase::discovery);
}

// Z-DI-8, Z-SY-7: the epoch stays, and UPTODATE comes at once.
TEST_F(LeadershipTest, TakesALateFollowerIntoTheRunningEpoch) {
  establish();

  EXPECT_EQ(connected(follower_info(three)), "send LEADERINFO 0x200000000 to 3\n");
  receive(three, ack_epoch(1, z(1, 2)));
  EXPECT_EQ(receive(three, ack(z(2, 0))), "send UPTODATE 0x200000000 to 3\n");
  EXPECT_EQ(leader->synced_followers(), 2);
}

// ---- synchronization ----

// Z-SY-7, Z-SY-12, Z-ZX-1, Z-ZX-2.
TEST_F(LeadershipTest, IsEstablishedByAQuorumOfAcksOfNewleader) {
  start();
  connected(follower_info(two));
  receive(two, ack_epoch(1, z(1, 2)));
  EXPECT_EQ(leader->last_committed(), z(1, 2));

  EXPECT_EQ(receive(two, ack(z(2, 0))),
            "save snapshot\n"
            "establish epoch 2\n"
            "send UPTODATE 0x200000000 to 2\n");
  EXPECT_EQ(leader->last_committed(), z(2, 0));
  EXPECT_EQ(leader->next_zxid(), z(2, 1));
  EXPECT_EQ(receive(two, ack(z(2, 0))), "") << "Z-SY-8: the ack of UPTODATE is ignored";
}

// Z-SY-7, Z-OB-1: an observer's ack does not count.
TEST_F(LeadershipTest, IsNotEstablishedByAnObserver) {
  start();
  connected(observer_info(watcher));
  connected(follower_info(two));
  receive(two, ack_epoch(1, z(1, 2)));
  receive(watcher, ack_epoch(1, z(1, 2)));

  EXPECT_EQ(receive(watcher, ack(z(2, 0))), "");
  EXPECT_EQ(receive(two, ack(z(2, 0))),
            "save snapshot\n"
            "establish epoch 2\n"
            "send UPTODATE 0x200000000 to 2\n"
            "send UPTODATE 0x200000000 to 9\n");
  EXPECT_EQ(leader->synced_observers(), 1);
}

// Z-SY-7: an ensemble of one.
TEST_F(LeadershipTest, IsEstablishedAtOnceWhereItIsAQuorumByItself) {
  start({me});

  EXPECT_EQ(leader->deadline(), now);
  EXPECT_EQ(expire_at(0s),
            "propose epoch 2\n"
            "store acceptedEpoch 2\n"
            "store currentEpoch 2\n"
            "save snapshot\n"
            "establish epoch 2\n");
  EXPECT_EQ(propose(), "append 0x200000001\n");
  EXPECT_EQ(logged(z(2, 1)), "commit 0x200000001\ndeliver 0x200000001\n");
  EXPECT_EQ(expire_at(2s), "") << "Z-TM-2: it is its own quorum of synced voters";
}

// Z-SY-4: what is outstanding comes behind the history, and all that is new behind NEWLEADER.
TEST_F(LeadershipTest, LeavesNoGapBetweenTheHistoryAndTheNews) {
  establish();
  propose();
  connected(follower_info(three));

  EXPECT_EQ(receive(three, ack_epoch(1, z(1, 2))),
            "synchronize 3 by DIFF from 0x100000002 to 0x200000000\n"
            "send DIFF 0x100000002 to 3\n"
            "send PROPOSAL 0x200000001 to 3\n"
            "send NEWLEADER 0x200000000 to 3\n");
  EXPECT_EQ(propose(),
            "send PROPOSAL 0x200000002 to 2\n"
            "send PROPOSAL 0x200000002 to 3\n"
            "append 0x200000002\n");
}

// Z-SY-4, Z-OB-1: to an observer nothing that is uncommitted.
TEST_F(LeadershipTest, KeepsOutstandingProposalsFromAnObserver) {
  establish();
  propose();
  connected(observer_info(watcher));

  EXPECT_EQ(receive(watcher, ack_epoch(1, z(1, 2))),
            "synchronize 9 by DIFF from 0x100000002 to 0x200000000\n"
            "send DIFF 0x100000002 to 9\n"
            "send NEWLEADER 0x200000000 to 9\n");
}

// Z-SY-2, Z-SY-5.
TEST_F(LeadershipTest, SendsItsWholeStateToABrandNewServer) {
  establish();
  connected(follower_info(three, 0));

  EXPECT_EQ(receive(three, ack_epoch(0, Zxid{})),
            "synchronize 3 by SNAP from 0x0 to 0x200000000\n"
            "send SNAP 0x200000000 to 3\n"
            "send NEWLEADER 0x200000000 to 3\n");
}

// Z-SY-6, Z-DI-6: what may never be said is another thing than a learner that is better off without
// this leader.
TEST_F(LeadershipTest, TellsViolationsFromOtherReasonsToDropALearner) {
  start();
  const auto is_violation = [](const ZabActions& actions) {
    return std::get<DropLearner>(actions.back()).is_violation;
  };
  EXPECT_FALSE(is_violation(leader->connected(follower_info(watcher), now)));
  connected(follower_info(two));
  EXPECT_TRUE(is_violation(leader->receive(two, ack(z(2, 0)), now)));
}

// Z-SY-6, D-ZA6: the first ack is that of NEWLEADER.
TEST_F(LeadershipTest, DropsAFollowerThatAcksAProposalBeforeNewleader) {
  establish();
  propose();
  connected(follower_info(three));
  receive(three, ack_epoch(1, z(1, 2)));

  EXPECT_EQ(receive(three, ack(z(2, 1))),
            "drop learner 3: ACK 0x200000001 where that of NEWLEADER was due\n");
}

// Z-SY-13: a rejoining follower is cut below what is uncommitted; it has to ack that again.
TEST_F(LeadershipTest, ForgetsTheAcksOfAFollowerThatItTruncates) {
  establish();
  propose();
  receive(two, ack(z(2, 1)));
  leader->disconnected(two, now);
  connected(follower_info(two, 2));

  EXPECT_EQ(receive(two, ack_epoch(-1, z(2, 1))),
            "synchronize 2 by TRUNC from 0x200000001 to 0x200000000\n"
            "send TRUNC 0x100000002 to 2\n"
            "send PROPOSAL 0x200000001 to 2\n"
            "send NEWLEADER 0x200000000 to 2\n");
  EXPECT_EQ(logged(z(2, 1)), "") << "the leader's own copy is the only one";
  receive(two, ack(z(2, 0)));
  EXPECT_EQ(receive(two, ack(z(2, 1))),
            "commit 0x200000001\n"
            "send COMMIT 0x200000001 to 2\n"
            "deliver 0x200000001\n");
}

// D-ZA7, Z-SY-5: without the mistake, see AdoptsTheEpochWithAQuorumOfPromises.
TEST_F(LeadershipTest, SendsNewleaderBeforeTheHistoryOnlyByMistake) {
  settings.newleader_too_early = true;
  start();
  connected(follower_info(two));

  EXPECT_EQ(receive(two, ack_epoch(1, z(1, 1))),
            "store currentEpoch 2\n"
            "synchronize 2 by DIFF from 0x100000001 to 0x100000002\n"
            "send DIFF 0x100000002 to 2\n"
            "send NEWLEADER 0x200000000 to 2\n"
            "send PROPOSAL 0x100000002 to 2\n"
            "send COMMIT 0x100000002 to 2\n");
}

// ---- broadcast ----

// Z-BC-1, Z-BC-2: a quorum of acks may do without the leader's own.
TEST_F(LeadershipTest, CommitsWithAQuorumThatMayLeaveItOut) {
  establish();
  follow(three);
  propose();

  EXPECT_EQ(receive(two, ack(z(2, 1))), "");
  EXPECT_EQ(receive(three, ack(z(2, 1))),
            "commit 0x200000001\n"
            "send COMMIT 0x200000001 to 2\n"
            "send COMMIT 0x200000001 to 3\n"
            "deliver 0x200000001\n");
  EXPECT_EQ(leader->outstanding(), 0);
  EXPECT_EQ(leader->last_committed(), z(2, 1));
}

// Z-BC-3: what has its quorum first waits for what is before it.
TEST_F(LeadershipTest, CommitsInOrder) {
  establish();
  follow(three);
  propose();
  propose();
  receive(two, ack(z(2, 2)));

  EXPECT_EQ(receive(three, ack(z(2, 2))), "");
  EXPECT_EQ(leader->outstanding(), 2);
  receive(two, ack(z(2, 1)));
  EXPECT_EQ(receive(three, ack(z(2, 1))),
            "commit 0x200000001\n"
            "send COMMIT 0x200000001 to 2\n"
            "send COMMIT 0x200000001 to 3\n"
            "deliver 0x200000001\n"
            "commit 0x200000002\n"
            "send COMMIT 0x200000002 to 2\n"
            "send COMMIT 0x200000002 to 3\n"
            "deliver 0x200000002\n");
}

// Z-OB-1: an observer's ack does not count; it is informed of what has committed.
TEST_F(LeadershipTest, InformsObserversAfterTheCommit) {
  establish();
  EXPECT_EQ(observe(watcher), "send UPTODATE 0x200000000 to 9\n");
  EXPECT_EQ(propose(), "send PROPOSAL 0x200000001 to 2\nappend 0x200000001\n");
  logged(z(2, 1));

  EXPECT_EQ(receive(watcher, ack(z(2, 1))), "");
  EXPECT_EQ(receive(two, ack(z(2, 1))),
            "commit 0x200000001\n"
            "send COMMIT 0x200000001 to 2\n"
            "send INFORM 0x200000001 to 9\n"
            "deliver 0x200000001\n");
}

// Z-ZX-3, D-ZB5.
TEST_F(LeadershipTest, StepsDownBeforeTheCounterIsUsedUp) {
  settings.counter_limit = 2;
  establish();
  propose();

  EXPECT_EQ(propose(), "give up: the counter of epoch 2 is used up\n");
  EXPECT_EQ(propose(), "");
  EXPECT_EQ(leader->deadline(), Instant::max());
}

// Z-ZX-3, D-ZB5: the next epoch's numbers are given out by who does not lead it.
TEST_F(LeadershipTest, RunsIntoTheNextEpochOnlyByMistake) {
  settings.counter_limit = 2;
  settings.no_rollover_guard = true;
  establish();
  propose();
  propose();

  EXPECT_EQ(propose(), "send PROPOSAL 0x300000000 to 2\nappend 0x300000000\n");
  EXPECT_EQ(propose(), "send PROPOSAL 0x300000001 to 2\nappend 0x300000001\n");
}

// Z-ZX-3: by default the counter has all of its 32 bits.
TEST_F(LeadershipTest, HasAllNumbersByDefault) { EXPECT_EQ(settings.counter_limit, 0xFFFFFFFF); }

// ---- sync ----

// Z-SN-1.
TEST_F(LeadershipTest, AnswersASyncAtOnceWhereNothingIsOutstanding) {
  establish();

  EXPECT_EQ(lines_of(leader->sync(two, SessionId(7), 3)), "send SYNC 0x200000000 to 2\n");
}

// Z-SN-1: behind the last one outstanding at that time, but not behind later ones.
TEST_F(LeadershipTest, AnswersASyncBehindWhatIsOutstanding) {
  establish();
  propose();
  EXPECT_EQ(lines_of(leader->sync(two, SessionId(7), 3)), "");
  propose();
  logged(z(2, 2));

  EXPECT_EQ(receive(two, ack(z(2, 1))),
            "commit 0x200000001\n"
            "send COMMIT 0x200000001 to 2\n"
            "deliver 0x200000001\n"
            "send SYNC 0x200000001 to 2\n");
}

// Z-SN-1, Z-OBS-90: at the leader all that has committed is applied.
TEST_F(LeadershipTest, CompletesASyncOfItsOwnClientAtOnce) {
  establish();
  propose();

  EXPECT_EQ(lines_of(leader->sync(me, SessionId(7), 3)),
            "complete sync 3 of session " + hex_of(SessionId(7)) + "\n");
}

// ---- the clock ----

// Z-DI-4, Z-DI-7, Z-SY-7: each wait has initLimit ticks of its own.
TEST_F(LeadershipTest, GivesUpWhereAWaitBeforeEstablishmentTakesTooLong) {
  start();
  EXPECT_EQ(expire_at(19s), "");
  EXPECT_EQ(expire_at(20s), "give up: no quorum within 20s: of followers\n");

  now = {};
  start();
  now += 15s;
  connected(follower_info(two));
  EXPECT_EQ(leader->deadline(), Instant{} + 35s);
  EXPECT_EQ(expire_at(35s), "give up: no quorum within 20s: of promises\n");

  now = {};
  start();
  connected(follower_info(two));
  now += 15s;
  receive(two, ack_epoch(1, z(1, 2)));
  EXPECT_EQ(expire_at(34s), "");
  EXPECT_EQ(expire_at(35s), "give up: no quorum within 20s: of acks of NEWLEADER\n");
}

// Z-TM-2: a PING each half tick, to who has been sent history, from establishment on.
TEST_F(LeadershipTest, PingsEachHalfTick) {
  establish();
  propose();
  connected(follower_info(three));

  EXPECT_EQ(leader->deadline(), Instant{} + 1s);
  EXPECT_EQ(expire_at(1s), "send PING 0x200000001 to 2\n");
  receive(three, ack_epoch(1, z(1, 2)));
  EXPECT_EQ(expire_at(1500ms), "");
  EXPECT_EQ(expire_at(2s), "send PING 0x200000001 to 2\nsend PING 0x200000001 to 3\n");
}

// Z-TM-2, Z-TM-6: the loss of the quorum shows at the next full tick.
TEST_F(LeadershipTest, StepsDownAtTheTickAfterItLostItsQuorum) {
  establish();
  expire_at(1s);
  leader->disconnected(two, now);

  EXPECT_EQ(expire_at(2s), "give up: no quorum of synced followers\n");
}

// Z-TM-2: the quorum is looked at with every second half tick only.
TEST_F(LeadershipTest, DoesNotLookAtTheQuorumInTheMiddleOfATick) {
  establish();
  leader->disconnected(two, now);

  EXPECT_EQ(expire_at(1s), "");
  EXPECT_EQ(expire_at(2s), "give up: no quorum of synced followers\n");
}

// Z-TM-2, Z-OB-1: observers are no quorum.
TEST_F(LeadershipTest, StepsDownAlthoughAnObserverFollows) {
  establish();
  observe(watcher);
  leader->disconnected(two, now);
  expire_at(1s);

  EXPECT_EQ(expire_at(2s), "give up: no quorum of synced followers\n");
}

// Z-TM-3: a follower that is still being synchronized counts for initLimit + syncLimit ticks,
// however alive it is.
TEST_F(LeadershipTest, CountsAFollowerThatIsBeingSynchronizedForALimitedTime) {
  establish();
  connected(follower_info(three));
  leader->disconnected(two, now);
  for (int half = 1; half <= 31; ++half) {
    EXPECT_EQ(expire_at(half * 1s), "");
    receive(three, packet(PacketType::ping, {}));
  }

  EXPECT_EQ(expire_at(32s), "give up: no quorum of synced followers\n");
}

// Z-TM-3: from UPTODATE on each packet gives it syncLimit ticks more.
TEST_F(LeadershipTest, CountsAFollowerAsSyncedAsLongAsItSpeaks) {
  establish();
  for (int half = 1; half <= 100; ++half) {
    EXPECT_EQ(expire_at(half * 1s), "send PING 0x200000000 to 2\n");
    receive(two, packet(PacketType::ping, {}));
  }
}

// Z-TM-4.
TEST_F(LeadershipTest, DropsASilentFollower) {
  establish();
  follow(three);
  for (int half = 1; half < 10; ++half) {
    expire_at(half * 1s);
    receive(two, packet(PacketType::ping, {}));
  }

  EXPECT_EQ(expire_at(10s), "drop learner 3: silent for 10s\nsend PING 0x200000000 to 2\n");
}

// Z-TM-4: a follower that answers pings, but does not ack.
TEST_F(LeadershipTest, DropsAFollowerThatDoesNotAck) {
  establish();
  follow(three);
  expire_at(1s);
  propose();
  for (int half = 2; half < 11; ++half) {
    expire_at(half * 1s);
    receive(two, half == 2 ? ack(z(2, 1)) : packet(PacketType::ping, {}));
    receive(three, packet(PacketType::ping, {}));
  }

  EXPECT_EQ(expire_at(11s),
            "drop learner 3: no ack of 0x200000001 for 10s\nsend PING 0x200000001 to 2\n");
}

// Z-TM-2: a leader that was frozen does not make up for the ticks it missed.
TEST_F(LeadershipTest, TakesOneStepAfterAFreeze) {
  settings.sync_limit = 100;
  establish();

  EXPECT_EQ(expire_at(50s), "send PING 0x200000000 to 2\n");
  EXPECT_EQ(leader->deadline(), Instant{} + 51s);
}

}  // namespace
}  // namespace logquake::zookeeper
