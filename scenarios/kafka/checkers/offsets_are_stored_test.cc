#include "scenarios/kafka/checkers/offsets_are_stored.h"

#include <gtest/gtest.h>

#include "models/connect/facts.h"
#include "scenarios/engine/checker_testing.h"

namespace logquake::scenario {
namespace {

using testing::Clauses;
using testing::Witness;

connect::RecordProduced produced(std::string table, std::string offset) {
  return {
      .connector = "c", .source_partition = std::move(table), .source_offset = std::move(offset)};
}
connect::SourceOffsetsCommitted stored(std::string table, std::string offset) {
  return {
      .connector = "c", .source_partition = std::move(table), .source_offset = std::move(offset)};
}

// The witness states a fact each millisecond.
TEST(SourceOffsetsAreStored, BreaksWhereAnAcknowledgedRecordWaitsTooLong) {
  Witness in_time(source_offsets_are_stored(2ms));
  in_time.state(produced("a", "1")).state(produced("a", "2")).state(stored("a", "2"));
  EXPECT_EQ(in_time.state(produced("a", "3")).end().broken(), Clauses{});

  Witness late(source_offsets_are_stored(2ms));
  late.state(produced("a", "1")).state(stored("b", "1")).state(stored("b", "2"));
  EXPECT_EQ(late.broken(), Clauses{});
  EXPECT_EQ(late.state(stored("b", "3")).broken(), Clauses{"C-SRC-4"});
}

TEST(SourceOffsetsAreStored, ForgetsWhatATaskThatStartsAnewReadsAgain) {
  Witness witness(source_offsets_are_stored(2ms));

  witness.state(produced("a", "1")).state(connect::TaskStarted{.connector = "c"});
  witness.state(stored("b", "1")).state(stored("b", "2")).state(stored("b", "3"));

  EXPECT_EQ(witness.broken(), Clauses{});
}

}  // namespace
}  // namespace logquake::scenario
