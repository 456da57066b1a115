#include "scenarios/kafka/checkers/replicas_agree.h"

#include <gtest/gtest.h>

#include "models/broker/facts.h"
#include "scenarios/engine/checker_testing.h"

namespace logquake::scenario {
namespace {

using kafka::BrokerId;
using kafka::LeaderEpoch;
using kafka::Offset;
using testing::Clauses;
using testing::Witness;

kafka::BatchAppended appended(int broker, std::int64_t offset, int epoch, std::uint32_t digest) {
  return {.partition = "t-0",
          .broker = BrokerId(broker),
          .epoch = LeaderEpoch(epoch),
          .base_offset = Offset(offset),
          .last_offset = Offset(offset),
          .digest = digest};
}
kafka::HighWatermarkAdvanced leader_commits(std::int64_t offset) {
  return {.partition = "t-0", .leader = BrokerId(1), .offset = Offset(offset)};
}
kafka::FollowerHighWatermarkMoved follower_commits(std::int64_t offset) {
  return {.partition = "t-0",
          .broker = BrokerId(2),
          .offset = Offset(offset),
          .log_end = Offset(offset)};
}
kafka::LogTruncated cut(std::int64_t to, std::int64_t watermark, bool is_leader = false) {
  return {.partition = "t-0",
          .broker = BrokerId(2),
          .to = Offset(to),
          .high_watermark = Offset(watermark),
          .is_leader = is_leader};
}
const kafka::LeaderElected unclean_election{
    .partition = "t-0", .leader = BrokerId(2), .isr = {BrokerId(2)}, .unclean = true};

TEST(ReplicasAgree, PassesEqualLogs) {
  Witness witness(replicas_agree());

  witness.state(appended(1, 0, 0, 11)).state(appended(2, 0, 0, 11));
  witness.state(leader_commits(1)).state(follower_commits(1)).end();

  EXPECT_EQ(witness.broken(), Clauses{});
}

TEST(ReplicasAgree, BreaksWhereCommittedBatchesDiffer) {
  const auto compare = [](const kafka::BatchAppended& leaders, const kafka::BatchAppended& other) {
    Witness witness(replicas_agree());
    witness.state(leaders).state(other).state(leader_commits(1)).state(follower_commits(1)).end();
    return witness.broken();
  };

  EXPECT_EQ(compare(appended(1, 0, 0, 11), appended(2, 0, 0, 12)), Clauses{"K-INV-2"});
  EXPECT_EQ(compare(appended(1, 0, 1, 11), appended(2, 0, 0, 11)), Clauses{"K-INV-2"});
}

TEST(ReplicasAgree, LeavesWhatIsNotCommittedAlone) {
  Witness witness(replicas_agree());

  witness.state(appended(1, 0, 0, 11)).state(appended(2, 0, 0, 12)).state(leader_commits(1)).end();

  EXPECT_EQ(witness.broken(), Clauses{});
}

TEST(ReplicasAgree, JudgesAgainWhatIsWrittenAfterACut) {
  Witness witness(replicas_agree());
  witness.state(appended(1, 0, 0, 11)).state(appended(2, 0, 0, 11));
  witness.state(leader_commits(1)).state(follower_commits(1));

  witness.state(unclean_election).state(cut(0, 1)).state(appended(2, 0, 1, 12));
  witness.state(follower_commits(1)).end();

  EXPECT_EQ(witness.broken(), Clauses{});
  EXPECT_EQ(witness.excused(), Clauses{"K-REP-41"});
}

TEST(ReplicasAgree, BreaksWhereOffsetsAreNotDenseOrEpochsFall) {
  const auto broken_by_a_second = [](const kafka::BatchAppended& second) {
    return Witness(replicas_agree()).state(appended(1, 0, 1, 11)).state(second).broken();
  };

  EXPECT_EQ(broken_by_a_second(appended(1, 1, 1, 12)), Clauses{});
  EXPECT_EQ(broken_by_a_second(appended(1, 2, 1, 12)), Clauses{"K-INV-11"});
  EXPECT_EQ(broken_by_a_second(appended(1, 0, 1, 12)), Clauses{"K-INV-11"});
  EXPECT_EQ(broken_by_a_second(appended(1, 1, 0, 12)), Clauses{"K-INV-11"});
}

TEST(ReplicasAgree, BreaksWhereALeaderCutsOrSomebodyCutsBelowTheHighWatermark) {
  const auto factory = replicas_agree();

  EXPECT_EQ(Witness(factory).state(cut(3, 3)).end().broken(), Clauses{});
  EXPECT_EQ(Witness(factory).state(cut(3, 3, true)).broken(), Clauses{"K-INV-10"});
  EXPECT_EQ(Witness(factory).state(cut(2, 3)).broken(), Clauses{"K-INV-17"});
  EXPECT_EQ(Witness(factory).state(unclean_election).state(cut(2, 3)).broken(), Clauses{});
}

}  // namespace
}  // namespace logquake::scenario
