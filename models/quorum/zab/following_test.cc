#include "models/quorum/zab/following.h"

#include <gtest/gtest.h>

#include "models/quorum/zab/zab_testing.h"

namespace logquake::zookeeper {
namespace {

using testing::inform;
using testing::lines_of;
using testing::packet;
using testing::proposal;

constexpr auto z = make_zxid;

/// A follower of server 2 with history up to (1, 2), past discovery of epoch 2.
Following discovered(FollowingMistakes mistakes = {}, bool is_observer = false) {
  Following following(ServerId(2), is_observer,
                      {.accepted_epoch = 1, .current_epoch = 1, .last_zxid = z(1, 2)}, mistakes);
  following.connected();
  following.receive(packet(PacketType::leader_info, z(2, 0)));
  return following;
}

Following serving(FollowingMistakes mistakes = {}, bool is_observer = false) {
  auto following = discovered(mistakes, is_observer);
  following.receive(packet(PacketType::diff, z(1, 2)));
  following.receive(packet(PacketType::new_leader, z(2, 0)));
  following.receive(packet(PacketType::up_to_date, z(2, 0)));
  return following;
}

// Z-DI-3.
TEST(Following, IntroducesItselfWithItsAcceptedEpoch) {
  Following follower(ServerId(2), false, {.accepted_epoch = 3, .current_epoch = 2});
  Following observer(ServerId(4), true, {.accepted_epoch = 3, .current_epoch = 2});

  EXPECT_EQ(lines_of(follower.connected()), "send FOLLOWERINFO 0x300000000 to the leader\n");
  EXPECT_EQ(lines_of(observer.connected()), "send OBSERVERINFO 0x300000000 to the leader\n");
}

// Z-DI-5, Z-INV-10.
TEST(Following, StoresItsPromiseBeforeItAnswers) {
  Following follower(ServerId(2), false,
                     {.accepted_epoch = 1, .current_epoch = 1, .last_zxid = z(1, 2)});

  EXPECT_EQ(lines_of(follower.receive(packet(PacketType::leader_info, z(2, 0)))),
            "store acceptedEpoch 2\n"
            "send ACKEPOCH 0x100000002 epoch 1 to the leader\n");
}

// Z-DI-5.
TEST(Following, AsksNotToBeCountedWhereItHasPromisedAlready) {
  Following follower(ServerId(2), false,
                     {.accepted_epoch = 2, .current_epoch = 1, .last_zxid = z(1, 2)});

  EXPECT_EQ(lines_of(follower.receive(packet(PacketType::leader_info, z(2, 0)))),
            "send ACKEPOCH 0x100000002 epoch -1 to the leader\n");
}

// Z-DI-5, Z-DI-10.
TEST(Following, IsStrandedWhereItsPromiseIsHigher) {
  Following follower(ServerId(2), false, {.accepted_epoch = 3, .current_epoch = 1});

  EXPECT_EQ(lines_of(follower.receive(packet(PacketType::leader_info, z(2, 0)))),
            "give up: the leader's epoch 2 is below the accepted one, 3\n");
  EXPECT_TRUE(follower.is_stranded());
  EXPECT_EQ(lines_of(follower.receive(packet(PacketType::diff, z(1, 2)))), "");
}

// Z-SY-6: (b), (c), (d), then what has no COMMIT; Z-INV-10, Z-SY-15.
TEST(Following, AdoptsADiffInOrder) {
  auto following = discovered();
  following.receive(packet(PacketType::diff, z(1, 4)));
  for (const Zxid zxid : {z(1, 3), z(1, 4)}) {
    following.receive(proposal(zxid));
    following.receive(packet(PacketType::commit, zxid));
  }
  following.receive(proposal(z(2, 1)));

  EXPECT_EQ(lines_of(following.receive(packet(PacketType::new_leader, z(2, 0)))),
            "append durably 0x100000003 0x100000004\n"
            "apply history 0x100000003\n"
            "apply history 0x100000004\n"
            "store currentEpoch 2\n"
            "send ACK 0x200000000 to the leader\n"
            "append 0x200000001\n");
  EXPECT_FALSE(following.is_serving());
  EXPECT_EQ(lines_of(following.logged(z(2, 1))), "send ACK 0x200000001 to the leader\n");
}

// Z-SY-6 (a), Z-SY-3.
TEST(Following, SavesASnapshotOfATruncatedState) {
  auto following = discovered();

  EXPECT_EQ(lines_of(following.receive(packet(PacketType::trunc, z(1, 1)))),
            "truncate to 0x100000001\n");
  EXPECT_EQ(lines_of(following.receive(packet(PacketType::new_leader, z(2, 0)))),
            "save snapshot\n"
            "store currentEpoch 2\n"
            "send ACK 0x200000000 to the leader\n");
}

// Z-SY-5, Z-SY-6 (a).
TEST(Following, SavesASnapshotOfTheLeadersState) {
  auto following = discovered();

  EXPECT_EQ(lines_of(following.receive(packet(PacketType::snap, z(1, 9)))),
            "install snapshot 0x100000009\n");
  EXPECT_EQ(lines_of(following.receive(packet(PacketType::new_leader, z(2, 0)))),
            "save snapshot\n"
            "store currentEpoch 2\n"
            "send ACK 0x200000000 to the leader\n");
  EXPECT_EQ(following.last_queued(), z(1, 9));
}

// Z-SY-8, Z-SY-15.
TEST(Following, DeliversWhatCommittedMeanwhileOnceItServes) {
  auto following = discovered();
  following.receive(packet(PacketType::diff, z(1, 2)));
  following.receive(proposal(z(2, 1)));
  following.receive(packet(PacketType::new_leader, z(2, 0)));

  EXPECT_EQ(lines_of(following.receive(packet(PacketType::commit, z(2, 1)))), "");
  EXPECT_EQ(lines_of(following.receive(proposal(z(2, 2)))), "append 0x200000002\n");
  EXPECT_EQ(lines_of(following.receive(packet(PacketType::up_to_date, z(2, 0)))),
            "send ACK 0x200000000 to the leader\n"
            "start serving in epoch 2\n"
            "deliver 0x200000001\n");
  EXPECT_TRUE(following.is_serving());
  EXPECT_EQ(lines_of(following.receive(packet(PacketType::commit, z(2, 2)))),
            "deliver 0x200000002\n");
}

// Z-BC-1, Z-BC-2, Z-BC-3: one ack for each proposal, when the log has it.
TEST(Following, AcksEachProposalOnceItIsLogged) {
  auto following = serving();

  EXPECT_EQ(lines_of(following.receive(proposal(z(2, 1)))), "append 0x200000001\n");
  EXPECT_EQ(lines_of(following.receive(proposal(z(2, 2)))), "append 0x200000002\n");
  EXPECT_EQ(lines_of(following.logged(z(2, 2))),
            "send ACK 0x200000001 to the leader\n"
            "send ACK 0x200000002 to the leader\n");
  EXPECT_EQ(lines_of(following.receive(packet(PacketType::commit, z(2, 1)))),
            "deliver 0x200000001\n");
}

// Z-BC-4.
TEST(Following, ExitsAtACommitThatIsNotTheNext) {
  auto following = serving();
  following.receive(proposal(z(2, 1)));
  following.receive(proposal(z(2, 2)));

  EXPECT_EQ(lines_of(following.receive(packet(PacketType::commit, z(2, 2)))),
            "exit: COMMIT 0x200000002 where 0x200000001 is the next proposal\n");
  EXPECT_FALSE(following.is_serving());
}

// Z-BC-4.
TEST(Following, IgnoresACommitWithoutAProposal) {
  auto following = serving();

  EXPECT_EQ(lines_of(following.receive(packet(PacketType::commit, z(2, 1)))), "");
  EXPECT_TRUE(following.is_serving());
}

// Z-BC-7.
TEST(Following, IgnoresADuplicateAndExitsAtAGap) {
  auto following = serving();
  following.receive(proposal(z(2, 1)));

  EXPECT_EQ(lines_of(following.receive(proposal(z(2, 1)))), "");
  EXPECT_EQ(lines_of(following.receive(proposal(z(1, 7)))), "");
  EXPECT_EQ(lines_of(following.receive(proposal(z(2, 3)))),
            "exit: proposal 0x200000003 behind 0x200000001\n");
}

// Z-BC-7: the first proposal of an epoch is its first.
TEST(Following, ExitsWhereAnEpochDoesNotBeginAtOne) {
  auto following = serving();

  EXPECT_EQ(lines_of(following.receive(proposal(z(2, 2)))),
            "exit: proposal 0x200000002 behind 0x100000002\n");
}

// Z-OB-1: an observer answers NEWLEADER and UPTODATE, logs and delivers, and acks nothing else.
TEST(Following, ObserverLogsAndDeliversWhatItIsInformedOf) {
  auto observer = discovered({}, true);
  observer.receive(packet(PacketType::diff, z(1, 2)));

  EXPECT_EQ(lines_of(observer.receive(packet(PacketType::new_leader, z(2, 0)))),
            "store currentEpoch 2\nsend ACK 0x200000000 to the leader\n");
  EXPECT_EQ(lines_of(observer.receive(inform(z(2, 1)))), "append 0x200000001\n");
  EXPECT_EQ(lines_of(observer.receive(packet(PacketType::up_to_date, z(2, 0)))),
            "send ACK 0x200000000 to the leader\n"
            "start serving in epoch 2\n"
            "deliver 0x200000001\n");
  EXPECT_EQ(lines_of(observer.receive(inform(z(2, 2)))),
            "append 0x200000002\ndeliver 0x200000002\n");
  EXPECT_EQ(lines_of(observer.logged(z(2, 2))), "");
}

// Z-SY-5: the parts of a synchronization have their places.
TEST(Following, GivesUpWhereTheLeaderSpeaksOutOfTurn) {
  EXPECT_EQ(lines_of(discovered().receive(packet(PacketType::new_leader, z(2, 0)))),
            "give up: NEWLEADER out of its place\n");
  EXPECT_EQ(lines_of(discovered().receive(packet(PacketType::up_to_date, z(2, 0)))),
            "give up: UPTODATE out of its place\n");
  EXPECT_EQ(lines_of(discovered().receive(proposal(z(2, 1)))),
            "give up: PROPOSAL before the synchronization\n");
  EXPECT_EQ(lines_of(serving().receive(packet(PacketType::diff, z(2, 0)))),
            "give up: DIFF out of its place\n");
}

// D-ZA1, Z-SY-6 (b), Z-INV-10.
TEST(Following, AcksNewleaderBeforeItHasLoggedOnlyByMistake) {
  auto following = discovered({.ack_newleader_before_log = true});
  following.receive(packet(PacketType::diff, z(1, 3)));
  following.receive(proposal(z(1, 3)));
  following.receive(packet(PacketType::commit, z(1, 3)));

  EXPECT_EQ(lines_of(following.receive(packet(PacketType::new_leader, z(2, 0)))),
            "store currentEpoch 2\nsend ACK 0x200000000 to the leader\n");
  EXPECT_EQ(lines_of(following.receive(packet(PacketType::up_to_date, z(2, 0)))),
            "send ACK 0x200000000 to the leader\n"
            "append durably 0x100000003\n"
            "apply history 0x100000003\n"
            "start serving in epoch 2\n");
}

// D-ZA5, Z-SY-8: without the mistake, see DeliversWhatCommittedMeanwhileOnceItServes.
TEST(Following, FailsAtACommitBeforeUptodateOnlyByMistake) {
  auto following = discovered({.clear_pending_at_newleader = true});
  following.receive(packet(PacketType::diff, z(1, 2)));
  following.receive(proposal(z(2, 1)));
  following.receive(packet(PacketType::new_leader, z(2, 0)));

  EXPECT_EQ(lines_of(following.receive(packet(PacketType::commit, z(2, 1)))),
            "exit: COMMIT 0x200000001 finds an empty queue\n");
}

// D-ZA6, Z-SY-6 (d): without the mistake, see AdoptsADiffInOrder.
TEST(Following, AcksAProposalBeforeNewleaderOnlyByMistake) {
  auto following = discovered({.proposal_ack_before_newleader_ack = true});
  following.receive(packet(PacketType::diff, z(1, 2)));
  following.receive(proposal(z(2, 1)));

  EXPECT_EQ(lines_of(following.receive(packet(PacketType::new_leader, z(2, 0)))),
            "append durably 0x200000001\n"
            "send ACK 0x200000001 to the leader\n"
            "store currentEpoch 2\n"
            "send ACK 0x200000000 to the leader\n");
}

// D-ZC1, Z-BC-7: what could not be read was never queued.
TEST(Following, CountsAnUnreadableProposalOnlyByMistake) {
  auto unreadable = proposal(z(2, 1));
  unreadable.transaction = {};
  auto right = serving();
  auto wrong = serving({.advance_last_queued_before_apply = true});

  EXPECT_EQ(lines_of(right.receive(unreadable)), "give up: cannot read PROPOSAL 0x200000001\n");
  wrong.receive(unreadable);

  EXPECT_EQ(right.last_queued(), z(1, 2));
  EXPECT_EQ(wrong.last_queued(), z(2, 1));
}

}  // namespace
}  // namespace logquake::zookeeper
