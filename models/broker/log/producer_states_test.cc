#include "models/broker/log/producer_states.h"

#include <gtest/gtest.h>

#include <limits>

namespace logquake::kafka {
namespace {

struct Sent {
  std::int32_t sequence = 0;
  std::int32_t count = 1;
  std::int16_t epoch = 0;
  std::int64_t offset = 0;
  Timestamp timestamp = 1000;
};

wire::BatchHeader batch(const Sent& sent) {
  wire::BatchHeader header;
  header.base_offset = Offset{sent.offset};
  header.last_offset_delta = sent.count - 1;
  header.record_count = sent.count;
  header.producer_id = ProducerId{7};
  header.producer_epoch = ProducerEpoch{sent.epoch};
  header.base_sequence = sent.sequence;
  header.max_timestamp = sent.timestamp;
  return header;
}

ErrorCode code_of(const ProducerStates& states, const Sent& sent) {
  const auto outcome = states.check(batch(sent));
  return outcome.ok() ? ErrorCode::none : outcome.error().code;
}

TEST(ProducerStates, AcceptAnySequenceFromAStranger) {
  EXPECT_EQ(code_of({}, {.sequence = 41}), ErrorCode::none);
}

TEST(ProducerStates, DemandTheNextSequence) {
  ProducerStates states;
  states.apply(batch({.sequence = 0, .count = 3}));

  EXPECT_EQ(code_of(states, {.sequence = 3}), ErrorCode::none);
  EXPECT_EQ(code_of(states, {.sequence = 4}), ErrorCode::out_of_order_sequence_number);
  EXPECT_EQ(code_of(states, {.sequence = 2}), ErrorCode::out_of_order_sequence_number);
}

TEST(ProducerStates, WrapAfterTheLargestSequence) {
  constexpr auto largest = std::numeric_limits<std::int32_t>::max();
  ProducerStates states;
  states.apply(batch({.sequence = largest - 1, .count = 2}));

  EXPECT_EQ(code_of(states, {.sequence = 0}), ErrorCode::none);
}

TEST(ProducerStates, ANewEpochBeginsAtZero) {
  ProducerStates states;
  states.apply(batch({.sequence = 5, .epoch = 1}));

  EXPECT_EQ(code_of(states, {.sequence = 6, .epoch = 2}), ErrorCode::out_of_order_sequence_number);
  EXPECT_EQ(code_of(states, {.sequence = 0, .epoch = 2}), ErrorCode::none);
}

TEST(ProducerStates, FenceAnOlderEpoch) {
  ProducerStates states;
  states.apply(batch({.epoch = 2}));

  EXPECT_EQ(code_of(states, {.sequence = 1, .epoch = 1}), ErrorCode::invalid_producer_epoch);
}

TEST(ProducerStates, RecogniseTheLastFiveBatches) {
  ProducerStates states;
  for (int i = 0; i < 6; ++i) states.apply(batch({.sequence = i, .offset = 100 + i}));

  EXPECT_FALSE(states.find_duplicate(batch({.sequence = 0})));
  const auto found = states.find_duplicate(batch({.sequence = 1}));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->base_offset, Offset{101});
}

TEST(ProducerStates, ABatchOfAnotherLengthIsNoDuplicate) {
  ProducerStates states;
  states.apply(batch({.sequence = 0, .count = 2}));

  EXPECT_FALSE(states.find_duplicate(batch({.sequence = 0, .count = 3})));
  EXPECT_FALSE(states.find_duplicate(batch({.sequence = 0, .count = 2, .epoch = 1})));
}

TEST(ProducerStates, ExpireByTheirRecordsTimestamps) {
  ProducerStates states;
  states.apply(batch({.timestamp = 1000}));

  states.expire(1999, 1s);
  EXPECT_EQ(states.producers().size(), 1U);
  states.expire(2000, 1s);
  EXPECT_TRUE(states.producers().empty());
}

}  // namespace
}  // namespace logquake::kafka
