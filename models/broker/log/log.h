// The log of one partition: real record batches in segments on the broker's disk, with its leader
// epochs, its producers' state and its watermarks. Source: K-LOG, K-RET-1, K-REC.
//
// The log states broker.batch-appended, broker.log-loaded, broker.log-start-moved, and what is in
// storage_facts.h. broker.truncated and the high watermark's facts belong to the caller, who knows
// why.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/broker/config.h"
#include "models/broker/log/append_check.h"
#include "models/broker/log/leader_epochs.h"
#include "models/broker/log/log_directory.h"
#include "models/broker/log/producer_states.h"
#include "models/broker/log/segment.h"
#include "models/protocol/errors.h"
#include "models/protocol/ids.h"
#include "models/protocol/record.h"
#include "sim/schedule/sync.h"

namespace logquake::kafka {

/// What a leader's append came to.
struct Appended {
  Offset base_offset = no_offset;
  Offset last_offset = no_offset;        // acks=all waits until the high watermark is above it
  Timestamp append_time = no_timestamp;  // for the response: -1 with CreateTime
  bool is_duplicate = false;  // nothing was written: these are the first one's offsets (K-LOG-41)
};

/// What a read came to.
struct LogRead {
  RecordData records;             // whole batches, but for the last, which may be cut off
  bool first_was_larger = false;  // the first batch exceeds the limit and was returned whole
};

struct ReadLimits {
  std::int64_t max_bytes = 0;
  Offset upper;  // batches that reach this offset or beyond are not returned
  bool whole_first_batch =
      true;  // at least one batch, even if it is larger than max_bytes (K-API-1a)
};

struct TimestampedOffset {
  Offset offset = no_offset;
  Timestamp timestamp = no_timestamp;
  LeaderEpoch epoch = no_leader_epoch;
};

/// Where a log begins its life in this process: what the checkpoints say.
struct LogStart {
  std::optional<Offset> recovery_point{};  // missing: 0
  std::optional<Offset> high_watermark{};  // missing: the log's start (K-REC-5)
  std::optional<Offset> log_start{};       // missing: the first segment's base
  bool was_clean = false;                  // the last stop left its marker: trust what is there
};

/// Invariant: log_start() <= high_watermark() <= log_end() (K-LOG-30).
///
/// Changes to the log exclude one another and may block (a sync of the leader epoch file, of the
/// flush settings, a stalled disk); reads take one look and do not lock. An I/O error takes the
/// whole log directory offline: from then on every call answers KAFKA_STORAGE_ERROR (K-LOG-17).
class Log {
 public:
  /// Loads what is on disk (recovering it unless it was closed cleanly), or begins an empty log.
  /// Blocks. `directory` outlives the log. Errors: KAFKA_STORAGE_ERROR.
  static Outcome<std::unique_ptr<Log>> open(LogDirectory& directory, TopicPartition partition,
                                            const TopicConfig& config, const LogStart& start);
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  const TopicPartition& partition() const { return partition_; }
  const TopicConfig& config() const { return config_; }
  void set_config(const TopicConfig& config) { config_ = config; }

  Offset log_start() const { return log_start_; }
  Offset log_end() const { return log_end_; }
  Offset high_watermark() const { return high_watermark_; }
  /// min(high watermark, first unstable offset); without transactions the high watermark
  /// (K-LOG-31).
  Offset last_stable_offset() const { return high_watermark_; }
  /// Below it everything is known to be durable (K-REC-2).
  Offset recovery_point() const { return recovery_point_; }
  std::int64_t size_bytes() const;
  /// Grows with every change of what a reader may find: while it stays, so do bounds, epochs and
  /// batches.
  std::int64_t version() const { return version_; }

  // ---- writing ----

  /// Verifies a client's (or the group coordinator's) batch, gives it offsets, epoch and time, and
  /// appends it (K-LOG-13 to 18, 40 to 44). `records` are exactly one batch. May block.
  /// `epoch` is the leader's, begun with begin_epoch(). Errors: NOT_LEADER_OR_FOLLOWER where
  /// another epoch has begun meanwhile; those of the checks; KAFKA_STORAGE_ERROR.
  Result<Appended, AppendError> append_as_leader(const RecordData& records, LeaderEpoch epoch,
                                                 AppendOrigin origin = AppendOrigin::client);
  /// Appends a leader's batches as they are (K-REP-15); a cut-off last one is left out. May block.
  /// Returns the log end. Errors: CORRUPT_MESSAGE (CRC or structure; nothing of that batch or after
  /// it was appended), OFFSET_OUT_OF_RANGE (a base offset below the log end: unexpected append
  /// offset, K-REP-17), KAFKA_STORAGE_ERROR.
  Outcome<Offset> append_as_follower(const RecordData& records);
  /// A replica becomes leader in `epoch`: notes that the epoch starts at the log end, durably,
  /// before any append (K-LOG-61). Blocks. Returns the start offset. Errors: KAFKA_STORAGE_ERROR.
  Outcome<Offset> begin_epoch(LeaderEpoch epoch);

  // ---- watermarks ----

  /// Sets the high watermark, clamped to [log start, log end], and returns it (K-LOG-32). Leaders
  /// only ever raise it: raise_high_watermark().
  Offset set_high_watermark(Offset offset);
  /// Raises the high watermark; whether it moved.
  bool raise_high_watermark(Offset offset);
  /// Moves the log start up: a follower to its leader's, or on DeleteRecords (K-LOG-33); lower
  /// values change nothing. Errors: OFFSET_OUT_OF_RANGE (above the high watermark).
  Outcome<> raise_log_start(Offset offset);

