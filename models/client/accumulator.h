// What a producer holds: records gathered into batches, batches queued for partitions, sent,
// retried, split, expired. Pure: the carrier sends what is drained and tells what came of it.
// Source: K-PRD-10 to K-PRD-16, K-PRD-22.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/client/config.h"
#include "models/client/producer_batch.h"
#include "models/client/sequences.h"
#include "models/protocol/errors.h"
#include "sim/random.h"

namespace logquake::kafka {

/// A partition that some broker leads, and the epoch in which it does.
struct LedPartition {
  TopicPartition partition{};
  LeaderEpoch epoch = no_leader_epoch;
};

/// What has become of one send(). `offset` is -1 where the log has it but nobody knows at which
/// (acks 0, DUPLICATE_SEQUENCE_NUMBER).
struct SendDone {
  SendId send{};
  TopicPartition partition{};
  ErrorCode error{};
  std::string message{};
  Offset offset = no_offset;
  Timestamp timestamp = no_timestamp;
  bool is_indeterminate = false;  // failed, yet it may be in the log (K-PRD-16, K-ANO-21)
};

/// What follows from an answer or from the passing of time.
struct AccumulatorEffects {
  std::vector<SendDone> done{};
  std::vector<BatchId> retried{};
  bool refresh_metadata = false;
};

class Accumulator {
 public:
  Accumulator(const ProducerConfig& config, sim::Random random, Sequences sequences = Sequences())
      : config_(config), random_(random), sequences_(std::move(sequences)) {}

  /// Whether buffer.memory has room for `record`; if not, send() waits.
  bool has_room(const TopicPartition& partition, const Record& record) const;
  /// Puts a record into the newest batch of its partition or into a new one. There is room.
  void append(SendId send, const TopicPartition& partition, Record record, Instant now);

  /// When the broker that leads `led` has something to be sent; nothing while there is nothing.
  std::optional<Instant> ready_at(const std::vector<LedPartition>& led, Instant now) const;
  /// Takes what goes into one request: at most one batch a partition, up to max.request.size
  /// (K-PRD-12). The batches stay here until their fate is told.
  std::vector<BatchId> drain(BrokerId broker, const std::vector<LedPartition>& led, Instant now);
  const ProducerBatch* find(BatchId batch) const;

  /// The broker has appended the batch, or with acks 0 it was sent.
  AccumulatorEffects on_success(BatchId batch, Offset base_offset, Timestamp log_append_time);
  /// The broker refused the batch, or the connection broke (NETWORK_EXCEPTION, REQUEST_TIMED_OUT).
  AccumulatorEffects on_error(BatchId batch, ErrorCode error, Offset log_start_offset, Instant now);
  /// Gives up the batches whose delivery.timeout.ms is over (K-PRD-13).
  AccumulatorEffects expire(Instant now);
  /// When the next batch will expire.
  std::optional<Instant> next_expiry() const;
  /// Gives up everything: the producer was closed by force.
  AccumulatorEffects abort(ErrorCode error, const std::string& message);

  /// While flushing or closing, nothing lingers.
  void begin_flush() { ++flushes_; }
  void end_flush() { --flushes_; }
  bool is_empty() const { return batches_.empty(); }
  /// The partitions with queued batches.
  std::vector<TopicPartition> waiting() const;
  std::int64_t queued_batches(const TopicPartition& partition) const;
  /// A waiting send() makes everything ready (memory is exhausted).
  void set_exhausted(bool is_exhausted) { is_exhausted_ = is_exhausted; }

  bool needs_identity() const { return config_.enable_idempotence && sequences_.needs_identity(); }
  void set_identity(ProducerId id, ProducerEpoch epoch) {
    sequences_.set_identity(id, epoch, batches_);
  }
  const Sequences& sequences() const { return sequences_; }

 private:
  struct Queue {
    std::deque<BatchId> batches{};
    bool is_muted = false;  // max.in.flight 1: one batch at a time keeps the order
  };

  ProducerBatch& new_batch(const TopicPartition& partition, Instant created);
  bool backs_off(const ProducerBatch& batch, LeaderEpoch epoch, Instant now) const;
  void settle();
  void requeue(ProducerBatch& batch);
  void split(ProducerBatch& batch);
  void finish(BatchId batch);
  void fail(const ProducerBatch& batch, ErrorCode error, const std::string& message,
            AccumulatorEffects& effects);
  Duration backoff(std::int32_t attempts);

  ProducerConfig config_;
  sim::Random random_;
  Sequences sequences_;
  std::map<BatchId, ProducerBatch> batches_;
  std::map<TopicPartition, Queue> queues_;
  std::map<BrokerId, std::size_t> next_partition_;  // where the next drain begins
  BatchId next_batch_{1};
  std::int64_t used_ = 0;  // Invariant: the sum of what the batches reserved
  int flushes_ = 0;
  bool is_exhausted_ = false;
};

}  // namespace logquake::kafka
