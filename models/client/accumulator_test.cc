#include "models/client/accumulator.h"

#include <gtest/gtest.h>

#include <string>

namespace logquake::kafka {
namespace {

const TopicPartition t0{"t", 0};
const TopicPartition t1{"t", 1};
const BrokerId broker{1};

ProducerConfig config() {
  ProducerConfig value;
  value.batch_size = 200;
  return value;
}

Record record(std::size_t bytes = 10) { return {0, std::nullopt, Bytes(bytes), {}}; }

struct Fixture {
  explicit Fixture(const ProducerConfig& settings = config())
      : accumulator(settings, sim::Random(1)) {
    if (settings.enable_idempotence) accumulator.set_identity(ProducerId{7}, ProducerEpoch{0});
  }
  void append(const TopicPartition& partition, int count = 1, std::size_t bytes = 10) {
    for (int i = 0; i < count; ++i)
      accumulator.append(SendId{++sends}, partition, record(bytes), now);
  }
  std::vector<BatchId> drain() {
    return accumulator.drain(broker, {{t0, LeaderEpoch{1}}, {t1, LeaderEpoch{1}}}, now);
  }
  std::optional<Instant> ready() {
    return accumulator.ready_at({{t0, LeaderEpoch{1}}, {t1, LeaderEpoch{1}}}, now);
  }
  // "epoch:sequence" of a batch.
  std::string numbers(BatchId id) {
    const auto* batch = accumulator.find(id);
    return batch ? std::to_string(batch->producer_epoch.value()) + ":" +
                       std::to_string(batch->base_sequence)
                 : "gone";
  }
  AccumulatorEffects fail(BatchId id, ErrorCode error) {
    return accumulator.on_error(id, error, no_offset, now);
  }

