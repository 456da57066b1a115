#include "scenarios/kafka/checkers/committed_offsets_exist.h"

#include <gtest/gtest.h>

#include "models/broker/facts.h"
#include "scenarios/engine/checker_testing.h"

namespace logquake::scenario {
namespace {

using kafka::Offset;
using testing::Clauses;
using testing::Witness;

Clauses broken_by_a_commit_of(std::int64_t offset) {
  Witness witness(committed_offsets_exist());
  witness.state(
      kafka::BatchAppended{.partition = "t-0", .base_offset = Offset(0), .last_offset = Offset(4)});
  witness.state(kafka::OffsetCommitted{.group = "g", .partition = "t-0", .offset = Offset(offset)});
  return witness.end().broken();
}

TEST(CommittedOffsetsExist, PassesUpToTheEndOfTheLogAndNoFurther) {
  EXPECT_EQ(broken_by_a_commit_of(0), Clauses{});
  EXPECT_EQ(broken_by_a_commit_of(5), Clauses{});
  EXPECT_EQ(broken_by_a_commit_of(6), Clauses{"K-INV-63"});
}

TEST(CommittedOffsetsExist, TakesAPartitionWithoutRecordsForEmpty) {
  Witness witness(committed_offsets_exist());

  witness.state(kafka::OffsetCommitted{.group = "g", .partition = "t-1", .offset = Offset(0)});
  EXPECT_EQ(witness.broken(), Clauses{});
  witness.state(kafka::OffsetCommitted{.group = "g", .partition = "t-1", .offset = Offset(1)});
  EXPECT_EQ(witness.broken(), Clauses{"K-INV-63"});
}

}  // namespace
}  // namespace logquake::scenario
