#include "models/connect/sink_buffer.h"

#include <gtest/gtest.h>

namespace logquake::connect {
namespace {

SchemaRef value_schema(const std::string& field = "v") {
  Schema schema;
  schema.type = SchemaType::structure;
  schema.fields = {{field, make_schema(SchemaType::string, true)}};
  return std::make_shared<const Schema>(std::move(schema));
}

/// "u1" upserts key 1, "d1" is its tombstone, "w1" has a wider schema.
std::string story(SinkBuffer::Settings settings, const std::vector<std::string>& steps) {
  const auto key_schema = make_schema(SchemaType::int32);
  const auto narrow = value_schema();
  const auto wide = value_schema("w");
  std::vector<SinkRecord> records;
  for (const auto& step : steps) {
    SinkRecord record;
    record.topic = step;
    record.key_schema = key_schema;
    record.key = step[1] - '0';
    if (step[0] != 'd') {
      record.value_schema = step[0] == 'w' ? wide : narrow;
      record.value = Struct{record.value_schema, {"x"}};
    }
    records.push_back(std::move(record));
  }
  SinkBuffer buffer(settings);
  std::string out;
  const auto flush = [&] {
    const auto taken = buffer.take();
    if (taken.empty()) return;
    out += "{";
    for (const auto* record : taken) out += (out.back() == '{' ? "" : " ") + record->topic;
    out += "}";
  };
  for (const auto& record : records) {
    const auto step = buffer.decide(record);
    if (step.flush_before) flush();
    if (step.prepare) out += "prepare ";
    buffer.push(&record);
    if (step.flush_after) flush();
  }
  flush();
  return out;
}

// C-GLD-12.
TEST(SinkBuffer, FlushesBeforeAnUpsertThatFollowsATombstone) {
  EXPECT_EQ(story({.delete_enabled = true}, {"u1", "d1", "u1", "d2"}), "prepare {u1 d1}{u1 d2}");
}

TEST(SinkBuffer, LosesThatUpsertWithTheGuardOff) {
  EXPECT_EQ(
      story({.delete_enabled = true, .flush_on_insert_after_delete = false}, {"u1", "d1", "u1"}),
      "prepare {u1 d1 u1}");
}

// C-JSI-32.
TEST(SinkBuffer, TakesATombstoneForNoChangeOfSchema) {
  EXPECT_EQ(story({.delete_enabled = true}, {"u1", "d2", "d3"}), "prepare {u1 d2 d3}");
}

// C-JSI-31.
TEST(SinkBuffer, FlushesWhenFullAndWhenTheSchemaChanges) {
  EXPECT_EQ(story({.batch_size = 2}, {"u1", "u2", "u3"}), "prepare {u1 u2}{u3}");
  EXPECT_EQ(story({}, {"u1", "w2", "w3", "u4"}), "prepare {u1}prepare {w2 w3}prepare {u4}");
  EXPECT_EQ(story({.batch_size = 0}, {"u1", "u2"}), "prepare {u1}{u2}");
}

}  // namespace
}  // namespace logquake::connect
