#include "models/broker/log/log.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>

#include "models/broker/defects.h"
#include "models/broker/log/log_testing.h"

namespace logquake::kafka {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the fixture's own words
using sim::testing::run_program;

constexpr LeaderEpoch first_epoch{1};

Appended append(Log& log, const std::vector<std::string>& values, Timestamp timestamp = 1000) {
  auto appended = log.append_as_leader(encoded(batch_of(values, timestamp)), first_epoch);
  return *appended;
}

ErrorCode code_of(const Result<Appended, AppendError>& outcome) {
  return outcome.ok() ? ErrorCode::none : outcome.error().code;
}

TEST(Log, ALeaderGivesDenseOffsetsAndItsEpoch) {
  run_program([](sim::Node& node) {
    Bench bench(node);
    Log& log = bench.lead();

    EXPECT_EQ(append(log, {"a", "b"}).base_offset, Offset{0});
    EXPECT_EQ(append(log, {"c"}).base_offset, Offset{2});

    EXPECT_EQ(log.log_end(), Offset{3});
    const auto read = log.read(Offset{0}, {.max_bytes = 1 << 20, .upper = Offset{3}});
    const auto batches = wire::split(read->records.view());
    ASSERT_EQ(batches->batches.size(), 2U);
    EXPECT_EQ(batches->batches[1].header.base_offset, Offset{2});
    EXPECT_EQ(batches->batches[1].header.partition_leader_epoch, first_epoch);
    EXPECT_EQ(values_in(read->records), (std::vector<std::string>{"a", "b", "c"}));
  });
}

TEST(Log, ReadsStopBelowTheirUpperBound) {
  run_program([](sim::Node& node) {
    Bench bench(node);
    Log& log = bench.lead();
    for (const char* value : {"a", "b", "c"}) append(log, {value});

    const auto read = log.read(Offset{1}, {.max_bytes = 1 << 20, .upper = Offset{2}});
    const auto nothing = log.read(Offset{3}, {.max_bytes = 1 << 20, .upper = Offset{2}});

    EXPECT_EQ(values_in(read->records), std::vector<std::string>{"b"});
    EXPECT_TRUE(nothing->records.empty());
    EXPECT_GT(log.bytes_between(Offset{0}, Offset{3}), log.bytes_between(Offset{0}, Offset{1}));
    EXPECT_EQ(log.bytes_between(Offset{3}, Offset{3}), 0);
  });
}

TEST(Log, AReadReturnsAWholeFirstBatchWhateverTheLimit) {
  run_program([](sim::Node& node) {
    Bench bench(node);
    Log& log = bench.lead();
    append(log, {"a"});
    append(log, {"b"});

    const auto whole = log.read(Offset{0}, {.max_bytes = 1, .upper = Offset{2}});
    const auto cut =
        log.read(Offset{0}, {.max_bytes = 1, .upper = Offset{2}, .whole_first_batch = false});

    EXPECT_TRUE(whole->first_was_larger);
    EXPECT_EQ(values_in(whole->records), std::vector<std::string>{"a"});
    EXPECT_EQ(cut->records.size(), 1U);
  });
}

TEST(Log, ReadsOutsideItAreRefused) {
  run_program([](sim::Node& node) {
    Bench bench(node);
    Log& log = bench.lead();
    append(log, {"a"});

    EXPECT_TRUE(log.read(Offset{2}, {.max_bytes = 1, .upper = Offset{2}})
                    .is(ErrorCode::offset_out_of_range));
    EXPECT_TRUE(log.read(Offset{-1}, {.max_bytes = 1, .upper = Offset{2}})
                    .is(ErrorCode::offset_out_of_range));
    EXPECT_TRUE(log.read(Offset{1}, {.max_bytes = 1, .upper = Offset{1}}).ok());
  });
}

TEST(Log, AFollowerKeepsItsLeadersBytes) {
  run_program([](sim::Node& node) {
    Bench leader(node);
    Log& source = leader.lead();
    append(source, {"a", "b"});
    append(source, {"c"});
    const auto fetched = source.read(Offset{0}, {.max_bytes = 1 << 20, .upper = source.log_end()});

    LogDirectory elsewhere(node, BrokerId{2}, "other");
    auto follower = Log::open(elsewhere, {"orders", 0}, {}, {});
    const auto end = (*follower)->append_as_follower(fetched->records);

    EXPECT_EQ(*end, Offset{3});
    const auto copy = (*follower)->read(Offset{0}, {.max_bytes = 1 << 20, .upper = Offset{3}});
    EXPECT_EQ(copy->records, fetched->records);
    EXPECT_EQ((*follower)->epochs(), (std::vector<EpochStart>{{first_epoch, Offset{0}}}));
  });
}

TEST(Log, AFollowerRefusesWhatLiesBelowItsEnd) {
  run_program([](sim::Node& node) {
    Bench bench(node);
    Log& log = bench.open();
    ASSERT_TRUE(log.append_as_follower(replicated({"a", "b"}, 0, 1)));

    EXPECT_TRUE(log.append_as_follower(replicated({"x"}, 1, 1)).is(ErrorCode::offset_out_of_range));
    EXPECT_TRUE(log.append_as_follower(replicated({"c"}, 7, 1)).ok());  // gaps come from compaction
    EXPECT_EQ(log.log_end(), Offset{8});
  });
}

TEST(Log, AFollowerRefusesDamagedBytes) {
  run_program([](sim::Node& node) {
    Bench bench(node);
    Log& log = bench.open();
    const auto good = replicated({"a"}, 0, 1);
    Bytes bytes(good.view().begin(), good.view().end());
    bytes.back() ^= std::byte{1};

    EXPECT_TRUE(log.append_as_follower(RecordData(bytes)).is(ErrorCode::corrupt_message));
    EXPECT_EQ(log.log_end(), Offset{0});
  });
}

TEST(Log, ALeaderOfAnOlderEpochAppendsNothing) {
  run_program([](sim::Node& node) {
    Bench bench(node);
    Log& log = bench.lead();
    ASSERT_TRUE(log.begin_epoch(LeaderEpoch{2}));

    const auto late = log.append_as_leader(encoded(batch_of({"a"})), first_epoch);

    EXPECT_EQ(code_of(late), ErrorCode::not_leader_or_follower);
    EXPECT_EQ(log.log_end(), Offset{0});
  });
}

TEST(Log, ARepeatedBatchIsAnsweredButNotAppended) {
  run_program([](sim::Node& node) {
    Bench bench(node);
    Log& log = bench.lead();
    append(log, {"before"});
    auto batch = batch_of({"a", "b"});
    batch.header.producer_id = ProducerId{7};
    batch.header.producer_epoch = ProducerEpoch{0};
    batch.header.base_sequence = 0;

    const auto once = log.append_as_leader(encoded(batch), first_epoch);
    const auto twice = log.append_as_leader(encoded(batch), first_epoch);
    batch.header.base_sequence = 9;
    const auto gap = log.append_as_leader(encoded(batch), first_epoch);

    EXPECT_FALSE(once->is_duplicate);
    EXPECT_TRUE(twice->is_duplicate);
    EXPECT_EQ(twice->base_offset, once->base_offset);
    EXPECT_EQ(twice->last_offset, Offset{2});
    EXPECT_EQ(code_of(gap), ErrorCode::out_of_order_sequence_number);
    EXPECT_EQ(log.log_end(), Offset{3});
  });
}

TEST(Log, LogAppendTimeIsTheBrokersWallClock) {
  run_program([](sim::Node& node) {
    Bench bench(node, {.timestamp_type = "LogAppendTime"});
    Log& log = bench.lead();

    const auto appended = append(log, {"a"});

    EXPECT_EQ(appended.append_time, unix_milliseconds(node.wall_clock()));
    const auto read = log.read(Offset{0}, {.max_bytes = 1 << 20, .upper = Offset{1}});
    EXPECT_TRUE(wire::has_valid_crc(read->records.view()));
    EXPECT_EQ(wire::read_header(read->records.view())->max_timestamp, appended.append_time);
  });
}

TEST(Log, RollsWhenASegmentIsFull) {
  run_program([](sim::Node& node) {
    Bench bench(node, {.segment_bytes = 200});
    Log& log = bench.lead();
    for (int i = 0; i < 6; ++i) append(log, {"value"});

    EXPECT_EQ(log.segment_count(), 3U);
    EXPECT_EQ(values_from(log, Offset{0}).size(), 6U);
    EXPECT_TRUE(log.is_in_older_segment(Offset{0}));
    EXPECT_TRUE(log.has_rolled_unflushed());
    ASSERT_TRUE(log.flush_rolled());
    EXPECT_EQ(log.recovery_point(), Offset{4});
  });
}

TEST(Log, RollsWhenItsRecordsAreFarApartInTime) {
  run_program([](sim::Node& node) {
    Bench bench(node, {.segment_age = 1s});
    Log& log = bench.lead();
    append(log, {"a"}, 1000);
    append(log, {"b"}, 2000);
    EXPECT_EQ(log.segment_count(), 1U);

    append(log, {"c"}, 2001);

    EXPECT_EQ(log.segment_count(), 2U);
  });
}

TEST(Log, FlushMessagesMakesEachAppendDurable) {
  run_program([](sim::Node& node) {
    Bench bench(node, {.flush_messages = 1});
    Log& log = bench.lead();

    append(log, {"a"});

    EXPECT_EQ(log.recovery_point(), Offset{1});
  });
}

TEST(Log, TruncationCutsRecordsEpochsAndWatermarks) {
  run_program([](sim::Node& node) {
    Bench bench(node, {.segment_bytes = 200});
    Log& log = bench.open();
    for (int i = 0; i < 5; ++i)
      ASSERT_TRUE(log.append_as_follower(replicated({"value"}, i, i < 3 ? 1 : 2)));
    log.set_high_watermark(Offset{5});
    ASSERT_TRUE(log.flush());

    ASSERT_TRUE(log.truncate_to(Offset{3}));

    EXPECT_EQ(log.log_end(), Offset{3});
    EXPECT_EQ(log.high_watermark(), Offset{3});
    EXPECT_EQ(log.recovery_point(), Offset{3});
    EXPECT_EQ(log.latest_epoch(), LeaderEpoch{1});
    EXPECT_EQ(values_from(log, Offset{0}).size(), 3U);
    EXPECT_TRUE(log.append_as_follower(replicated({"other"}, 3, 3)).ok());
    EXPECT_EQ(values_from(log, Offset{3}), std::vector<std::string>{"other"});
  });
}

TEST(Log, TruncationForgetsTheSequencesOfWhatIsGone) {
  run_program([](sim::Node& node) {
    Bench bench(node);
    Log& log = bench.lead();
    auto batch = batch_of({"a"});
    batch.header.producer_id = ProducerId{7};
    batch.header.producer_epoch = ProducerEpoch{0};
    for (batch.header.base_sequence = 0; batch.header.base_sequence < 3;
         ++batch.header.base_sequence) {
      ASSERT_TRUE(log.append_as_leader(encoded(batch), first_epoch).ok());
    }

    ASSERT_TRUE(log.truncate_to(Offset{1}));

    EXPECT_EQ(log.producers().producers().at(ProducerId{7}).batches.back().last_sequence, 0);
  });
}

TEST(Log, RestartsEmptyAtAnyOffset) {
  run_program([](sim::Node& node) {
    Bench bench(node);
    Log& log = bench.lead();
    append(log, {"a"});

    ASSERT_TRUE(log.restart_at(Offset{40}));

    EXPECT_EQ(log.log_start(), Offset{40});
    EXPECT_EQ(log.log_end(), Offset{40});
    EXPECT_EQ(log.high_watermark(), Offset{40});
    EXPECT_FALSE(log.latest_epoch());
  });
}

TEST(Log, TheHighWatermarkStaysInsideTheLog) {
  run_program([](sim::Node& node) {
    Bench bench(node);
    Log& log = bench.lead();
    append(log, {"a", "b"});

    EXPECT_EQ(log.set_high_watermark(Offset{9}), Offset{2});
    EXPECT_FALSE(log.raise_high_watermark(Offset{1}));
    EXPECT_EQ(log.high_watermark(), Offset{2});
    EXPECT_TRUE(log.raise_log_start(Offset{3}).is(ErrorCode::offset_out_of_range));
    EXPECT_TRUE(log.raise_log_start(Offset{1}).ok());
    EXPECT_EQ(log.log_start(), Offset{1});
  });
}

TEST(Log, FindsOffsetsByTimestamp) {
  run_program([](sim::Node& node) {
    Bench bench(node);
    Log& log = bench.lead();
    append(log, {"a"}, 1000);
    append(log, {"b"}, 3000);
    append(log, {"c"}, 2000);

    EXPECT_EQ((*log.find_timestamp(1500))->offset, Offset{1});
    EXPECT_EQ((*log.find_timestamp(1000))->offset, Offset{0});
    EXPECT_FALSE(*log.find_timestamp(3001));
    EXPECT_EQ(log.max_timestamp()->offset, Offset{1});
  });
}

TEST(Log, RetentionBySizeStopsAtTheHighWatermark) {
  run_program([](sim::Node& node) {
    Bench bench(node, {.retention_bytes = 0, .segment_bytes = 100});
    Log& log = bench.lead();
    for (int i = 0; i < 4; ++i) append(log, {"value"});
    log.set_high_watermark(Offset{2});

    EXPECT_EQ(*log.apply_retention(), 2);

    EXPECT_EQ(log.log_start(), Offset{2});
    EXPECT_TRUE(log.read(Offset{1}, {.max_bytes = 1, .upper = Offset{4}})
                    .is(ErrorCode::offset_out_of_range));
    EXPECT_EQ(log.epochs().front().start, Offset{2});
  });
}

TEST(Log, RetentionByTimeEmptiesALogAndKeepsItsEnd) {
  run_program([](sim::Node& node) {
    Bench bench(node, {.retention = 1min});
    Log& log = bench.lead();
    append(log, {"a"}, unix_milliseconds(node.wall_clock()));
    log.set_high_watermark(Offset{1});
    EXPECT_EQ(*log.apply_retention(), 0);

    node.sleep_for(2min);
    EXPECT_EQ(*log.apply_retention(), 1);

    EXPECT_EQ(log.log_start(), Offset{1});
    EXPECT_EQ(log.log_end(), Offset{1});
    EXPECT_EQ(append(log, {"b"}).base_offset, Offset{1});
  });
}

TEST(Log, ACompactedLogIsNotDeletedByAge) {
  run_program([](sim::Node& node) {
    Bench bench(node, {.cleanup_policy = "compact", .retention_bytes = 0, .retention = 1min});
    Log& log = bench.lead();
    append(log, {"a"});
    log.set_high_watermark(Offset{1});

    EXPECT_EQ(*log.apply_retention(), 0);
  });
}

TEST(Log, RefusesBatchesInTheOrderOfTheChecks) {
  run_program([](sim::Node& node) {
    Bench bench(node,
                {.cleanup_policy = "compact", .max_message_bytes = 200, .timestamp_after_max = 1h});
    Log& log = bench.lead();
    const auto outcome = [&](const wire::RecordBatch& batch) {
      return code_of(log.append_as_leader(encoded(batch), first_epoch));
    };
    auto keyless = batch_of({"a", "b"});
    keyless.records[1].record.key.reset();
    auto late = batch_of({"a"}, unix_milliseconds(node.wall_clock()) + 3'700'000);
    auto shifted = batch_of({"a"});
    shifted.header.base_offset = Offset{5};
    auto control = batch_of({"a"});
    control.header.is_control = true;
    auto unsequenced = batch_of({"a"});
    unsequenced.header.producer_id = ProducerId{1};
    auto transactional = batch_of({"a"});
    transactional.header.is_transactional = true;

    EXPECT_EQ(outcome(batch_of({std::string(200, 'x')})), ErrorCode::message_too_large);
    EXPECT_EQ(outcome(keyless), ErrorCode::invalid_record);
    EXPECT_EQ(outcome(late), ErrorCode::invalid_timestamp);
    EXPECT_EQ(outcome(shifted), ErrorCode::invalid_record);
    EXPECT_EQ(outcome(control), ErrorCode::invalid_record);
    EXPECT_EQ(outcome(unsequenced), ErrorCode::invalid_record);
    EXPECT_EQ(outcome(transactional), ErrorCode::invalid_txn_state);
    EXPECT_EQ(log.log_end(), Offset{0});

    const auto refused = log.append_as_leader(encoded(keyless), first_epoch);
    ASSERT_EQ(refused.error().records.size(), 1U);
    EXPECT_EQ(refused.error().records[0].index, 1);
  });
}

TEST(Log, TheDefectOfRetentionOvertakesTheHighWatermark) {
  const auto start_after_retention = [](std::set<std::string, std::less<>> defects) {
    Offset start;
    run_program(
        [&start](sim::Node& node) {
          Bench bench(node, {.retention_bytes = 0, .segment_bytes = 100});
          Log& log = bench.lead();
          for (int i = 0; i < 4; ++i) append(log, {"value"});
          EXPECT_TRUE(log.apply_retention().ok());
          EXPECT_EQ(log.high_watermark(), Offset{0});
          start = log.log_start();
        },
        {.options = {.defects = std::move(defects)}});
    return start;
  };

  EXPECT_EQ(start_after_retention({}), Offset{0});
  EXPECT_EQ(start_after_retention({std::string(retention_ignores_high_watermark.name)}), Offset{4});
}

TEST(Log, TheDefectOfSequencesAppendsRepetitions) {
  const auto end_after_a_repetition = [](std::set<std::string, std::less<>> defects) {
    Offset end;
    run_program(
        [&end](sim::Node& node) {
          Bench bench(node);
          Log& log = bench.lead();
          auto batch = batch_of({"a"});
          batch.header.producer_id = ProducerId{7};
          batch.header.producer_epoch = ProducerEpoch{0};
          batch.header.base_sequence = 0;
          for (int i = 0; i < 2; ++i)
            EXPECT_TRUE(log.append_as_leader(encoded(batch), first_epoch).ok());
          end = log.log_end();
        },
        {.options = {.defects = std::move(defects)}});
    return end;
  };

  EXPECT_EQ(end_after_a_repetition({}), Offset{1});
  EXPECT_EQ(end_after_a_repetition({std::string(sequences_unchecked.name)}), Offset{2});
}

TEST(Log, AFullDiskTakesTheDirectoryOffline) {
  sim::Simulation simulation;
  sim::testing::run_program(simulation, [&](sim::Node& node) {
    Bench bench(node);
    Log& log = bench.lead();
    append(log, {"a"});
    node.disk().set_full(true);

    EXPECT_EQ(code_of(log.append_as_leader(encoded(batch_of({"b"})), first_epoch)),
              ErrorCode::kafka_storage_error);
    node.disk().set_full(false);

    EXPECT_TRUE(bench.directory.is_offline());
    EXPECT_EQ(code_of(log.append_as_leader(encoded(batch_of({"b"})), first_epoch)),
              ErrorCode::kafka_storage_error);
  });
}

}  // namespace
}  // namespace logquake::kafka
