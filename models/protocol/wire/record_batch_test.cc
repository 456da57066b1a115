#include "models/protocol/wire/record_batch.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "models/protocol/wire/primitives.h"
#include "sim/random.h"

namespace logquake::kafka::wire {
namespace {

Record record(std::string_view key, std::string_view value, Timestamp timestamp) {
  return {timestamp, to_bytes(key), to_bytes(value), {}};
}

RecordBatch sample() {
  auto batch = make_batch({record("k1", "v1", 1000), {1003, std::nullopt, std::nullopt, {}}});
  batch.records[0].record.headers = {{"h", to_bytes("x")}, {"empty", std::nullopt}};
  batch.header.base_offset = Offset{42};
  batch.header.partition_leader_epoch = LeaderEpoch{5};
  batch.header.producer_id = ProducerId{9};
  batch.header.producer_epoch = ProducerEpoch{1};
  batch.header.base_sequence = 7;
  return batch;
}

TEST(RecordBatches, HaveTheBytesOfMagicTwo) {
  const auto bytes = encode(make_batch({record("k", "v", 16)})).value();

  // Laid out by hand after K-LOG-1 and K-LOG-4; only the CRC is taken from the encoder.
  EXPECT_EQ(to_hex(ByteView(bytes).first(17)),
            "0000000000000000"
            "0000003a"
            "ffffffff"
            "02");
  EXPECT_EQ(to_hex(ByteView(bytes).subspan(21)),
            "0000"
            "00000000"
            "0000000000000010"
            "0000000000000010"
            "ffffffffffffffff"
            "ffff"
            "ffffffff"
            "00000001"
            "10"
            "00"
            "00"
            "00"
            "02"
            "6b"
            "02"
            "76"
            "00");
}

TEST(RecordBatches, ComeBackAsTheyWent) {
  const auto batch = sample();

  const auto decoded = decode(encode(batch).value()).value();

  EXPECT_EQ(decoded.records, batch.records);
  EXPECT_EQ(decoded.header.base_offset, Offset{42});
  EXPECT_EQ(decoded.header.last_offset(), Offset{43});
  EXPECT_EQ(decoded.header.max_timestamp, 1003);
  EXPECT_EQ(decoded.header.producer_id, ProducerId{9});
  EXPECT_EQ(decoded.header.last_sequence(), 8);
  EXPECT_EQ(decoded.header.record_count, 2);
}

TEST(RecordBatches, TheLeaderRewritesOffsetAndEpochOutsideTheCrc) {
  auto bytes = encode(sample()).value();
  const auto crc = read_header(bytes)->crc;

  set_base_offset(bytes, Offset{1000});
  set_partition_leader_epoch(bytes, LeaderEpoch{77});

  const auto header = decode(bytes).value().header;
  EXPECT_EQ(header.crc, crc);
  EXPECT_EQ(header.base_offset, Offset{1000});
  EXPECT_EQ(header.partition_leader_epoch, LeaderEpoch{77});
}

TEST(RecordBatches, OtherRewritesComputeTheCrcAnew) {
  auto bytes = encode(sample()).value();

  set_max_timestamp(bytes, TimestampType::log_append_time, 5555);
  set_producer(bytes, ProducerId{3}, ProducerEpoch{4}, 100);

  const auto decoded = decode(bytes).value();
  EXPECT_EQ(decoded.header.timestamp_type, TimestampType::log_append_time);
  EXPECT_EQ(decoded.records[0].record.timestamp, 5555) << "every record has the append time";
  EXPECT_EQ(decoded.header.producer_epoch, ProducerEpoch{4});
  EXPECT_EQ(decoded.header.base_sequence, 100);
}

TEST(RecordBatches, SequencesWrapToZero) {
  constexpr auto largest = std::numeric_limits<std::int32_t>::max();

  EXPECT_EQ(sequence_after(5, 3), 8);
  EXPECT_EQ(sequence_after(largest, 0), largest);
  EXPECT_EQ(sequence_after(largest, 1), 0);
  EXPECT_EQ(sequence_after(largest - 1, 3), 1);
}

TEST(RecordBatches, CompactedBatchesMayBeEmpty) {
  auto batch = sample();
  batch.records.clear();

  const auto decoded = decode(encode(batch).value()).value();

  EXPECT_TRUE(decoded.records.empty());
  EXPECT_EQ(decoded.header.last_offset(), Offset{43});
}

TEST(RecordBatches, ControlRecordsNameTheirType) {
  Writer key;
  key.int16(0);
  key.int16(1);

  EXPECT_EQ(control_type({0, key.buffer(), Bytes{}, {}}), ControlType::commit);
  EXPECT_EQ(control_type({0, std::nullopt, std::nullopt, {}}), std::nullopt);
}

TEST(RecordBatches, OfACodecAreRefused) {
  auto batch = sample();
  batch.header.compression = Compression::lz4;
  EXPECT_TRUE(encode(batch).is(ErrorCode::unsupported_compression_type));

  auto bytes = encode(sample()).value();
  bytes[22] = std::byte{1};
  set_producer(bytes, ProducerId{9}, ProducerEpoch{1}, 7);  // a CRC that fits
  EXPECT_TRUE(decode(bytes).is(ErrorCode::unsupported_compression_type));
}

TEST(RecordBatches, OfOldMagicAreRefused) {
  auto bytes = encode(sample()).value();
  bytes[16] = std::byte{1};

  EXPECT_TRUE(decode(bytes).is(ErrorCode::unsupported_for_message_format));
}

TEST(RecordBatches, SplitLeavesOutTheCutOffLast) {
  const auto one = encode(sample()).value();
  Bytes data = one;
  data.insert(data.end(), one.begin(), one.end());
  data.insert(data.end(), one.begin(), one.end() - 3);

  const auto views = split(data).value();

  EXPECT_EQ(views.batches.size(), 2U);
  EXPECT_EQ(views.leftover, one.size() - 3);
}

TEST(RecordBatches, EveryFlippedBitInsideTheCrcIsFound) {
  const auto bytes = encode(sample()).value();
  for (std::size_t at = 17; at < bytes.size(); ++at) {
    auto flipped = bytes;
    flipped[at] ^= std::byte{0x10};

    EXPECT_TRUE(decode(flipped).is(ErrorCode::corrupt_message)) << "byte " << at;
    EXPECT_FALSE(has_valid_crc(flipped)) << "byte " << at;
  }
}

TEST(RecordBatches, EveryCutIsFound) {
  const auto bytes = encode(sample()).value();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_TRUE(decode(ByteView(bytes).first(size)).is(ErrorCode::corrupt_message)) << size;
  }
}

// Garbage with a right CRC reaches the records' parser, which must not trust a single length in it.
TEST(RecordBatches, GarbageRecordsNeverCrashAndSayWhere) {
  sim::Random random(11);
  for (int round = 0; round < 5000; ++round) {
    auto bytes = encode(sample()).value();
    const auto edits = 1 + random.next() % 6;
    for (std::uint64_t i = 0; i < edits; ++i) {
      const auto at = batch_header_bytes + random.next() % (bytes.size() - batch_header_bytes);
      bytes[at] = static_cast<std::byte>(random.next() % 256);
    }
    set_producer(bytes, ProducerId{9}, ProducerEpoch{1}, 7);
    const auto decoded = decode(bytes);
    if (!decoded) {
      EXPECT_FALSE(decoded.error().message.empty());
    }
  }
}

TEST(RecordBatches, GarbageHeadersNeverCrash) {
  sim::Random random(13);
  for (int round = 0; round < 5000; ++round) {
    Bytes bytes(random.next() % 120);
    for (auto& byte : bytes) byte = static_cast<std::byte>(random.next() % 256);
    if (bytes.size() > 16) bytes[16] = std::byte{2};
    EXPECT_FALSE(decode(bytes)) << "a CRC is not met by chance";
    if (const auto views = split(bytes); views) {
      EXPECT_LE(views->leftover, bytes.size());
    }
  }
}

TEST(RecordBatches, ARecordTakesTheBytesItSays) {
  for (const std::size_t size : {0U, 1U, 63U, 64U, 20000U}) {
    const Record one{7,
                     to_bytes(std::string(size, 'k')),
                     to_bytes(std::string(size, 'v')),
                     {{"h", std::nullopt}}};

    EXPECT_EQ(encode(make_batch({one})).value().size(),
              batch_header_bytes + record_bytes(one, 0, 7));
  }
}

}  // namespace
}  // namespace logquake::kafka::wire
