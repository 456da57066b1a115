#include "models/client/consumer_positions.h"

#include <gtest/gtest.h>

#include "models/protocol/wire/primitives.h"
#include "models/protocol/wire/record_batch.h"

namespace logquake::kafka {
namespace {

const TopicPartition t0{"t", 0};
const TopicPartition t1{"t", 1};
using Phase = ConsumerPositions::Phase;

// A batch of `count` records from `base` on, written in `epoch`.
Bytes batch(std::int64_t base, int count, std::int32_t epoch, bool is_control = false) {
  std::vector<Record> records;
  for (int i = 0; i < count; ++i) records.push_back({0, std::nullopt, Bytes(1), {}});
  auto value = wire::make_batch(std::move(records));
  value.header.base_offset = Offset(base);
  value.header.partition_leader_epoch = LeaderEpoch(epoch);
  value.header.is_control = is_control;
  return wire::encode(value).value();
}

FetchPartitionResult fetched(Bytes bytes) {
  FetchPartitionResult result;
  result.records = RecordData(std::move(bytes));
  return result;
}

FetchPartitionResult failed(ErrorCode error) {
  FetchPartitionResult result;
  result.error_code = error;
  return result;
}

struct Fixture {
  explicit Fixture(OffsetReset policy = OffsetReset::earliest) : positions(policy) {
    positions.assign({t0});
  }
  void place(std::int64_t offset) { positions.seek(t0, Offset(offset)); }
  std::string taken(int most = 500) {
    std::string text;
    for (const auto& each : positions.take(most)) text += std::to_string(each.offset.value()) + " ";
    return text;
  }
  ConsumerPositions positions;
};

TEST(ConsumerPositions, BeginAtTheCommittedOffset) {
  Fixture f;
  EXPECT_EQ(f.positions.in_phase(Phase::needs_committed), std::vector<TopicPartition>{t0});

  f.positions.on_committed(t0, OffsetAndMetadata{Offset{7}, no_leader_epoch, ""});

  EXPECT_EQ(f.positions.position(t0)->offset, Offset{7});
  EXPECT_EQ(f.positions.take_changes()[0].why, "committed");
}

TEST(ConsumerPositions, ResetByPolicyWithoutACommittedOffset) {
  Fixture f(OffsetReset::latest);
  f.positions.on_committed(t0, std::nullopt);
  EXPECT_EQ(f.positions.in_phase(Phase::needs_reset), std::vector<TopicPartition>{t0});

  f.positions.on_reset(t0, OffsetReset::latest, Offset{9}, LeaderEpoch{1});

  EXPECT_EQ(f.positions.position(t0)->offset, Offset{9});
}

TEST(ConsumerPositions, RaiseAnErrorWithoutAPolicy) {
  Fixture f(OffsetReset::none);
  f.positions.on_committed(t0, std::nullopt);

  EXPECT_EQ(f.positions.take_error()->message,
            "Undefined offset with no reset policy for partitions: [t-0]");
  EXPECT_FALSE(f.positions.take_error());
}

TEST(ConsumerPositions, MoveWithWhatIsTaken) {
  Fixture f;
  f.place(3);
  (void)f.positions.on_fetched(t0, Offset{3}, fetched(batch(3, 4, 1)));

  EXPECT_EQ(f.taken(2), "3 4 ");
  EXPECT_EQ(f.positions.position(t0)->offset, Offset{5});
  EXPECT_TRUE(f.positions.fetchable().empty()) << "there is more in the buffer";
  EXPECT_EQ(f.taken(), "5 6 ");
  EXPECT_EQ(f.positions.position(t0)->offset, Offset{7});
  EXPECT_EQ(f.positions.consumed()[t0], (OffsetAndMetadata{Offset{7}, LeaderEpoch{1}, ""}));
}

TEST(ConsumerPositions, PassOverWhatLiesBeforeThemInABatch) {
  Fixture f;
  f.place(5);
  (void)f.positions.on_fetched(t0, Offset{5}, fetched(batch(3, 4, 1)));

  EXPECT_EQ(f.taken(), "5 6 ");
}

TEST(ConsumerPositions, PassOverControlBatches) {
  Fixture f;
  f.place(0);
  auto bytes = batch(0, 1, 1);
  const auto control = batch(1, 1, 1, true);
  bytes.insert(bytes.end(), control.begin(), control.end());
  (void)f.positions.on_fetched(t0, Offset{0}, fetched(bytes));

  EXPECT_EQ(f.taken(), "0 ");
  EXPECT_EQ(f.positions.position(t0)->offset, Offset{2});
}

TEST(ConsumerPositions, DropWhatWasFetchedFromElsewhere) {
  Fixture f;
  f.place(0);
  f.positions.seek(t0, Offset{8});
  (void)f.positions.on_fetched(t0, Offset{0}, fetched(batch(0, 3, 1)));
  EXPECT_FALSE(f.positions.has_records());

  f.positions.assign({t1});
  (void)f.positions.on_fetched(t0, Offset{8}, fetched(batch(8, 1, 1)));
  EXPECT_FALSE(f.positions.has_records());
}

TEST(ConsumerPositions, SeekingDropsTheBuffer) {
  Fixture f;
  f.place(0);
  (void)f.positions.on_fetched(t0, Offset{0}, fetched(batch(0, 3, 1)));
  f.positions.seek(t0, Offset{1});

  EXPECT_FALSE(f.positions.has_records());
}

TEST(ConsumerPositions, OutOfRangeResetsByPolicy) {
  Fixture f;
  f.place(99);
  (void)f.positions.on_fetched(t0, Offset{99}, failed(ErrorCode::offset_out_of_range));
  EXPECT_EQ(f.positions.reset_policy(t0), OffsetReset::earliest);
  EXPECT_TRUE(f.positions.consumed().empty()) << "a position under reset is not committed";

  Fixture strict(OffsetReset::none);
  strict.place(99);
  (void)strict.positions.on_fetched(t0, Offset{99}, failed(ErrorCode::offset_out_of_range));
  EXPECT_EQ(strict.positions.take_error()->code, ErrorCode::offset_out_of_range);
}

TEST(ConsumerPositions, AMovedLeaderAsksForMetadata) {
  Fixture f;
  f.place(0);
  EXPECT_TRUE(f.positions.on_fetched(t0, Offset{0}, failed(ErrorCode::not_leader_or_follower))
                  .refresh_metadata);
  EXPECT_TRUE(
      f.positions.on_fetched(t0, Offset{0}, failed(ErrorCode::unknown_leader_epoch)).back_off);
  EXPECT_FALSE(f.positions.take_error());
}

TEST(ConsumerPositions, ACorruptBatchIsAnErrorAndMovesNothing) {
  Fixture f;
  f.place(0);
  auto bytes = batch(0, 2, 1);
  bytes.back() ^= std::byte{1};
  (void)f.positions.on_fetched(t0, Offset{0}, fetched(bytes));

  EXPECT_EQ(f.positions.take_error()->code, ErrorCode::corrupt_message);
  EXPECT_EQ(f.positions.position(t0)->offset, Offset{0});
}

TEST(ConsumerPositions, ANewLeaderEpochIsValidated) {
  Fixture f;
  f.positions.on_leader_epoch(t0, LeaderEpoch{1});
  f.place(0);
  (void)f.positions.on_fetched(t0, Offset{0}, fetched(batch(0, 5, 1)));
  (void)f.taken();
  f.positions.on_leader_epoch(t0, LeaderEpoch{2});
  ASSERT_EQ(f.positions.in_phase(Phase::needs_validation), std::vector<TopicPartition>{t0});
  const auto asked = *f.positions.position(t0);
  EXPECT_EQ(asked.offset_epoch, LeaderEpoch{1});
  EXPECT_EQ(asked.leader_epoch, LeaderEpoch{2});

  f.positions.on_epoch_end(t0, asked, {LeaderEpoch{1}, Offset{5}});

  EXPECT_EQ(f.positions.fetchable(), std::vector<TopicPartition>{t0});
}

TEST(ConsumerPositions, TruncationSeeksToTheDivergingOffset) {
  Fixture f;
  f.positions.on_leader_epoch(t0, LeaderEpoch{1});
  f.place(0);
  (void)f.positions.on_fetched(t0, Offset{0}, fetched(batch(0, 5, 1)));
  (void)f.taken();
  f.positions.on_leader_epoch(t0, LeaderEpoch{2});
  (void)f.positions.take_changes();

  f.positions.on_epoch_end(t0, *f.positions.position(t0), {LeaderEpoch{1}, Offset{3}});

  EXPECT_EQ(f.positions.position(t0)->offset, Offset{3});
  EXPECT_EQ(f.positions.take_changes()[0].why, "truncation");
}

TEST(ConsumerPositions, TruncationWithoutAPolicyIsAnError) {
  Fixture f(OffsetReset::none);
  f.positions.on_leader_epoch(t0, LeaderEpoch{1});
  f.positions.on_committed(t0, OffsetAndMetadata{Offset{5}, LeaderEpoch{1}, ""});

  f.positions.on_epoch_end(t0, *f.positions.position(t0), {LeaderEpoch{1}, Offset{3}});

  EXPECT_EQ(f.positions.take_error()->message,
            "Detected log truncation for topic partition t-0 with diverging offset 3");
}

TEST(ConsumerPositions, AnAnswerToAnOldQuestionIsDropped) {
  Fixture f;
  f.positions.on_leader_epoch(t0, LeaderEpoch{1});
  f.positions.on_committed(t0, OffsetAndMetadata{Offset{5}, LeaderEpoch{1}, ""});
  const auto asked = *f.positions.position(t0);
  f.place(4);

  f.positions.on_epoch_end(t0, asked, {LeaderEpoch{1}, Offset{1}});

  EXPECT_EQ(f.positions.position(t0)->offset, Offset{4});
}

TEST(ConsumerPositions, NoPartitionStarves) {
  ConsumerPositions positions(OffsetReset::earliest);
  positions.assign({t0, t1});
  positions.seek(t0, Offset{0});
  positions.seek(t1, Offset{0});
  (void)positions.on_fetched(t0, Offset{0}, fetched(batch(0, 2, 1)));
  (void)positions.on_fetched(t1, Offset{0}, fetched(batch(0, 2, 1)));

  EXPECT_EQ(positions.take(1)[0].partition, t0);
  EXPECT_EQ(positions.take(1)[0].partition, t1);
}

}  // namespace
}  // namespace logquake::kafka
