#include "scenarios/kafka/checkers/leadership.h"

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

kafka::BatchAppended appended(int broker, int epoch, bool as_leader = true) {
  return {.partition = "t-0",
          .broker = BrokerId(broker),
          .as_leader = as_leader,
          .epoch = LeaderEpoch(epoch)};
}

TEST(OneLeaderPerEpoch, BreaksWhereTwoBrokersAppendUnderOneEpoch) {
  const auto factory = one_leader_per_epoch();

  EXPECT_EQ(Witness(factory).state(appended(1, 0)).state(appended(1, 0)).end().broken(), Clauses{});
  EXPECT_EQ(Witness(factory).state(appended(1, 0)).state(appended(2, 1)).broken(), Clauses{});
  EXPECT_EQ(Witness(factory).state(appended(1, 0)).state(appended(2, 0, false)).broken(),
            Clauses{});
  EXPECT_EQ(Witness(factory).state(appended(1, 0)).state(appended(2, 0)).broken(),
            Clauses{"K-INV-12"});
}

kafka::HighWatermarkAdvanced moved(std::int64_t offset, int epoch = 0) {
  return {.partition = "t-0",
          .leader = BrokerId(1),
          .epoch = LeaderEpoch(epoch),
          .offset = Offset(offset)};
}

TEST(HighWatermarkNeverFalls, BreaksWhereItFallsWithinOneEpochOfOneLife) {
  const auto factory = high_watermark_never_falls();
  const kafka::BrokerStarted restarted{.broker = BrokerId(1)};

  EXPECT_EQ(Witness(factory).state(moved(3)).state(moved(3)).state(moved(4)).end().broken(),
            Clauses{});
  EXPECT_EQ(Witness(factory).state(moved(3)).state(moved(2)).broken(), Clauses{"K-INV-7"});
  EXPECT_EQ(Witness(factory).state(moved(3)).state(moved(2, 1)).broken(), Clauses{});
  EXPECT_EQ(Witness(factory).state(moved(3)).state(restarted).state(moved(2)).broken(), Clauses{});
}

kafka::IsrExpanded joined(std::int64_t end, std::int64_t epoch_start, std::int64_t watermark) {
  return {.partition = "t-0",
          .epoch_start = Offset(epoch_start),
          .high_watermark = Offset(watermark),
          .follower_end = Offset(end)};
}

TEST(InSyncMeansCaughtUp, BreaksWhereALaggardJoins) {
  const auto factory = in_sync_means_caught_up();

  EXPECT_EQ(Witness(factory).state(joined(5, 5, 5)).end().broken(), Clauses{});
  EXPECT_EQ(Witness(factory).state(joined(4, 0, 5)).broken(), Clauses{"K-INV-16"});
  EXPECT_EQ(Witness(factory).state(joined(4, 5, 0)).broken(), Clauses{"K-INV-16"});
}

TEST(InSyncMeansCaughtUp, BreaksWhereALeaderIsNotInSyncOrNobodyIs) {
  const auto broken_by = [](int leader, std::vector<BrokerId> isr) {
    return Witness(in_sync_means_caught_up())
        .state(kafka::LeaderElected{
            .partition = "t-0", .leader = BrokerId(leader), .isr = std::move(isr)})
        .broken();
  };

  EXPECT_EQ(broken_by(1, {BrokerId(1), BrokerId(2)}), Clauses{});
  EXPECT_EQ(broken_by(-1, {BrokerId(2)}), Clauses{}) << "nobody leads, and the last member waits";
  EXPECT_EQ(broken_by(1, {BrokerId(2)}), Clauses{"K-INV-15"});
  EXPECT_EQ(broken_by(-1, {}), Clauses{"K-INV-15"});
}

}  // namespace
}  // namespace logquake::scenario
