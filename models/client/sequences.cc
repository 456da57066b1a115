#include "models/client/sequences.h"

#include <algorithm>
#include <limits>

#include "models/protocol/wire/record_batch.h"
#include "sim/base/check.h"

namespace logquake::kafka {
namespace {

std::int32_t last_sequence(const ProducerBatch& batch) {
  return wire::sequence_after(batch.base_sequence, batch.count() - 1);
}

}  // namespace

void Sequences::set_identity(ProducerId id, ProducerEpoch epoch, Batches& batches) {
  producer_id_ = id;
  producer_epoch_ = epoch;
  settle(batches);
}

bool Sequences::is_next(const Partition& partition, std::int32_t sequence) const {
  return partition.last_acknowledged == no_sequence
             ? sequence == 0
             : sequence == wire::sequence_after(partition.last_acknowledged, 1);
}

bool Sequences::is_stale(const Partition& partition) const {
  return partition.producer_id != no_producer_id &&
         (partition.producer_id != producer_id_ || partition.producer_epoch != producer_epoch_);
}

void Sequences::request_bump(const TopicPartition& partition) {
  is_bump_requested_ = true;
  to_restart_.insert(partition);
}

void Sequences::settle(Batches& batches) {
  for (auto& [name, partition] : partitions_) {
    if (!partition.is_unresolved || !partition.in_flight.empty()) continue;
    partition.is_unresolved = false;
    if (!is_next(partition, partition.next_sequence)) request_bump(name);
  }
  if (is_bump_requested_ && !needs_identity()) {
    is_bump_requested_ = false;
    if (producer_epoch_.value() == std::numeric_limits<std::int16_t>::max()) {
      producer_id_ = no_producer_id;  // exhausted: a new id at epoch 0 takes over
      producer_epoch_ = no_producer_epoch;
    } else {
      ++producer_epoch_;
    }
  }
  if (needs_identity()) return;
  for (const auto& name : to_restart_) restart(partitions_[name], batches);
  to_restart_.clear();
}

void Sequences::restart(Partition& partition, Batches& batches) {
  partition.producer_id = producer_id_;
  partition.producer_epoch = producer_epoch_;
  partition.last_acknowledged = no_sequence;
  partition.is_unresolved = false;
  partition.next_sequence = 0;
  for (const auto id : partition.in_flight) {
    auto& batch = batches.at(id);
    batch.producer_id = producer_id_;
    batch.producer_epoch = producer_epoch_;
    batch.base_sequence = partition.next_sequence;
    batch.was_renumbered = true;
    partition.next_sequence = wire::sequence_after(partition.next_sequence, batch.count());
  }
}

bool Sequences::may_send(const ProducerBatch& batch, const Batches& batches) const {
  if (needs_identity()) return false;
  const auto found = partitions_.find(batch.partition);
  if (found == partitions_.end()) return true;
  const auto& partition = found->second;
  if (!batch.has_sequence()) {
    // New numbers wait for the end of an old epoch and for sequences that may or may not be in the
    // log.
    return !partition.is_unresolved && !(is_stale(partition) && !partition.in_flight.empty());
  }
  return !partition.in_flight.empty() &&
         batches.at(partition.in_flight.front()).base_sequence == batch.base_sequence;
}

void Sequences::assign(ProducerBatch& batch, Batches& batches) {
  auto& partition = partitions_[batch.partition];
  if (partition.producer_id == no_producer_id ||
      (is_stale(partition) && partition.in_flight.empty())) {
    restart(partition, batches);
  }
  batch.producer_id = partition.producer_id;
  batch.producer_epoch = partition.producer_epoch;
  batch.base_sequence = partition.next_sequence;
  partition.next_sequence = wire::sequence_after(partition.next_sequence, batch.count());
  partition.in_flight.push_back(batch.id);
}

void Sequences::track(const ProducerBatch& batch, const Batches& batches) {
  auto& in_flight = partitions_[batch.partition].in_flight;
  const auto place = std::find_if(in_flight.begin(), in_flight.end(), [&](BatchId other) {
    return batches.at(other).base_sequence > batch.base_sequence;
  });
  in_flight.insert(place, batch.id);
}

void Sequences::on_acknowledged(const ProducerBatch& batch, Offset base_offset) {
  auto& partition = partitions_[batch.partition];
  const bool is_of_this_epoch = batch.producer_id == partition.producer_id &&
                                batch.producer_epoch == partition.producer_epoch;
  if (is_of_this_epoch && last_sequence(batch) > partition.last_acknowledged) {
    partition.last_acknowledged = last_sequence(batch);
  }
  if (base_offset >= Offset{0}) {
    partition.last_acknowledged_offset =
        std::max(partition.last_acknowledged_offset, base_offset + (batch.count() - 1));
  }
  forget(batch);
}

bool Sequences::may_retry(const ProducerBatch& batch, ErrorCode error, Offset log_start_offset) {
  const auto& partition = partitions_[batch.partition];
  if (error == ErrorCode::unknown_producer_id) {
    if (log_start_offset == no_offset || batch.was_renumbered) return true;
    request_bump(batch.partition);  // lost by retention or not: without transactions both end so
    return true;
  }
  if (error == ErrorCode::out_of_order_sequence_number) {
    const bool is_plain_retry = !partition.is_unresolved &&
                                (batch.was_renumbered || !is_next(partition, batch.base_sequence));
    if (!is_plain_retry) request_bump(batch.partition);
    return true;
  }
  const bool is_answer_lost =
      error == ErrorCode::network_exception || error == ErrorCode::request_timed_out;
  if (renumbers_after_lost_answer_ && is_answer_lost) request_bump(batch.partition);
  return is_retriable(error);
}

void Sequences::on_failed(const ProducerBatch& batch, ErrorCode error, bool was_rejected) {
  forget(batch);
  if (!batch.has_sequence()) return;
  if (was_rejected || error == ErrorCode::out_of_order_sequence_number ||
      error == ErrorCode::unknown_producer_id) {
    request_bump(batch.partition);
  }
}

void Sequences::forget(const ProducerBatch& batch) {
  auto& in_flight = partitions_[batch.partition].in_flight;
  in_flight.erase(std::remove(in_flight.begin(), in_flight.end(), batch.id), in_flight.end());
}

}  // namespace logquake::kafka
