#include "scenarios/kafka/checkers/group_offsets.h"

#include <gtest/gtest.h>

#include "models/broker/facts.h"
#include "models/broker/group_facts.h"
#include "models/client/facts.h"
#include "scenarios/engine/checker_testing.h"
#include "scenarios/kafka/workloads/consume_workload.h"

namespace logquake::scenario {
namespace {

using kafka::Generation;
using kafka::Offset;
using kafka::TopicPartition;
using testing::Clauses;
using testing::Witness;

kafka::OffsetCommitted commit_of(std::int64_t offset) {
  return {.group = "g", .partition = "t-0", .coordinator = {}, .offset = Offset(offset)};
}

TEST(GroupOffsetsAreKept, BreaksWhereAnOldGenerationStores) {
  const auto broken_by = [](std::int32_t generation) {
    return Witness(group_offsets_are_kept())
        .state(kafka::OffsetCommitAdmitted{.group = "g",
                                           .member = "m",
                                           .generation = Generation(generation),
                                           .group_generation = Generation(3)})
        .end()
        .broken();
  };

  EXPECT_EQ(broken_by(3), Clauses{});
  EXPECT_EQ(broken_by(-1), Clauses{});  // of a consumer without a group's assignment
  EXPECT_EQ(broken_by(2), Clauses{"K-INV-64"});
}

TEST(GroupOffsetsAreKept, BreaksWhereAPositionExpiresInARebalance) {
  const auto broken_in = [](std::string state) {
    kafka::OffsetExpired expired{.group = "g", .partition = "t-0", .group_state = std::move(state)};
    return Witness(group_offsets_are_kept()).state(expired).end().broken();
  };

  EXPECT_EQ(broken_in("Empty"), Clauses{});
  EXPECT_EQ(broken_in("PreparingRebalance"), Clauses{"K-INV-62"});
}

TEST(CommitsSurvive, BreaksWhereAMemberBeginsBelowWhatWasStoredBefore) {
  const auto broken_at = [](std::int64_t offset, std::string why) {
    kafka::client::PartitionsAssigned assigned{
        .client = "c", .group = "g", .partitions = {TopicPartition{"t", 0}}};
    kafka::client::PositionSet set{.client = "c",
                                   .group = "g",
                                   .partition = TopicPartition{"t", 0},
                                   .offset = Offset(offset),
                                   .why = std::move(why)};
    return Witness(commits_survive())
        .state(commit_of(5))
        .state(assigned)
        .state(commit_of(9))  // after it was assigned: it may not have been told of it
        .state(set)
        .end()
        .broken();
  };

  EXPECT_EQ(broken_at(5, "committed"), Clauses{});
  EXPECT_EQ(broken_at(4, "committed"), Clauses{"K-INV-62"});
  EXPECT_EQ(broken_at(0, "earliest"), Clauses{"K-INV-62"});
}

TEST(CommitsFollowProcessing, BreaksWhereAPositionIsStoredBeforeItsRecordsAreProcessed) {
  const auto broken_by = [](std::int64_t offset) {
    return Witness(commits_follow_processing())
        .state(RecordProcessed{.group = "g", .partition = "t-0", .offset = Offset(4)})
        .state(commit_of(offset))
        .end()
        .broken();
  };

  EXPECT_EQ(broken_by(5), Clauses{});
  EXPECT_EQ(broken_by(6), Clauses{"K-INV-65"});
}

}  // namespace
}  // namespace logquake::scenario
