#include "models/client/accumulator.h"

#include <algorithm>
#include <utility>

#include "models/protocol/wire/record_batch.h"
#include "sim/base/check.h"
#include "sim/base/format.h"

namespace logquake::kafka {
namespace {

std::int64_t bytes_in_batch(const ProducerBatch& batch, const Record& record) {
  const auto base = batch.records.empty() ? record.timestamp : batch.records.front().timestamp;
  return static_cast<std::int64_t>(wire::record_bytes(record, batch.count(), base));
}

}  // namespace

bool Accumulator::has_room(const TopicPartition& partition, const Record& record) const {
  const auto queue = queues_.find(partition);
  if (queue != queues_.end() && !queue->second.batches.empty()) {
    const auto& last = batches_.at(queue->second.batches.back());
    if (!last.was_sent() && !last.is_full &&
        last.bytes + bytes_in_batch(last, record) <= config_.batch_size)
      return true;
  }
  const auto alone =
      static_cast<std::int64_t>(wire::batch_header_bytes) + bytes_in_batch({}, record);
  return used_ + std::max<std::int64_t>(config_.batch_size, alone) <= config_.buffer_memory;
}

ProducerBatch& Accumulator::new_batch(const TopicPartition& partition, Instant created) {
  const auto id = next_batch_;
  ++next_batch_;
  auto& batch = batches_[id];
  batch.id = id;
  batch.partition = partition;
  batch.created = created;
  batch.bytes = static_cast<std::int64_t>(wire::batch_header_bytes);
  return batch;
}

void Accumulator::append(SendId send, const TopicPartition& partition, Record record, Instant now) {
  auto& queue = queues_[partition].batches;
  auto* batch = queue.empty() ? nullptr : &batches_.at(queue.back());
  if (batch && (batch->was_sent() || batch->is_full)) batch = nullptr;
  if (batch && batch->bytes + bytes_in_batch(*batch, record) > config_.batch_size) {
    batch->is_full = true;
    batch = nullptr;
  }
  if (!batch) {
    batch = &new_batch(partition, now);
    queue.push_back(batch->id);
    const auto alone = batch->bytes + bytes_in_batch(*batch, record);
    batch->reserved = std::max<std::int64_t>(config_.batch_size, alone);
    used_ += batch->reserved;
  }
  batch->bytes += bytes_in_batch(*batch, record);
  batch->records.push_back(std::move(record));
  batch->sends.push_back(send);
  if (batch->bytes >= config_.batch_size) batch->is_full = true;
}

bool Accumulator::backs_off(const ProducerBatch& batch, LeaderEpoch epoch, Instant now) const {
  return batch.was_sent() && now < batch.not_before && epoch <= batch.sent_to_epoch;
}

std::optional<Instant> Accumulator::ready_at(const std::vector<LedPartition>& led,
                                             Instant now) const {
  std::optional<Instant> earliest;
  for (const auto& each : led) {
    const auto queue = queues_.find(each.partition);
    if (queue == queues_.end() || queue->second.batches.empty() || queue->second.is_muted) continue;
    const auto& first = batches_.at(queue->second.batches.front());
    const bool lingers = !first.was_sent() && !first.is_full && queue->second.batches.size() == 1 &&
                         flushes_ == 0 && !is_exhausted_;
    auto at = now;
    if (backs_off(first, each.epoch, now)) {
      at = first.not_before;
    } else if (config_.enable_idempotence && !sequences_.needs_identity() &&
               !sequences_.may_send(first, batches_)) {
      continue;  // an answer will bring it on
    } else if (lingers) {
      at = std::max(now, first.created + config_.linger);
    }
    if (!earliest || at < *earliest) earliest = at;
  }
  return earliest;
}

std::vector<BatchId> Accumulator::drain(BrokerId broker, const std::vector<LedPartition>& led,
                                        Instant now) {
  std::vector<BatchId> drained;
  settle();
  if (needs_identity() || led.empty()) return drained;
  auto& start = next_partition_[broker];
  std::int64_t size = 0;
  for (std::size_t i = 0; i < led.size(); ++i) {
    const auto at = (start + i) % led.size();
    const auto found = queues_.find(led[at].partition);
    if (found == queues_.end() || found->second.batches.empty() || found->second.is_muted) continue;
    auto& queue = found->second;
    auto& batch = batches_.at(queue.batches.front());
    if (backs_off(batch, led[at].epoch, now)) continue;
    if (size + batch.bytes > config_.max_request_size && !drained.empty()) {
      start = at;
      return drained;
    }
    if (config_.enable_idempotence) {
      if (!sequences_.may_send(batch, batches_)) continue;
      if (!batch.has_sequence()) sequences_.assign(batch, batches_);
    }
    queue.batches.pop_front();
    queue.is_muted = config_.max_in_flight == 1;
    batch.is_full = true;
    batch.is_on_the_wire = true;
    batch.sent_to_epoch = led[at].epoch;
    ++batch.attempts;
    size += batch.bytes;
    drained.push_back(batch.id);
  }
  start = (start + 1) % led.size();
  return drained;
}

const ProducerBatch* Accumulator::find(BatchId batch) const {
  const auto found = batches_.find(batch);
  return found == batches_.end() ? nullptr : &found->second;
}

AccumulatorEffects Accumulator::on_success(BatchId id, Offset base_offset,
                                           Timestamp log_append_time) {
  AccumulatorEffects effects;
  const auto* batch = find(id);
  if (!batch) return effects;  // it expired meanwhile
  if (config_.enable_idempotence) sequences_.on_acknowledged(*batch, base_offset);
  for (std::size_t i = 0; i < batch->sends.size(); ++i) {
    SendDone done{batch->sends[i], batch->partition};
    if (base_offset >= Offset{0}) done.offset = base_offset + static_cast<std::int64_t>(i);
    done.timestamp =
        log_append_time == no_timestamp ? batch->records[i].timestamp : log_append_time;
    effects.done.push_back(std::move(done));
  }
  finish(id);
  settle();
  return effects;
}

AccumulatorEffects Accumulator::on_error(BatchId id, ErrorCode error, Offset log_start_offset,
                                         Instant now) {
  const auto found = batches_.find(id);
  if (found == batches_.end()) return {};
  auto& batch = found->second;
  batch.is_on_the_wire = false;
  queues_[batch.partition].is_muted = false;
  if (error == ErrorCode::duplicate_sequence_number) return on_success(id, no_offset, no_timestamp);
  AccumulatorEffects effects;
  effects.refresh_metadata = refreshes_metadata(error);
  if (error == ErrorCode::message_too_large && batch.count() > 1) {
    split(batch);
    return effects;
  }
  const bool has_time =
      now - batch.created < config_.delivery_timeout && batch.attempts - 1 < config_.retries;
  const bool may_retry = config_.enable_idempotence
                             ? has_time && sequences_.may_retry(batch, error, log_start_offset)
                             : has_time && is_retriable(error);
  if (may_retry) {
    batch.not_before = now + backoff(batch.attempts);
    requeue(batch);
    effects.retried.push_back(id);
    settle();
    return effects;
  }
  const bool retries_left = batch.attempts - 1 < config_.retries;
  if (config_.enable_idempotence) sequences_.on_failed(batch, error, retries_left);
  fail(batch, error, format("{} record(s) for {}", batch.count(), batch.partition), effects);
  finish(id);
  settle();
  return effects;
}

void Accumulator::settle() {
  if (config_.enable_idempotence) sequences_.settle(batches_);
}

void Accumulator::requeue(ProducerBatch& batch) {
  auto& queue = queues_[batch.partition].batches;
  auto place = queue.begin();
  if (batch.has_sequence()) {
    place = std::find_if(queue.begin(), queue.end(), [&](BatchId other) {
      const auto& next = batches_.at(other);
      return !next.has_sequence() || next.base_sequence > batch.base_sequence;
    });
  }
  queue.insert(place, batch.id);
}

// The pieces take over the place, the age and, where it has them, the numbers of the whole. Source:
// K-PRD-14.
void Accumulator::split(ProducerBatch& batch) {
  const auto whole = batch;
  if (config_.enable_idempotence) sequences_.forget(whole);
  finish(whole.id);
  std::vector<ProducerBatch*> pieces;
  for (std::size_t i = 0; i < whole.records.size(); ++i) {
    auto* piece = pieces.empty() ? nullptr : pieces.back();
    if (!piece || piece->bytes + bytes_in_batch(*piece, whole.records[i]) > config_.batch_size) {
      piece = &new_batch(whole.partition, whole.created);
      piece->is_full = true;
      pieces.push_back(piece);
    }
    piece->bytes += bytes_in_batch(*piece, whole.records[i]);
    piece->records.push_back(whole.records[i]);
    piece->sends.push_back(whole.sends[i]);
  }
  auto sequence = whole.base_sequence;
  for (auto* piece : pieces) {
    piece->reserved = std::max<std::int64_t>(config_.batch_size, piece->bytes);
    used_ += piece->reserved;
    if (!whole.has_sequence()) continue;
    piece->producer_id = whole.producer_id;
    piece->producer_epoch = whole.producer_epoch;
    piece->base_sequence = sequence;
    sequence = wire::sequence_after(sequence, piece->count());
    sequences_.track(*piece, batches_);
  }
  for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece) {
    if (whole.has_sequence()) {
      requeue(**piece);
    } else {
      queues_[whole.partition].batches.push_front((*piece)->id);
    }
  }
}

