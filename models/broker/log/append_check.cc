#include "models/broker/log/append_check.h"

#include <algorithm>

#include "sim/base/format.h"

namespace logquake::kafka {
namespace {

AppendError refused(ErrorCode code, std::string message) { return {code, std::move(message), {}}; }

/// K-LOG-13: one whole batch of magic 2 that begins at offset 0.
Result<wire::BatchHeader, AppendError> check_shape(ByteView records) {
  if (records.empty()) return refused(ErrorCode::invalid_record, "no batch");
  auto header = wire::read_header(records);
  if (!header) {
    const bool is_old = header.error().code == ErrorCode::unsupported_for_message_format;
    return refused(is_old ? ErrorCode::invalid_record : ErrorCode::corrupt_message,
                   header.error().message);
  }
  if (header->total_bytes() > records.size())
    return refused(ErrorCode::corrupt_message, "the batch is cut off");
  if (header->total_bytes() < records.size())
    return refused(ErrorCode::invalid_record, "more than one batch");
  if (header->base_offset != Offset{0}) {
    return refused(ErrorCode::invalid_record,
                   logquake::format("base offset {}, expected 0", header->base_offset));
  }
  return *header;
}

/// Whether `bound` lies less far from `now` than `timestamp`, which is `distance` milliseconds
/// away.
bool exceeds(std::int64_t distance, Duration bound) {
  return bound != Duration::max() &&
         distance > std::chrono::duration_cast<std::chrono::milliseconds>(bound).count();
}

class RecordCheck {
 public:
  RecordCheck(const TopicConfig& config, WallTime now)
      : config_(config), now_(unix_milliseconds(now)) {}

  void look_at(std::int32_t index, const Record& record) {
    largest_ = std::max(largest_, record.timestamp);
    if (config_.compacts() && !record.key) {
      refuse(ErrorCode::invalid_record, index, "a compacted topic needs a key");
      return;
    }
    if (config_.stamps_append_time() || record.timestamp == no_timestamp) return;
    if (exceeds(now_ - record.timestamp, config_.timestamp_before_max) ||
        exceeds(record.timestamp - now_, config_.timestamp_after_max)) {
      refuse(ErrorCode::invalid_timestamp, index,
             logquake::format("timestamp {} is out of range at {}", record.timestamp, now_));
    }
  }
  Timestamp largest_timestamp() const { return largest_; }
  bool found_any() const { return !error_.records.empty(); }
  AppendError error() && { return std::move(error_); }

 private:
  void refuse(ErrorCode code, std::int32_t index, std::string why) {
    // The whole batch is refused for timestamps as soon as one record is.
    if (error_.records.empty() || code == ErrorCode::invalid_timestamp) {
      error_.code = code;
      error_.message = "one or more records have been rejected";
    }
    error_.records.push_back({index, std::move(why)});
  }
  const TopicConfig& config_;
  std::int64_t now_;
  Timestamp largest_ = no_timestamp;
  AppendError error_;
};

}  // namespace

std::string to_string(const AppendError& error) {
  return to_string(Error{error.code, error.message});
}

Result<wire::BatchHeader, AppendError> check_batch(ByteView records, const TopicConfig& config,
                                                   WallTime now, AppendOrigin origin) {
  auto header = check_shape(records);
  if (!header) return header;
  const auto size = static_cast<std::int64_t>(records.size());
  if (size > config.max_message_bytes) {
    return refused(ErrorCode::message_too_large,
                   logquake::format("{} bytes, at most {}", size, config.max_message_bytes));
  }
  if (!wire::has_valid_crc(records))
    return refused(ErrorCode::corrupt_message, "the checksum is wrong");
  if (header->record_count <= 0 || header->record_count != header->last_offset_delta + 1) {
    return refused(ErrorCode::invalid_record,
                   logquake::format("{} records for a last offset delta of {}",
                                    header->record_count, header->last_offset_delta));
  }
  auto batch = wire::decode(records);
  if (!batch) {
    const bool no_codec = batch.error().code == ErrorCode::unsupported_compression_type;
    return refused(no_codec ? ErrorCode::unsupported_compression_type : ErrorCode::invalid_record,
                   batch.error().message);
  }
  if (header->is_control && origin == AppendOrigin::client) {
    return refused(ErrorCode::invalid_record, "a control batch from a client");
  }
  if (header->has_producer() && header->base_sequence < 0) {
    return refused(ErrorCode::invalid_record, "a producer without a sequence");
  }
  RecordCheck check(config, now);
  for (std::int32_t index = 0; const auto& record : batch->records)
    check.look_at(index++, record.record);
  header->max_timestamp = check.largest_timestamp();
  if (check.found_any()) return std::move(check).error();
  if (config.stamps_append_time() &&
      header->timestamp_type == wire::TimestampType::log_append_time) {
    return refused(ErrorCode::invalid_timestamp, "the producer claims the time of the append");
  }
  if (size > config.segment_bytes) {
    return refused(ErrorCode::record_list_too_large,
                   logquake::format("{} bytes, segments take {}", size, config.segment_bytes));
  }
  if (header->is_transactional) {
    // Without a transaction coordinator no transaction is ever open here (K-API-P4).
    return refused(ErrorCode::invalid_txn_state, "no transaction is open on this partition");
  }
  return header;
}

}  // namespace logquake::kafka