  // ---- reading ----

  /// Batches from the one that holds `from` on. Does not block but for a stalled disk.
  /// Errors: OFFSET_OUT_OF_RANGE (outside [log start, log end]), KAFKA_STORAGE_ERROR.
  Outcome<LogRead> read(Offset from, const ReadLimits& limits) const;
  /// Bytes that a read from `from` up to `upper` could return: what minBytes is compared with.
  std::int64_t bytes_between(Offset from, Offset upper) const;
  /// Whether `offset` lies in an older segment than the one that is appended to (K-API-1e).
  bool is_in_older_segment(Offset offset) const;
  /// The first record at or above `timestamp` (K-API-2a), or nothing. Blocks as read() does.
  Outcome<std::optional<TimestampedOffset>> find_timestamp(Timestamp timestamp) const;
  /// The last offset of the batch that holds the largest timestamp, or nothing in an empty log.
  std::optional<TimestampedOffset> max_timestamp() const;

  // ---- epochs and truncation ----

  std::optional<LeaderEpoch> latest_epoch() const { return epochs_.latest(); }
  /// Where `epoch` ended here (K-LOG-62).
  EpochEnd end_offset_for(LeaderEpoch epoch) const {
    return epochs_.end_offset_for(epoch, log_end_);
  }
  /// The epoch of the record at `offset`, for ListOffsets.
  LeaderEpoch epoch_at(Offset offset) const { return epochs_.epoch_at(offset); }
  const std::vector<EpochStart>& epochs() const { return epochs_.entries(); }
  /// Cuts everything from `offset` on (K-REP-36); an offset at or above the log end only cuts
  /// epochs. Blocks. Errors: KAFKA_STORAGE_ERROR.
  Outcome<> truncate_to(Offset offset);
  /// Drops everything and begins again at `offset` (K-REP-35). Blocks. Errors: KAFKA_STORAGE_ERROR.
  Outcome<> restart_at(Offset offset);

  // ---- upkeep; the log manager calls these ----

  /// Syncs everything below the log end and moves the recovery point there. Blocks.
  Outcome<> flush();
  /// Syncs the older segments that rolling has left behind (K-LOG-24). Blocks.
  Outcome<> flush_rolled();
  bool has_rolled_unflushed() const { return recovery_point_ < active().base_offset(); }
  /// Flushes if flush.ms has passed since the last time. Blocks.
  Outcome<> flush_if_due();
  /// Deletes old segments by K-RET-1, at the node's wall clock; how many. May block.
  Outcome<int> apply_retention();
  void expire_producers(Duration expiration);
  /// Flushes and refuses everything from then on. Blocks.
  Outcome<> close();
  /// Renames the files out of the way; they vanish after file.delete.delay.ms (K-LOG-20).
  Outcome<> remove();

  const ProducerStates& producers() const { return producers_; }
  std::size_t segment_count() const { return segments_.size(); }

 private:
  using Segments = std::map<Offset, Segment>;
  Log(LogDirectory& directory, TopicPartition partition, const TopicConfig& config);

  const Segment& active() const { return segments_.rbegin()->second; }
  Segment& active() { return segments_.rbegin()->second; }
  Segments::const_iterator segment_of(Offset offset) const;

  // log_loading.cc
  Outcome<> load(const LogStart& start);
  Outcome<> open_segments(Offset first_base);
  Outcome<> load_epochs();
  Outcome<> scan_segments(const LogStart& start);
  Outcome<> cut_torn_tail(Segments::iterator torn, const SegmentScan& scan);

  // log.cc
  Result<Appended, AppendError> append_checked(ByteView records, const wire::BatchHeader& header,
                                               LeaderEpoch epoch);
  Outcome<> write(ByteView batch, const wire::BatchHeader& header, bool as_leader);
  bool needs_roll(const wire::BatchHeader& header) const;
  Outcome<> roll(Offset base_offset);
  Outcome<> flush_below(Offset offset);
  Outcome<> discard(const Segment& segment);
  Outcome<> rebuild_producers();
  Outcome<> restart_locked(Offset offset);
  Outcome<> save_epochs();
  Outcome<> move_log_start(Offset offset);
  Outcome<> check_usable() const;
  Error failed(std::string_view deed, const logquake::Error& error) const;
  sim::Node& node() const { return directory_.node(); }

  // log_retention.cc
  using Doomed = std::function<bool(const Segment& segment, const Segment* next)>;
  Outcome<int> delete_while(std::string_view why, const Doomed& doomed);

  LogDirectory& directory_;
  TopicPartition partition_;
  std::string folder_;
  TopicConfig config_;
  Segments segments_;  // Invariant: never empty once open; keys are the segments' base offsets
  LeaderEpochs epochs_;
  ProducerStates producers_;
  Offset log_start_;
  Offset log_end_;
  Offset high_watermark_;
  Offset recovery_point_;
  Instant last_flush_{};
  std::int64_t truncations_ = 0;  // a flush that straddles one must not move the recovery point
  std::int64_t version_ = 0;
  bool closed_ = false;
  sim::Mutex changing_;
};

}  // namespace logquake::kafka