void Accumulator::fail(const ProducerBatch& batch, ErrorCode error, const std::string& message,
                       AccumulatorEffects& effects) {
  // An answer that refuses before appending settles the matter only for the first attempt
  // (K-ANO-21).
  const bool may_be_in_the_log =
      batch.is_on_the_wire || batch.attempts > 1 || error == ErrorCode::network_exception ||
      error == ErrorCode::request_timed_out ||
      error == ErrorCode::not_enough_replicas_after_append ||
      error == ErrorCode::unknown_server_error || error == ErrorCode::not_leader_or_follower;
  for (const auto send : batch.sends) {
    SendDone done{send, batch.partition, error, message};
    done.is_indeterminate = batch.was_sent() && may_be_in_the_log;
    effects.done.push_back(std::move(done));
  }
}

void Accumulator::finish(BatchId id) {
  const auto found = batches_.find(id);
  auto& queue = queues_[found->second.partition];
  queue.batches.erase(std::remove(queue.batches.begin(), queue.batches.end(), id),
                      queue.batches.end());
  if (found->second.is_on_the_wire) queue.is_muted = false;
  used_ -= found->second.reserved;
  batches_.erase(found);
}

AccumulatorEffects Accumulator::expire(Instant now) {
  AccumulatorEffects effects;
  std::vector<BatchId> expired;
  for (const auto& [id, batch] : batches_) {
    if (now - batch.created >= config_.delivery_timeout) expired.push_back(id);
  }
  for (const auto id : expired) {
    const auto& batch = batches_.at(id);
    if (config_.enable_idempotence) {
      sequences_.forget(batch);
      if (batch.has_sequence()) sequences_.mark_unresolved(batch.partition);
    }
    const auto waited =
        std::chrono::duration_cast<std::chrono::milliseconds>(now - batch.created).count();
    fail(batch, ErrorCode::request_timed_out,
         format("Expiring {} record(s) for {}:{} ms has passed since batch creation", batch.count(),
                batch.partition, waited),
         effects);
    finish(id);
  }
  settle();
  return effects;
}

