#include "models/broker/replication/partition_replica.h"

#include <gtest/gtest.h>

namespace logquake::kafka {
namespace {

constexpr BrokerId b1{1};
constexpr BrokerId b2{2};
constexpr BrokerId b3{3};
const std::vector<BrokerId> all{b1, b2, b3};

Instant at(Duration since_start) { return Instant(since_start); }
PartitionState led_by(BrokerId leader, std::int32_t epoch, std::vector<BrokerId> isr,
                      std::int32_t partition_epoch) {
  return {leader, LeaderEpoch(epoch), std::move(isr), all, partition_epoch};
}
/// A replica with the two numbers that its log would keep.
struct Bench {
  PartitionReplica rules;
  Offset log_end;
  Offset high_watermark{0};
  Instant now{};
  std::vector<BrokerId> live = all;

  ReplicaView view() const {
    return {.now = now, .log_end = log_end, .high_watermark = high_watermark, .live = live};
  }
  ReplicaEffects take(ReplicaEffects effects) {
    if (effects.high_watermark) high_watermark = *effects.high_watermark;
    return effects;
  }
  ReplicaEffects lead(std::int32_t epoch, std::vector<BrokerId> isr, std::int32_t partition_epoch) {
    return take(rules.become_leader(led_by(b1, epoch, std::move(isr), partition_epoch), view()));
  }
  ReplicaEffects fetch(BrokerId follower, std::int64_t offset) {
    return take(rules.on_follower_fetch(follower, Offset(offset), Offset(0), log_end, view()));
  }
  ReplicaEffects grow_to(std::int64_t end) {
    log_end = Offset(end);
    return take(rules.on_append(view()));
  }
  ReplicaEffects check_lag() { return take(rules.check_lag(view())); }
  ReplicaEffects stored(const IsrProposal& proposal, std::int32_t partition_epoch) {
    return take(rules.on_isr_stored(proposal, partition_epoch, view()));
  }
  std::optional<ErrorCode> acknowledge(std::int64_t required, std::int32_t epoch) const {
    return rules.acknowledge(Offset(required), LeaderEpoch(epoch), high_watermark);
  }
};

/// Broker 1 leading in epoch 5 with a log that ends at `log_end`, min.insync.replicas=2.
Bench leader(std::int64_t log_end, std::vector<BrokerId> isr = all, ReplicaRules rules = {}) {
  rules.min_insync_replicas = 2;
  Bench bench{.rules = PartitionReplica(b1, rules), .log_end = Offset(log_end)};
  bench.lead(5, std::move(isr), 7);
  return bench;
}

TEST(PartitionReplica, HoldsTheHighWatermarkUntilEveryMemberHasFetched) {
  auto bench = leader(10);

  EXPECT_EQ(bench.fetch(b2, 10).high_watermark, std::nullopt);
  EXPECT_EQ(bench.fetch(b3, 8).high_watermark, Offset(8));
  EXPECT_EQ(bench.fetch(b3, 10).high_watermark, Offset(10));
}

TEST(PartitionReplica, NeverLowersTheLeadersHighWatermark) {
  auto bench = leader(10);
  bench.fetch(b2, 10);
  bench.fetch(b3, 10);

  EXPECT_EQ(bench.fetch(b3, 4).high_watermark, std::nullopt);
}

TEST(PartitionReplica, HoldsTheHighWatermarkWhileTooFewAreInSync) {
  auto bench = leader(10, {b1});

  EXPECT_EQ(bench.grow_to(11).high_watermark, std::nullopt);
  EXPECT_EQ(bench.rules.check_enough_in_sync(), ErrorCode::not_enough_replicas);
}

TEST(PartitionReplica, CapsTheNeededMembersByTheReplicaCount) {
  Bench bench{.rules = PartitionReplica(b1, {.min_insync_replicas = 2}), .log_end = Offset(3)};

  const auto effects = bench.rules.become_leader({b1, LeaderEpoch(0), {b1}, {b1}, 0}, bench.view());

  EXPECT_EQ(effects.high_watermark, Offset(3));
  EXPECT_EQ(bench.rules.check_enough_in_sync(), ErrorCode::none);
}

TEST(PartitionReplica, WaitsForTheOutsiderThatIsAboutToJoin) {
  auto bench = leader(10, {b1, b2});
  bench.fetch(b3, 10);
  bench.log_end = Offset(12);

  EXPECT_EQ(bench.fetch(b2, 12).high_watermark, Offset(10));
}

TEST(PartitionReplica, IgnoresTheOutsiderThatLags) {
  auto bench = leader(10, {b1, b2});

  EXPECT_EQ(bench.fetch(b2, 10).high_watermark, Offset(10));
}

TEST(PartitionReplica, DropsAMemberThatHasNotCaughtUpForLagTime) {
  auto bench = leader(10);
  bench.now = at(1s);
  bench.fetch(b2, 10);
  bench.fetch(b3, 10);
  bench.now = at(31s);
  bench.log_end = Offset(12);
  bench.fetch(b2, 12);

  EXPECT_EQ(bench.check_lag().propose, std::nullopt);
  bench.now = at(31001ms);

  EXPECT_EQ(bench.check_lag().propose, (IsrProposal{{b1, b2}, LeaderEpoch(5), 7}));
}

TEST(PartitionReplica, CountsAsCaughtUpAtTheFetchBeforeWhenTheEndOfThenIsReached) {
  auto bench = leader(10);
  bench.now = at(1s);
  bench.fetch(b2, 10);
  bench.now = at(20s);
  bench.log_end = Offset(20);
  bench.fetch(b2, 11);
  bench.now = at(40s);
  bench.log_end = Offset(30);
  bench.fetch(b2, 20);  // the end at 20 s: caught up as of then
  bench.fetch(b3, 30);

  bench.now = at(50s);
  EXPECT_EQ(bench.check_lag().propose, std::nullopt);
  bench.now = at(51s);
  EXPECT_EQ(bench.check_lag().propose, (IsrProposal{{b1, b3}, LeaderEpoch(5), 7}));
}

TEST(PartitionReplica, ProposesOneChangeAtATime) {
  auto bench = leader(10, {b1});

  EXPECT_TRUE(bench.fetch(b2, 10).propose);
  EXPECT_EQ(bench.fetch(b3, 10).propose, std::nullopt);
  bench.now = at(90s);
  EXPECT_EQ(bench.check_lag().propose, std::nullopt);
}

TEST(PartitionReplica, CountsPendingRemovalsUntilTheyAreStored) {
  auto bench = leader(10);
  bench.now = at(1s);
  bench.fetch(b2, 10);
  bench.now = at(40s);
  bench.fetch(b2, 10);
  const auto shrink = bench.check_lag();
  ASSERT_TRUE(shrink.propose);

  EXPECT_EQ(bench.rules.maximal_isr(), all);
  EXPECT_EQ(bench.high_watermark, Offset(0));
  EXPECT_EQ(bench.stored(*shrink.propose, 8).high_watermark, Offset(10));
  EXPECT_EQ(bench.rules.isr(), (std::vector{b1, b2}));
}

TEST(PartitionReplica, GoesBackToTheCommittedSetWhenAProposalIsRefused) {
  auto bench = leader(10, {b1, b2});
  const auto expand = bench.fetch(b3, 10);

  bench.rules.on_isr_refused(*expand.propose);

  EXPECT_EQ(bench.rules.maximal_isr(), (std::vector{b1, b2}));
  EXPECT_TRUE(bench.fetch(b3, 10).propose);
}

TEST(PartitionReplica, IgnoresTheAnswerToAProposalOfAnEarlierTerm) {
  auto bench = leader(10, {b1, b2});
  const auto expand = bench.fetch(b3, 10);
  bench.lead(6, {b1, b2}, 9);

  bench.stored(*expand.propose, 8);

  EXPECT_EQ(bench.rules.isr(), (std::vector{b1, b2}));
  EXPECT_EQ(bench.rules.partition_epoch(), 9);
}

// K-ISR-2: right after an election the high watermark is stale and low (KAFKA-7128).
TEST(PartitionReplica, AdmitsNobodyWhoLacksRecordsOfEarlierEpochs) {
  auto bench = leader(100, {b1, b2});

  EXPECT_EQ(bench.fetch(b3, 92).propose, std::nullopt);
  EXPECT_TRUE(bench.fetch(b3, 100).propose);
}

TEST(PartitionReplica, AdmitsALaggardWithTheDefectOfKafka7128) {
  auto bench = leader(100, {b1, b2}, {.expand_needs_epoch_start = false});

  EXPECT_TRUE(bench.fetch(b3, 92).propose);
}

TEST(PartitionReplica, AdmitsNobodyWhoIsNotAlive) {
  auto bench = leader(10, {b1, b2});
  bench.live = {b1, b2};

  EXPECT_EQ(bench.fetch(b3, 10).propose, std::nullopt);
}

TEST(PartitionReplica, AcknowledgesOnlyWhatIsCommitted) {
  auto bench = leader(10);
  bench.fetch(b2, 10);
  EXPECT_EQ(bench.acknowledge(10, 5), std::nullopt);
  bench.fetch(b3, 10);

  EXPECT_EQ(bench.acknowledge(10, 5), ErrorCode::none);
}

TEST(PartitionReplica, RefusesToAcknowledgeOnceTooFewAreLeft) {
  auto bench = leader(10, {b1, b2});
  bench.fetch(b2, 10);
  bench.now = at(40s);
  bench.log_end = Offset(11);
  const auto shrink = bench.check_lag();
  ASSERT_TRUE(shrink.propose);
  bench.stored(*shrink.propose, 8);

  EXPECT_EQ(bench.acknowledge(10, 5), ErrorCode::not_enough_replicas_after_append);
}

TEST(PartitionReplica, AcknowledgesNothingAppendedBeforeItLostTheLead) {
  auto bench = leader(10);
  bench.rules.become_follower(led_by(b2, 6, all, 8));
  EXPECT_EQ(bench.acknowledge(1, 5), ErrorCode::not_leader_or_follower);
  bench.lead(7, all, 9);

  EXPECT_EQ(bench.acknowledge(1, 5), ErrorCode::not_leader_or_follower);
}

TEST(PartitionReplica, GoesOnWaitingWhenItsOwnTermGetsANewEpoch) {
  auto bench = leader(10);
  bench.lead(6, {b1, b2}, 8);

  EXPECT_EQ(bench.acknowledge(10, 5), std::nullopt);
  EXPECT_EQ(bench.fetch(b2, 10).high_watermark, Offset(10));
  EXPECT_EQ(bench.acknowledge(10, 5), ErrorCode::none);
}

TEST(PartitionReplica, ForgetsWhereFollowersWereWhenItDidNotLeadBefore) {
  auto bench = leader(10);
  bench.fetch(b2, 10);
  bench.rules.become_follower(led_by(b2, 6, all, 8));
  bench.lead(7, all, 9);

  EXPECT_EQ(bench.rules.follower_end(b2), Offset(-1));
}

TEST(PartitionReplica, FencesByLeaderEpochBeforeAnythingElse) {
  auto bench = leader(10);

  EXPECT_EQ(bench.rules.check_follower(b2, LeaderEpoch(4)), ErrorCode::fenced_leader_epoch);
  EXPECT_EQ(bench.rules.check_follower(b2, LeaderEpoch(6)), ErrorCode::unknown_leader_epoch);
  EXPECT_EQ(bench.rules.check_follower(b2, LeaderEpoch(5)), ErrorCode::none);
  EXPECT_EQ(bench.rules.check_follower(BrokerId(9), LeaderEpoch(5)),
            ErrorCode::unknown_leader_epoch);
  EXPECT_EQ(bench.rules.check_follower(BrokerId(9), no_leader_epoch),
            ErrorCode::not_leader_or_follower);
  bench.rules.become_follower(led_by(b2, 6, all, 8));
  EXPECT_EQ(bench.rules.check_follower(b2, LeaderEpoch(6)), ErrorCode::not_leader_or_follower);
}

TEST(PartitionReplica, ServesNoLatestOffsetBeforeItsEpochIsCommitted) {
  auto bench = leader(10);
  EXPECT_FALSE(bench.rules.serves_latest(bench.high_watermark));
  bench.fetch(b2, 10);
  bench.fetch(b3, 10);

  EXPECT_TRUE(bench.rules.serves_latest(bench.high_watermark));
}

TEST(PartitionReplica, AcceptsNoStateOlderThanItsOwnIsrChange) {
  auto bench = leader(10, {b1, b2});
  const auto expand = bench.fetch(b3, 10);
  bench.stored(*expand.propose, 8);

  EXPECT_FALSE(bench.rules.accepts(led_by(b1, 5, {b1, b2}, 7)));
  EXPECT_TRUE(bench.rules.accepts(led_by(b1, 5, all, 8)));
}

TEST(Truncation, IsCalledForWhereTheLogsPart) {
  struct Row {
    int leader_epoch, leader_end, last_epoch, offset;
    bool diverges;
  };
  for (const Row row : {Row{3, 20, 3, 20, false}, Row{3, 20, 3, 15, false}, Row{3, 20, 3, 21, true},
                        Row{2, 10, 3, 10, true}, Row{2, 10, 2, 12, true}}) {
    EXPECT_EQ(logs_diverge(LeaderEpoch(row.leader_epoch), Offset(row.leader_end),
                           LeaderEpoch(row.last_epoch), Offset(row.offset)),
              row.diverges)
        << row.leader_epoch << " " << row.leader_end << " " << row.last_epoch << " " << row.offset;
  }
}

TEST(Truncation, CutsWhereTheLogsPart) {
  struct Row {
    int epoch, end, own_epoch, own_end, log_end, cut;
    const char* why;
  };
  for (const Row& row : {Row{2, 10, 2, 12, 12, 10, "the own end of the same epoch lies further"},
                         Row{2, 10, 2, 8, 12, 8, "the own epoch ended earlier"},
                         Row{3, 10, 1, 6, 12, 6, "the follower never had that epoch"},
                         Row{3, 10, -1, -1, 12, 10, "the follower knows no epochs"},
                         Row{2, 20, 2, 15, 12, 12, "never beyond the end of the log"}}) {
    EXPECT_EQ(truncation_point(LeaderEpoch(row.epoch), Offset(row.end), LeaderEpoch(row.own_epoch),
                               Offset(row.own_end), Offset(row.log_end)),
              Offset(row.cut))
        << row.why;
  }
}

}  // namespace
}  // namespace logquake::kafka
