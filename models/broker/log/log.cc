#include "models/broker/log/log.h"

#include <algorithm>
#include <mutex>

#include "models/broker/facts.h"
#include "models/broker/log/checkpoints.h"
#include "models/broker/probes.h"
#include "models/broker/storage_facts.h"
#include "sim/base/format.h"

namespace logquake::kafka {
namespace {

AppendError append_error(const Error& error) { return {error.code, error.message, {}}; }

Bytes copy_of(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace

Log::Log(LogDirectory& directory, TopicPartition partition, const TopicConfig& config)
    : directory_(directory),
      partition_(std::move(partition)),
      folder_(directory.folder_of(partition_)),
      config_(config),
      changing_(directory.node(), "changes of a log") {}

Outcome<std::unique_ptr<Log>> Log::open(LogDirectory& directory, TopicPartition partition,
                                        const TopicConfig& config, const LogStart& start) {
  std::unique_ptr<Log> log(new Log(directory, std::move(partition), config));
  if (auto loaded = log->load(start); !loaded) return loaded.error();
  return log;
}

std::int64_t Log::size_bytes() const {
  std::int64_t bytes = 0;
  for (const auto& [base, segment] : segments_) bytes += segment.size_bytes();
  return bytes;
}

Log::Segments::const_iterator Log::segment_of(Offset offset) const {
  const auto after = segments_.upper_bound(offset);
  return after == segments_.begin() ? after : std::prev(after);
}

// ---- writing ----

Result<Appended, AppendError> Log::append_as_leader(const RecordData& records, LeaderEpoch epoch,
                                                    AppendOrigin origin) {
  const std::lock_guard lock(changing_);
  if (auto usable = check_usable(); !usable) return append_error(usable.error());
  auto header = check_batch(records.view(), config_, node().wall_clock(), origin);
  if (!header) return header.error();
  if (header->has_producer() && origin == AppendOrigin::client &&
      !directory_.defects().sequences_unchecked) {
    if (const auto known = producers_.find_duplicate(*header)) {
      node().probe(duplicate_recognised);
      node().record(DuplicateBatch{.broker = directory_.broker(),
                                   .partition = to_string(partition_),
                                   .producer_id = header->producer_id,
                                   .base_sequence = header->base_sequence,
                                   .base_offset = known->base_offset});
      return Appended{.base_offset = known->base_offset,
                      .last_offset = known->last_offset,
                      .append_time = config_.stamps_append_time() ? known->timestamp : no_timestamp,
                      .is_duplicate = true};
    }
    if (auto fits = producers_.check(*header); !fits) {
      node().probe(sequence_refused);
      return append_error(fits.error());
    }
  }
  node().yield(between_check_and_append);
  if (auto usable = check_usable(); !usable) return append_error(usable.error());
  if (epochs_.latest() != epoch) {
    return AppendError{ErrorCode::not_leader_or_follower,
                       logquake::format("append to {}: epoch {} is over", partition_, epoch),
                       {}};
  }
  return append_checked(records.view(), *header, epoch);
}

Result<Appended, AppendError> Log::append_checked(ByteView records, const wire::BatchHeader& header,
                                                  LeaderEpoch epoch) {
  Bytes batch = copy_of(records);
  wire::set_base_offset(batch, log_end_);
  wire::set_partition_leader_epoch(batch, epoch);
  Timestamp append_time = no_timestamp;
  if (config_.stamps_append_time()) {
    append_time = unix_milliseconds(node().wall_clock());
    wire::set_max_timestamp(batch, wire::TimestampType::log_append_time, append_time);
  } else if (wire::read_header(batch)->max_timestamp != header.max_timestamp) {
    wire::set_max_timestamp(batch, wire::TimestampType::create_time, header.max_timestamp);
  }
  const auto stored = wire::read_header(batch);
  if (auto written = write(batch, *stored, true); !written) return append_error(written.error());
  return Appended{.base_offset = stored->base_offset,
                  .last_offset = stored->last_offset(),
                  .append_time = append_time};
}

Outcome<Offset> Log::append_as_follower(const RecordData& records) {
  const std::lock_guard lock(changing_);
  if (auto usable = check_usable(); !usable) return usable.error();
  auto batches = wire::split(records.view());
  if (!batches) return Error{ErrorCode::corrupt_message, batches.error().message};
  Offset expected = log_end_;
  for (const auto& batch : batches->batches) {
    if (!wire::has_valid_crc(batch.bytes)) {
      return Error{ErrorCode::corrupt_message,
                   logquake::format("append to {}: a wrong checksum at offset {}", partition_,
                                    batch.header.base_offset)};
    }
    if (batch.header.base_offset < expected) {
      return Error{ErrorCode::offset_out_of_range,
                   logquake::format("append to {}: base offset {}, expected log end {} or more",
                                    partition_, batch.header.base_offset, expected)};
    }
    expected = batch.header.last_offset() + 1;
  }
  for (const auto& batch : batches->batches) {
    if (auto written = write(batch.bytes, batch.header, false); !written) return written.error();
  }
  return log_end_;
}

Outcome<> Log::write(ByteView batch, const wire::BatchHeader& header, bool as_leader) {
  if (needs_roll(header)) {
    if (auto rolled = roll(header.base_offset); !rolled) return rolled;
  }
  // The epoch is durable before its data can be seen (K-LOG-64).
  if (header.partition_leader_epoch >= LeaderEpoch{0} &&
      epochs_.assign(header.partition_leader_epoch, header.base_offset)) {
    ++version_;
    if (auto saved = save_epochs(); !saved) return saved;
    node().yield(between_epoch_file_and_append);
  }
  if (auto appended = active().append(batch, header, node().wall_clock()); !appended) {
    return failed("append", appended.error());
  }
  log_end_ = header.last_offset() + 1;
  ++version_;
  producers_.apply(header);
  node().record(BatchAppended{.partition = to_string(partition_),
                              .broker = directory_.broker(),
                              .as_leader = as_leader,
                              .epoch = header.partition_leader_epoch,
                              .base_offset = header.base_offset,
                              .last_offset = header.last_offset(),
                              .digest = header.crc,
                              .producer_id = header.producer_id,
                              .producer_epoch = header.producer_epoch,
                              .base_sequence = header.base_sequence});
  if (log_end_ - recovery_point_ >= config_.flush_messages) return flush_below(log_end_);
  return {};
}

bool Log::needs_roll(const wire::BatchHeader& header) const {
  const Segment& segment = active();
  if (segment.is_empty()) return false;
  const auto bytes = static_cast<std::int64_t>(header.total_bytes());
  if (segment.size_bytes() + bytes > config_.segment_bytes) return true;
  if (header.last_offset() - segment.base_offset() > std::numeric_limits<std::int32_t>::max())
    return true;
  Duration limit = config_.compacts() ? std::min(config_.segment_age, config_.max_compaction_lag)
                                      : config_.segment_age;
  if (limit == Duration::max()) return false;
  if (config_.segment_jitter > Duration::zero()) {
    auto jitter = node().random().split(
        logquake::format("segment-jitter/{}/{}", partition_, segment.base_offset()));
    limit -= jitter.between(Duration::zero(), std::min(config_.segment_jitter, limit));
  }
  const bool has_timestamps = segment.first_timestamp() >= 0;
  const Duration age =
      has_timestamps
          ? Duration(std::chrono::milliseconds(header.max_timestamp - segment.first_timestamp()))
          : node().wall_clock() - segment.created();
  return age > limit;
}

Outcome<> Log::roll(Offset base_offset) {
  auto segment = Segment::create(node().disk(), folder_, base_offset, node().wall_clock());
  if (!segment) return failed("roll", segment.error());
  segments_.insert_or_assign(base_offset, std::move(*segment));
  ++version_;
  node().probe(segment_rolled);
  node().record(SegmentRolled{.broker = directory_.broker(),
                              .partition = to_string(partition_),
                              .base_offset = base_offset});
  directory_.ask_for_flush(partition_);
  return {};
}

Outcome<Offset> Log::begin_epoch(LeaderEpoch epoch) {
  const std::lock_guard lock(changing_);
  if (auto usable = check_usable(); !usable) return usable.error();
  if (epochs_.assign(epoch, log_end_)) {
    ++version_;
    if (auto saved = save_epochs(); !saved) return saved.error();
  }
  return log_end_;
}

// ---- watermarks ----

Offset Log::set_high_watermark(Offset offset) {
  const Offset before = high_watermark_;
  high_watermark_ = std::clamp(offset, log_start_, log_end_);
  if (high_watermark_ != before) ++version_;
  return high_watermark_;
}

bool Log::raise_high_watermark(Offset offset) {
  const Offset before = high_watermark_;
  return set_high_watermark(std::max(offset, before)) > before;
}

Outcome<> Log::raise_log_start(Offset offset) {
  const std::lock_guard lock(changing_);
  if (auto usable = check_usable(); !usable) return usable;
  if (offset > high_watermark_) {
    return Error{ErrorCode::offset_out_of_range,
                 logquake::format("move the start of {} to {}: the high watermark is {}",
                                  partition_, offset, high_watermark_)};
  }
  return offset > log_start_ ? move_log_start(offset) : Outcome<>{};
}

Outcome<> Log::move_log_start(Offset offset) {
  log_start_ = offset;
  ++version_;
  node().record(LogStartMoved{.partition = to_string(partition_),
                              .broker = directory_.broker(),
                              .log_start = log_start_,
                              .high_watermark = high_watermark_});
  if (!epochs_.truncate_from_start(offset)) return {};
  ++version_;
  return save_epochs();
}

// ---- reading ----

Outcome<LogRead> Log::read(Offset from, const ReadLimits& limits) const {
  if (auto usable = check_usable(); !usable) return usable.error();
  if (from < log_start_ || from > log_end_) {
    return Error{ErrorCode::offset_out_of_range,
                 logquake::format("read {} at {}: it holds {} to {}", partition_, from, log_start_,
                                  log_end_)};
  }
  if (from >= limits.upper) return LogRead{};
  auto at = segment_of(from);
  while (at != segments_.end() && at->second.find(from) == nullptr) ++at;
  if (at == segments_.end()) return LogRead{};

  const BatchPlace* first = at->second.find(from);
  const BatchPlace* end = at->second.find(limits.upper);
  const std::int64_t until =
      end != nullptr ? end->position
                     : at->second.batches().back().position + at->second.batches().back().bytes;
  std::int64_t length =
      std::max<std::int64_t>(0, std::min(until - first->position, limits.max_bytes));
  const bool is_larger = first->bytes > limits.max_bytes && until > first->position;
  if (is_larger && limits.whole_first_batch) length = first->bytes;
  if (length == 0) return LogRead{};

  const sim::File file = at->second.file();  // the segment may go while a stalled disk answers
  auto bytes = file.read(first->position, length);
  if (!bytes) return failed("read", bytes.error());
  return LogRead{.records = RecordData(std::move(*bytes)),
                 .first_was_larger = is_larger && limits.whole_first_batch};
}

std::int64_t Log::bytes_between(Offset from, Offset upper) const {
  std::int64_t bytes = 0;
  for (auto at = segment_of(from); at != segments_.end() && at->first < upper; ++at) {
    const BatchPlace* first = at->second.find(from);
    if (first == nullptr) continue;
    const BatchPlace* end = at->second.find(upper);
    const BatchPlace& last = at->second.batches().back();
    bytes += (end != nullptr ? end->position : last.position + last.bytes) - first->position;
  }
  return bytes;
}

bool Log::is_in_older_segment(Offset offset) const { return offset < active().base_offset(); }

Outcome<std::optional<TimestampedOffset>> Log::find_timestamp(Timestamp timestamp) const {
  if (auto usable = check_usable(); !usable) return usable.error();
  for (const auto& [base, segment] : segments_) {
    const BatchPlace* place = segment.find_timestamp(timestamp);
    if (place == nullptr || place->last_offset < log_start_) continue;
    auto bytes = segment.read(place->position, place->bytes);
    if (!bytes) return failed("read", bytes.error());
    auto batch = wire::decode(*bytes);
    if (!batch) return batch.error();
    for (const auto& [delta, record] : batch->records) {
      const Offset offset = batch->header.base_offset + delta;
      const bool stamped = batch->header.timestamp_type == wire::TimestampType::log_append_time;
      const Timestamp found = stamped ? batch->header.max_timestamp : record.timestamp;
      if (found >= timestamp && offset >= log_start_) {
        return std::optional(
            TimestampedOffset{offset, found, batch->header.partition_leader_epoch});
      }
    }
    return std::optional<TimestampedOffset>{};
  }
  return std::optional<TimestampedOffset>{};
}

std::optional<TimestampedOffset> Log::max_timestamp() const {
  std::optional<TimestampedOffset> largest;
  for (const auto& [base, segment] : segments_) {
    for (const auto& place : segment.batches()) {
      if (largest && place.max_timestamp <= largest->timestamp) continue;
      largest = TimestampedOffset{place.last_offset, place.max_timestamp,
                                  epochs_.epoch_at(place.last_offset)};
    }
  }
  return largest;
}

// ---- truncation ----

Outcome<> Log::truncate_to(Offset offset) {
  const std::lock_guard lock(changing_);
  if (auto usable = check_usable(); !usable) return usable;
  if (offset < segments_.begin()->first) return restart_locked(offset);
  if (offset >= log_end_) {
    if (!epochs_.truncate_from_end(offset)) return {};
    ++version_;
    return save_epochs();
  }

  ++truncations_;
  while (active().base_offset() > offset) {
    if (auto gone = discard(active()); !gone) return gone;
    segments_.erase(std::prev(segments_.end()));
    ++version_;
  }
  // An offset inside a batch takes the whole batch with it: batches are never cut.
  const BatchPlace* first = active().find(offset);
  const Offset end = first == nullptr ? offset : std::min(offset, first->base_offset);
  if (first != nullptr) {
    if (auto cut = active().truncate(first->position, node().wall_clock()); !cut) {
      return failed("truncate", cut.error());
    }
    ++version_;
  }
  if (auto rebuilt = rebuild_producers(); !rebuilt) return rebuilt;
  epochs_.truncate_from_end(end);
  high_watermark_ = std::min(high_watermark_, end);
  log_start_ = std::min(log_start_, end);
  log_end_ = end;
  recovery_point_ = std::min(recovery_point_, end);
  ++version_;
  return save_epochs();
}

Outcome<> Log::rebuild_producers() {
  ProducerStates producers;
  for (auto& [base, segment] : segments_) {
    auto scan =
        segment.scan(false, [&](const wire::BatchHeader& header) { producers.apply(header); });
    if (!scan) return failed("read", scan.error());
  }
  producers_ = std::move(producers);
  return {};
}

Outcome<> Log::restart_at(Offset offset) {
  const std::lock_guard lock(changing_);
  if (auto usable = check_usable(); !usable) return usable;
  return restart_locked(offset);
}

Outcome<> Log::restart_locked(Offset offset) {
  ++truncations_;
  for (const auto& [base, segment] : segments_) {
    if (auto gone = discard(segment); !gone) return gone;
  }
  auto fresh = Segment::create(node().disk(), folder_, offset, node().wall_clock());
  if (!fresh) return failed("restart", fresh.error());
  segments_.clear();
  segments_.emplace(offset, std::move(*fresh));
  producers_.clear();
  epochs_.clear();
  log_start_ = high_watermark_ = log_end_ = offset;
  ++version_;
  recovery_point_ = std::min(recovery_point_, offset);
  return save_epochs();
}

// ---- upkeep ----

Outcome<> Log::flush_below(Offset offset) {
  if (offset <= recovery_point_) return {};
  const std::int64_t truncations = truncations_;
  std::vector<sim::File> files;
  for (auto at = segment_of(recovery_point_); at != segments_.end() && at->first < offset; ++at) {
    files.push_back(at->second.file());
  }
  for (auto& file : files) {
    if (auto synced = file.sync(); !synced) return failed("flush", synced.error());
  }
  node().yield(between_sync_and_recovery_point);
  if (truncations != truncations_) {
    node().probe(flush_straddled_truncation);
    return {};
  }
  last_flush_ = node().now();
  if (offset > recovery_point_) {
    recovery_point_ = offset;
    node().record(LogFlushed{.broker = directory_.broker(),
                             .partition = to_string(partition_),
                             .recovery_point = recovery_point_});
  }
  return {};
}

Outcome<> Log::flush() {
  if (auto usable = check_usable(); !usable) return usable;
  return flush_below(log_end_);
}

Outcome<> Log::flush_rolled() {
  if (auto usable = check_usable(); !usable) return usable;
  return flush_below(active().base_offset());
}

Outcome<> Log::flush_if_due() {
  if (config_.flush_interval == Duration::max() ||
      node().now() - last_flush_ < config_.flush_interval)
    return {};
  return flush();
}

void Log::expire_producers(Duration expiration) {
  producers_.expire(unix_milliseconds(node().wall_clock()), expiration);
}

Outcome<> Log::close() {
  const std::lock_guard lock(changing_);
  if (auto usable = check_usable(); !usable) return usable;
  auto flushed = flush_below(log_end_);
  closed_ = true;
  ++version_;
  return flushed;
}

Outcome<> Log::remove() {
  const std::lock_guard lock(changing_);
  if (auto usable = check_usable(); !usable) return usable;
  closed_ = true;
  ++version_;
  const auto high = node().random().next();
  const auto low = node().random().next();
  const std::string doomed = logquake::format("{}.{:016x}{:016x}-delete/", folder_, high, low);
  for (const auto& path : node().disk().list(folder_)) {
    const auto name = path.substr(path.rfind('/') + 1);
    if (auto moved = directory_.discard(path, doomed + name, config_.file_delete_delay); !moved) {
      return failed("remove", moved.error());
    }
  }
  return {};
}

Outcome<> Log::discard(const Segment& segment) {
  const std::string path = segment.path();
  if (auto status = directory_.discard(path, path + ".deleted", config_.file_delete_delay);
      !status) {
    return failed("delete a segment", status.error());
  }
  return {};
}

Outcome<> Log::save_epochs() {
  const std::string path = folder_ + "/" + std::string(leader_epoch_file);
  if (auto status = write_atomically(node(), path, epochs_.text()); !status) {
    return failed("write leader epochs", status.error());
  }
  return {};
}

Outcome<> Log::check_usable() const {
  if (!closed_ && !directory_.is_offline()) return {};
  return Error{ErrorCode::kafka_storage_error,
               logquake::format("{}: the log is {}", partition_, closed_ ? "closed" : "offline")};
}

Error Log::failed(std::string_view deed, const logquake::Error& error) const {
  directory_.fail(logquake::format("{} {}", deed, partition_), error);
  return Error{ErrorCode::kafka_storage_error,
               logquake::format("{} {}: {}", deed, partition_, to_string(error))};
}

}  // namespace logquake::kafka