std::optional<Instant> Accumulator::next_expiry() const {
  std::optional<Instant> next;
  for (const auto& [id, batch] : batches_) {
    const auto at = batch.created + config_.delivery_timeout;
    if (!next || at < *next) next = at;
  }
  return next;
}

AccumulatorEffects Accumulator::abort(ErrorCode error, const std::string& message) {
  AccumulatorEffects effects;
  while (!batches_.empty()) {
    const auto& batch = batches_.begin()->second;
    if (config_.enable_idempotence) sequences_.forget(batch);
    fail(batch, error, message, effects);
    finish(batch.id);
  }
  return effects;
}

std::vector<TopicPartition> Accumulator::waiting() const {
  std::vector<TopicPartition> partitions;
  for (const auto& [partition, queue] : queues_) {
    if (!queue.batches.empty()) partitions.push_back(partition);
  }
  return partitions;
}

std::int64_t Accumulator::queued_batches(const TopicPartition& partition) const {
  const auto queue = queues_.find(partition);
  return queue == queues_.end() ? 0 : static_cast<std::int64_t>(queue->second.batches.size());
}

// 100 ms, doubled each time up to 1 s, 20 % more or less. Source: K-PRD-11.
Duration Accumulator::backoff(std::int32_t attempts) {
  auto wait = config_.client.retry_backoff;
  for (std::int32_t i = 1; i < attempts && wait < config_.client.retry_backoff_max; ++i) wait *= 2;
  const auto fifth = wait / 5;
  wait += random_.between(-fifth, fifth);
  return std::min(wait, config_.client.retry_backoff_max);
}

}  // namespace logquake::kafka
