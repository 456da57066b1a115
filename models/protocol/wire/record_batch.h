// The record batch of magic 2, byte for byte: what brokers store and clients send.
// Source: K-LOG-1 to K-LOG-10.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/protocol/errors.h"
#include "models/protocol/ids.h"
#include "models/protocol/record.h"
#include "sim/base/bytes.h"

namespace logquake::kafka::wire {

inline constexpr std::size_t batch_header_bytes = 61;  // K-LOG-1
inline constexpr std::size_t batch_prefix_bytes = 12;  // base offset and length

enum class Compression : std::uint8_t { none, gzip, snappy, lz4, zstd };
enum class TimestampType : std::uint8_t { create_time, log_append_time };

/// The fields of bytes 0 to 60. Cheap to read: neither the CRC nor the records are looked at.
struct BatchHeader {
  Offset base_offset{};
  std::int32_t batch_length = 0;  // bytes after this field
  LeaderEpoch partition_leader_epoch = no_leader_epoch;
  std::int8_t magic = 2;
  std::uint32_t crc = 0;
  Compression compression = Compression::none;
  TimestampType timestamp_type = TimestampType::create_time;
  bool is_transactional = false;
  bool is_control = false;
  bool has_delete_horizon = false;  // base_timestamp then holds the horizon (V>=3.1)
  std::int32_t last_offset_delta = 0;
  Timestamp base_timestamp = no_timestamp;
  Timestamp max_timestamp = no_timestamp;
  ProducerId producer_id = no_producer_id;
  ProducerEpoch producer_epoch = no_producer_epoch;
  std::int32_t base_sequence = no_sequence;
  std::int32_t record_count = 0;

  bool operator==(const BatchHeader&) const = default;
  /// Readers go on at last_offset() + 1 even where the last records are gone (K-LOG-6).
  Offset last_offset() const { return base_offset + last_offset_delta; }
  /// With wrap from 2^31-1 to 0 (K-LOG-7); -1 without a producer.
  std::int32_t last_sequence() const;
  bool has_producer() const { return producer_id >= ProducerId{0}; }
  std::size_t total_bytes() const {
    return batch_prefix_bytes + static_cast<std::size_t>(batch_length);
  }
};

/// A record with its place in the batch.
struct BatchRecord {
  std::int32_t offset_delta = 0;
  Record record{};
  bool operator==(const BatchRecord&) const = default;
};

/// A whole batch. `header` describes it; batch_length, crc and record_count are computed by
/// encode().
struct RecordBatch {
  BatchHeader header{};
  std::vector<BatchRecord> records{};
  bool operator==(const RecordBatch&) const = default;
};

/// The sequence `count` after `sequence`, in 0..2^31-1 with wrap. Source: K-LOG-7.
std::int32_t sequence_after(std::int32_t sequence, std::int32_t count);

/// What a producer hands over: the records in order with offset deltas 0, 1, 2...; base timestamp
/// is the first record's, max timestamp the largest. Base offset 0, epochs and producer absent.
RecordBatch make_batch(std::vector<Record> records);

/// A control batch of one record: type 0 is ABORT, 1 COMMIT (K-LOG-9).
enum class ControlType : std::int16_t { abort = 0, commit = 1, leader_change = 2 };
/// The type of a control record's key, or nothing where the key is none.
std::optional<ControlType> control_type(const Record& record);

/// The bytes of `batch`, with length, CRC and count computed.
/// Errors: UNSUPPORTED_COMPRESSION_TYPE (only `none` can be encoded).
Outcome<Bytes> encode(const RecordBatch& batch);

/// Reads the header at the front of `bytes`, which may be longer than the batch or end inside it.
/// Errors: CORRUPT_MESSAGE (fewer than 61 bytes, impossible length, count or delta),
/// UNSUPPORTED_FOR_MESSAGE_FORMAT (magic 0 or 1), CORRUPT_MESSAGE (any other magic).
Outcome<BatchHeader> read_header(ByteView bytes);

/// Whether the CRC of the batch at the front of `bytes` is right; false for bytes that are no whole
/// batch.
bool has_valid_crc(ByteView bytes);

/// The whole batch at the front of `bytes`: header, CRC and records are all verified.
/// Errors: those of read_header(); CORRUPT_MESSAGE (cut off, CRC, records that do not add up);
/// UNSUPPORTED_COMPRESSION_TYPE.
Outcome<RecordBatch> decode(ByteView bytes);

/// The whole batches in `bytes`, in order and borrowed, each with its header. A cut-off last batch
/// is left out (K-API-1a); `leftover` is how many bytes it takes. Errors: those of read_header(),
/// for the batch at which it fails.
struct BatchView {
  BatchHeader header{};
  ByteView bytes;
};
struct BatchViews {
  std::vector<BatchView> batches;
  std::size_t leftover = 0;
};
Outcome<BatchViews> split(ByteView bytes);

// The leader rewrites these in place; offset and epoch lie outside the CRC (K-LOG-2).
void set_base_offset(std::span<std::byte> batch, Offset base_offset);
void set_partition_leader_epoch(std::span<std::byte> batch, LeaderEpoch epoch);
/// Sets attribute bit 3 and the maximum, and computes the CRC anew.
void set_max_timestamp(std::span<std::byte> batch, TimestampType type, Timestamp max_timestamp);
/// Producer id, epoch and base sequence, and the CRC anew: what a producer does when it drains a
/// batch.
void set_producer(std::span<std::byte> batch, ProducerId id, ProducerEpoch epoch,
                  std::int32_t base_sequence);

/// The bytes that a record takes in a batch, its length included: what accumulators reckon with.
std::size_t record_bytes(const Record& record, std::int32_t offset_delta, Timestamp base_timestamp);

}  // namespace logquake::kafka::wire
