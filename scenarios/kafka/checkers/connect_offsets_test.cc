#include "scenarios/kafka/checkers/connect_offsets.h"

#include <gtest/gtest.h>

#include "models/broker/facts.h"
#include "models/connect/facts.h"
#include "scenarios/engine/checker_testing.h"

namespace logquake::scenario {
namespace {

using testing::Clauses;
using testing::Witness;

connect::RecordRead read(const std::string& offset, const std::string& table = "users") {
  return {.connector = "c", .source_partition = table, .source_offset = offset};
}
connect::RecordProduced produced(const std::string& offset, const std::string& table = "users") {
  return {.connector = "c", .source_partition = table, .source_offset = offset};
}
connect::SourceOffsetsCommitted stored(const std::string& offset) {
  return {.connector = "c", .source_partition = "users", .source_offset = offset};
}

TEST(SourceOffsetsAreCovered, PassesAnOffsetWhoseRecordsAreAcknowledged) {
  Witness witness(source_offsets_are_covered());

  witness.state(read("1")).state(read("2")).state(read("3"));
  witness.state(produced("2")).state(produced("1")).state(stored("2"));
  witness.state(stored("2")).end();  // stored once more

  EXPECT_EQ(witness.broken(), Clauses{});
}

TEST(SourceOffsetsAreCovered, BreaksWhereTheRecordOrAnEarlierOneIsNotAcknowledged) {
  Witness its_own(source_offsets_are_covered());
  Witness an_earlier_one(source_offsets_are_covered());

  its_own.state(read("1")).state(read("2")).state(produced("1")).state(stored("2"));
  an_earlier_one.state(read("1")).state(read("2")).state(produced("2")).state(stored("2"));

  EXPECT_EQ(its_own.broken(), Clauses{"C-INV-20"});
  EXPECT_EQ(an_earlier_one.broken(), Clauses{"C-INV-20"});
}

TEST(SourceOffsetsAreCovered, KeepsTablesApartAndForgetsAnEarlierLife) {
  Witness witness(source_offsets_are_covered());

  witness.state(read("1", "orders")).state(read("1")).state(produced("1")).state(stored("1"));
  witness.state(read("2")).state(connect::TaskStarted{.connector = "c"});
  witness.state(read("2")).state(produced("2")).state(stored("2")).end();

  EXPECT_EQ(witness.broken(), Clauses{});
}

Clauses broken_by_a_sink_that_commits(std::int64_t offset, bool after_a_put, std::string group) {
  Witness witness(sink_offsets_are_covered());
  witness.state(connect::SinkPartitionsAssigned{.connector = "s", .partitions = {"t-0"}});
  if (after_a_put)
    witness.state(connect::SinkPutCompleted{.connector = "s", .partition = "t-0", .last = 4});
  witness.state(kafka::OffsetCommitted{
      .group = std::move(group), .partition = "t-0", .offset = kafka::Offset(offset)});
  return witness.end().broken();
}

TEST(SinkOffsetsAreCovered, PassesUpToTheLastPutAndNoFurther) {
  EXPECT_EQ(broken_by_a_sink_that_commits(5, true, "connect-s"), Clauses{});
  EXPECT_EQ(broken_by_a_sink_that_commits(6, true, "connect-s"), Clauses{"C-INV-21"});
  EXPECT_EQ(broken_by_a_sink_that_commits(1, false, "connect-s"), Clauses{"C-INV-21"});
  EXPECT_EQ(broken_by_a_sink_that_commits(6, true, "billing"), Clauses{}) << "no sink's group";
}

}  // namespace
}  // namespace logquake::scenario
