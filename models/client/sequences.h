// The idempotent producer's sequence numbers: who has which, when they start anew. Pure.
// Source: K-PRD-20 to K-PRD-28; TransactionManager of the Java client 3.7 without transactions.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "models/client/producer_batch.h"
#include "models/protocol/errors.h"
#include "models/protocol/ids.h"

namespace logquake::kafka {

class Sequences {
 public:
  using Batches = std::map<BatchId, ProducerBatch>;

  explicit Sequences(bool renumbers_after_lost_answer = false)
      : renumbers_after_lost_answer_(renumbers_after_lost_answer) {}

  /// Whether an InitProducerId must come before the next batch.
  bool needs_identity() const { return producer_id_ == no_producer_id; }
  void set_identity(ProducerId id, ProducerEpoch epoch, Batches& batches);
  ProducerId producer_id() const { return producer_id_; }
  ProducerEpoch producer_epoch() const { return producer_epoch_; }

  /// Settles what could not be settled while batches were in flight: partitions with unresolved
  /// sequences, and epochs to bump (K-PRD-25, K-PRD-27). Asked before each drain.
  void settle(Batches& batches);

  /// Whether `batch`, the first of its queue, may be sent now (K-PRD-22).
  bool may_send(const ProducerBatch& batch, const Batches& batches) const;
  /// Numbers a batch that is sent for the first time.
  void assign(ProducerBatch& batch, Batches& batches);
  /// Tracks a piece of a split batch, which has its number already.
  void track(const ProducerBatch& batch, const Batches& batches);

  /// The batch is in the log.
  void on_acknowledged(const ProducerBatch& batch, Offset base_offset);
  /// Whether a batch that failed with `error` is sent again; may ask for a new epoch (K-PRD-24,
  /// K-PRD-26).
  bool may_retry(const ProducerBatch& batch, ErrorCode error, Offset log_start_offset);
  /// The batch is given up. `was_rejected`: the broker answered so, and its retries had not run
  /// out.
  void on_failed(const ProducerBatch& batch, ErrorCode error, bool was_rejected);
  /// The batch is replaced by its pieces.
  void forget(const ProducerBatch& batch);
  /// The batch expired and may be in the log (K-PRD-27).
  void mark_unresolved(const TopicPartition& partition) {
    partitions_[partition].is_unresolved = true;
  }

 private:
  struct Partition {
    ProducerId producer_id = no_producer_id;
    ProducerEpoch producer_epoch = no_producer_epoch;
    std::int32_t next_sequence = 0;
    std::int32_t last_acknowledged = no_sequence;
    Offset last_acknowledged_offset = no_offset;
    std::vector<BatchId> in_flight{};  // by sequence; those that wait for a retry included
    bool is_unresolved = false;
  };
  bool is_next(const Partition& partition, std::int32_t sequence) const;
  bool is_stale(const Partition& partition) const;
  void request_bump(const TopicPartition& partition);
  void restart(Partition& partition, Batches& batches);

  bool renumbers_after_lost_answer_;  // a defect
  ProducerId producer_id_ = no_producer_id;
  ProducerEpoch producer_epoch_ = no_producer_epoch;
  std::map<TopicPartition, Partition> partitions_;
  bool is_bump_requested_ = false;
  std::set<TopicPartition> to_restart_;
};

}  // namespace logquake::kafka