  Accumulator accumulator;
  Instant now{};
  std::int64_t sends = 0;
};

TEST(Accumulator, GathersRecordsUntilTheBatchIsFull) {
  Fixture f;
  f.append(t0, 20);

  EXPECT_EQ(f.accumulator.queued_batches(t0), 3)
      << "20 records of 17 bytes in batches of 200, 61 of them header";
  for (const auto id : f.drain()) EXPECT_LE(f.accumulator.find(id)->bytes, 200);
}

TEST(Accumulator, GivesALargeRecordABatchOfItsOwn) {
  Fixture f;
  f.append(t0);
  f.append(t0, 1, 1000);
  f.append(t0);

  EXPECT_EQ(f.accumulator.queued_batches(t0), 3);
}

TEST(Accumulator, LingersUnlessFullOrFollowedOrFlushed) {
  auto settings = config();
  settings.linger = 50ms;
  Fixture f(settings);
  EXPECT_EQ(f.ready(), std::nullopt);

  f.append(t0);
  EXPECT_EQ(f.ready(), f.now + 50ms);
  f.accumulator.begin_flush();
  EXPECT_EQ(f.ready(), f.now);
  f.accumulator.end_flush();
  f.append(t0, 20);
  EXPECT_EQ(f.ready(), f.now);
}

TEST(Accumulator, DrainsOneBatchAPartitionUpToTheRequestSize) {
  auto settings = config();
  settings.max_request_size = 250;
  Fixture f(settings);
  f.append(t0, 20);
  f.append(t1, 20);

  EXPECT_EQ(f.drain().size(), 1U) << "two full batches are more than max.request.size";
  EXPECT_EQ(f.drain().size(), 1U) << "the next drain begins at the other partition";
  EXPECT_EQ(f.accumulator.queued_batches(t0), 2);
  EXPECT_EQ(f.accumulator.queued_batches(t1), 2);
}

TEST(Accumulator, IsFullAtBufferMemoryUntilABatchIsDone) {
  auto settings = config();
  settings.buffer_memory = 400;
  Fixture f(settings);
  f.append(t0);
  f.append(t1);
  EXPECT_FALSE(f.accumulator.has_room({"u", 0}, record()));
  EXPECT_TRUE(f.accumulator.has_room(t0, record())) << "an open batch has room of its own";

  const auto drained = f.drain();
  (void)f.accumulator.on_success(drained[0], Offset{5}, no_timestamp);

  EXPECT_TRUE(f.accumulator.has_room({"u", 0}, record()));
}

TEST(Accumulator, TellsEachRecordItsOffset) {
  Fixture f;
  f.append(t0, 2);

  const auto effects = f.accumulator.on_success(f.drain()[0], Offset{40}, no_timestamp);

  ASSERT_EQ(effects.done.size(), 2U);
  EXPECT_EQ(effects.done[1].send, SendId{2});
  EXPECT_EQ(effects.done[1].offset, Offset{41});
  EXPECT_TRUE(f.accumulator.is_empty());
}

TEST(Accumulator, RetriesWhatIsRetriableAfterABackoff) {
  Fixture f;
  f.append(t0);
  const auto batch = f.drain()[0];

  const auto effects = f.fail(batch, ErrorCode::not_leader_or_follower);

  EXPECT_EQ(effects.retried.size(), 1U);
  EXPECT_TRUE(effects.refresh_metadata);
  const auto wait = *f.ready() - f.now;
  EXPECT_GE(wait, 80ms);
  EXPECT_LE(wait, 120ms);
  EXPECT_TRUE(f.drain().empty());
  EXPECT_EQ(f.accumulator.ready_at({{t0, LeaderEpoch{2}}}, f.now), f.now)
      << "a new leader is asked at once";
}

TEST(Accumulator, FailsWhatIsNot) {
  Fixture f;
  f.append(t0);

  const auto effects = f.fail(f.drain()[0], ErrorCode::invalid_record);

  ASSERT_EQ(effects.done.size(), 1U);
  EXPECT_EQ(effects.done[0].error, ErrorCode::invalid_record);
  EXPECT_FALSE(effects.done[0].is_indeterminate);
}

TEST(Accumulator, CallsAFailureIndeterminateAfterALostAnswer) {
  auto settings = config();
  settings.enable_idempotence = false;
  settings.retries = 1;
  Fixture f(settings);
  f.append(t0);
  (void)f.fail(f.drain()[0], ErrorCode::request_timed_out);
  f.now += 1s;

  const auto effects = f.fail(f.drain()[0], ErrorCode::not_enough_replicas);

  ASSERT_EQ(effects.done.size(), 1U);
  EXPECT_TRUE(effects.done[0].is_indeterminate) << "the first attempt may be in the log";
}

TEST(Accumulator, WithoutIdempotenceRetriesMayReorder) {
  auto settings = config();
  settings.enable_idempotence = false;
  Fixture f(settings);
  f.append(t0, 20);
  const auto first = f.drain()[0];
  const auto second = f.drain()[0];

  (void)f.fail(first, ErrorCode::network_exception);
  (void)f.fail(second, ErrorCode::network_exception);
  f.now += 1s;

  EXPECT_EQ(f.drain()[0], second) << "K-PRD-15";
}

TEST(Accumulator, WithOneRequestInFlightKeepsTheOrder) {
  auto settings = config();
  settings.enable_idempotence = false;
  settings.max_in_flight = 1;
  Fixture f(settings);
  f.append(t0, 20);
  const auto first = f.drain()[0];
  EXPECT_TRUE(f.drain().empty()) << "the partition is muted";

  (void)f.fail(first, ErrorCode::network_exception);
  f.now += 1s;

  EXPECT_EQ(f.drain()[0], first);
}

TEST(Accumulator, SplitsABatchThatIsTooLarge) {
  auto settings = config();
  Fixture f(settings);
  f.append(t0, 8);
  const auto whole = f.drain()[0];
  const auto count = f.accumulator.find(whole)->count();
  ASSERT_EQ(count, 8);

  // The broker takes less than the producer's batch.size: pieces of one record each follow at the
  // end.
  const auto effects = f.fail(whole, ErrorCode::message_too_large);

  EXPECT_TRUE(effects.done.empty());
  EXPECT_EQ(f.accumulator.find(whole), nullptr);
  const auto piece = f.drain()[0];
  EXPECT_EQ(f.numbers(piece), "0:0") << "pieces keep the numbers of the whole";
}

TEST(Accumulator, ExpiresAtTheDeliveryTimeout) {
  Fixture f;
  f.append(t0);
  EXPECT_EQ(f.accumulator.next_expiry(), f.now + 120s);
  f.now += 120s;

  const auto effects = f.accumulator.expire(f.now);

  ASSERT_EQ(effects.done.size(), 1U);
  EXPECT_EQ(
      to_string(Error{effects.done[0].error, effects.done[0].message}),
      "REQUEST_TIMED_OUT: Expiring 1 record(s) for t-0:120000 ms has passed since batch creation");
  EXPECT_FALSE(effects.done[0].is_indeterminate) << "it was never sent";
}

TEST(IdempotentProducer, WaitsForItsIdentity) {
  Accumulator accumulator(config(), sim::Random(1));
  accumulator.append(SendId{1}, t0, record(), Instant{});

  EXPECT_TRUE(accumulator.needs_identity());
  EXPECT_TRUE(accumulator.drain(broker, {{t0, LeaderEpoch{1}}}, Instant{}).empty());
}

TEST(IdempotentProducer, NumbersRecordsPerPartition) {
  Fixture f;
  f.append(t0, 20);
  f.append(t1, 1);

  const auto first = f.drain();
  const auto second = f.drain();

  EXPECT_EQ(f.numbers(first[0]), "0:0");
  EXPECT_EQ(f.numbers(first[1]), "0:0");
  EXPECT_EQ(f.numbers(second[0]), "0:" + std::to_string(f.accumulator.find(first[0])->count()));
}

TEST(IdempotentProducer, RetriesInTheOrderOfSequences) {
  Fixture f;
  f.append(t0, 20);
  const auto first = f.drain()[0];
  const auto second = f.drain()[0];

  (void)f.fail(second, ErrorCode::network_exception);
  f.now += 2s;
  EXPECT_TRUE(f.drain().empty())
      << "the first is unresolved, the retried second waits, as does what is new";
  (void)f.fail(first, ErrorCode::network_exception);
  f.now += 2s;

  EXPECT_EQ(f.drain()[0], first);
  EXPECT_TRUE(f.drain().empty());
  (void)f.accumulator.on_success(first, Offset{0}, no_timestamp);
  EXPECT_EQ(f.drain()[0], second);
}

TEST(IdempotentProducer, TakesADuplicateForASuccessAtAnUnknownOffset) {
  Fixture f;
  f.append(t0);

  const auto effects = f.fail(f.drain()[0], ErrorCode::duplicate_sequence_number);

  ASSERT_EQ(effects.done.size(), 1U);
  EXPECT_EQ(effects.done[0].error, ErrorCode::none);
  EXPECT_EQ(effects.done[0].offset, no_offset);
}

TEST(IdempotentProducer, OutOfOrderBehindARetryIsAPlainRetry) {
  Fixture f;
  f.append(t0, 20);
  const auto first = f.drain()[0];
  const auto second = f.drain()[0];
  const auto numbers = f.numbers(second);
  (void)f.fail(first, ErrorCode::network_exception);

  const auto effects = f.fail(second, ErrorCode::out_of_order_sequence_number);

  EXPECT_EQ(effects.retried.size(), 1U);
  EXPECT_EQ(f.numbers(second), numbers);
}

TEST(IdempotentProducer, OutOfOrderAtTheNextSequenceBumpsTheEpoch) {
  Fixture f;
  f.append(t0, 20);
  const auto first = f.drain()[0];
  const auto second = f.drain()[0];
  (void)f.accumulator.on_success(first, Offset{0}, no_timestamp);

  (void)f.fail(second, ErrorCode::out_of_order_sequence_number);

  EXPECT_EQ(f.numbers(second), "1:0") << "K-PRD-25: a new epoch starts at 0";
}

TEST(IdempotentProducer, OtherPartitionsKeepTheOldEpochUntilTheyAreDone) {
  Fixture f;
  f.append(t0, 1);
  f.append(t1, 20);
  const auto both = f.drain();
  f.append(t0, 1);
  (void)f.fail(both[0], ErrorCode::invalid_record);  // rejected: t-0 starts anew
  EXPECT_EQ(f.accumulator.sequences().producer_epoch(), ProducerEpoch{1});

  const auto next = f.drain();

  ASSERT_EQ(next.size(), 1U) << "t-1 has a batch of the old epoch under way";
  EXPECT_EQ(f.numbers(next[0]), "1:0");
  (void)f.accumulator.on_success(both[1], Offset{0}, no_timestamp);
  const auto after = f.drain();
  ASSERT_EQ(after.size(), 1U);
  EXPECT_EQ(f.accumulator.find(after[0])->partition, t1);
  EXPECT_EQ(f.numbers(after[0]), "1:0");
}

TEST(IdempotentProducer, AnExpiredBatchThatWasSentHoldsThePartitionUntilItsElders) {
  Fixture f;
  f.append(t0, 8);
  const auto first = f.drain()[0];
  f.now += 60s;
  f.append(t0, 8);
  const auto second = f.drain()[0];
  f.append(t0, 8);
  f.now += 60s;

  const auto effects = f.accumulator.expire(f.now);

  EXPECT_EQ(effects.done.size(), 8U) << "the first batch";
  EXPECT_TRUE(effects.done[0].is_indeterminate);
  EXPECT_EQ(f.numbers(first), "gone");
  EXPECT_TRUE(f.drain().empty()) << "K-PRD-27: no new sequence while the second is under way";
  (void)f.accumulator.on_success(second, Offset{8}, no_timestamp);
  const auto next = f.drain();
  ASSERT_EQ(next.size(), 1U);
}

TEST(IdempotentProducer, ALostTailBumpsTheEpochOnceNothingIsUnderWay) {
  Fixture f;
  f.append(t0, 1);
  (void)f.drain();
  f.now += 120s;

  (void)f.accumulator.expire(f.now);
  f.append(t0, 1);

  const auto next = f.drain();
  ASSERT_EQ(next.size(), 1U);
  EXPECT_EQ(f.numbers(next[0]), "1:0");
}

TEST(IdempotentProducer, KeepsItsNumbersAfterALostAnswerUnlessDefective) {
  for (const bool is_defective : {false, true}) {
    Accumulator accumulator(config(), sim::Random(1), Sequences(is_defective));
    accumulator.set_identity(ProducerId{7}, ProducerEpoch{0});
    accumulator.append(SendId{1}, t0, record(), Instant{});
    const auto batch = accumulator.drain(broker, {{t0, LeaderEpoch{1}}}, Instant{})[0];

    (void)accumulator.on_error(batch, ErrorCode::network_exception, no_offset, Instant{});

    EXPECT_EQ(accumulator.find(batch)->producer_epoch, ProducerEpoch(is_defective ? 1 : 0));
  }
}

TEST(IdempotentProducer, AnExhaustedEpochAsksForANewId) {
  Fixture f;
  f.accumulator.set_identity(ProducerId{7}, ProducerEpoch{32767});
  f.append(t0, 1);
  const auto batch = f.drain()[0];

  (void)f.fail(batch, ErrorCode::out_of_order_sequence_number);

  EXPECT_TRUE(f.accumulator.needs_identity());
  f.accumulator.set_identity(ProducerId{8}, ProducerEpoch{0});
  f.now += 2s;
  EXPECT_EQ(f.drain()[0], batch);
  EXPECT_EQ(f.accumulator.find(batch)->producer_id, ProducerId{8});
}

}  // namespace
}  // namespace logquake::kafka
