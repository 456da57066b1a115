#include "models/client/consumer_positions.h"

#include <algorithm>
#include <utility>

#include "models/protocol/wire/record_batch.h"
#include "sim/base/format.h"

namespace logquake::kafka {

ConsumerPositions::Partition* ConsumerPositions::find(const TopicPartition& name) {
  const auto found = partitions_.find(name);
  return found == partitions_.end() ? nullptr : &found->second;
}

void ConsumerPositions::assign(const std::vector<TopicPartition>& partitions) {
  std::map<TopicPartition, Partition> next;
  for (const auto& name : partitions) {
    auto* before = find(name);
    next[name] = before ? std::move(*before) : Partition{};
  }
  partitions_ = std::move(next);
}

std::vector<TopicPartition> ConsumerPositions::assigned() const {
  std::vector<TopicPartition> names;
  for (const auto& [name, partition] : partitions_) names.push_back(name);
  return names;
}

std::vector<TopicPartition> ConsumerPositions::in_phase(Phase phase) const {
  std::vector<TopicPartition> names;
  for (const auto& [name, partition] : partitions_) {
    if (partition.phase == phase) names.push_back(name);
  }
  return names;
}

std::optional<ReadPosition> ConsumerPositions::position(const TopicPartition& name) const {
  const auto found = partitions_.find(name);
  return found == partitions_.end() ? std::nullopt : found->second.position;
}

// A position with an epoch is validated before the first fetch.
void ConsumerPositions::place(const TopicPartition& name, ReadPosition position, std::string why) {
  auto& partition = partitions_.at(name);
  position.leader_epoch = partition.leader_epoch;
  const bool can_be_validated =
      position.offset_epoch != no_leader_epoch && position.leader_epoch != no_leader_epoch;
  partition.phase = can_be_validated ? Phase::needs_validation : Phase::fetching;
  partition.position = position;
  partition.buffer.clear();
  changes_.push_back({name, position.offset, std::move(why)});
}

void ConsumerPositions::reset_by_policy(const TopicPartition& name, Error error) {
  if (policy_ == OffsetReset::none) {
    error_ = std::move(error);
  } else {
    request_reset(name, policy_);
  }
}

void ConsumerPositions::on_committed(const TopicPartition& name,
                                     const std::optional<OffsetAndMetadata>& committed) {
  auto* partition = find(name);
  if (!partition || partition->phase != Phase::needs_committed) return;
  if (committed) {
    place(name, {committed->offset, committed->leader_epoch, no_leader_epoch}, "committed");
  } else {
    reset_by_policy(name,
                    {ErrorCode::offset_out_of_range,
                     format("Undefined offset with no reset policy for partitions: [{}]", name)});
  }
}

void ConsumerPositions::request_reset(const TopicPartition& name, OffsetReset policy) {
  auto* partition = find(name);
  if (!partition) return;
  partition->phase = Phase::needs_reset;
  partition->reset = policy;
  partition->buffer.clear();
}

void ConsumerPositions::on_reset(const TopicPartition& name, OffsetReset policy, Offset offset,
                                 LeaderEpoch epoch) {
  auto* partition = find(name);
  if (!partition || partition->phase != Phase::needs_reset || partition->reset != policy) return;
  place(name, {offset, epoch, no_leader_epoch}, std::string(name_of(policy)));
  partition->phase = Phase::fetching;  // the leader itself has just told it
}

void ConsumerPositions::seek(const TopicPartition& name, Offset offset) {
  if (find(name)) place(name, {offset, no_leader_epoch, no_leader_epoch}, "seek");
}

void ConsumerPositions::on_leader_epoch(const TopicPartition& name, LeaderEpoch epoch) {
  auto* partition = find(name);
  if (!partition || epoch <= partition->leader_epoch) return;
  partition->leader_epoch = epoch;
  if (!partition->position) return;
  partition->position->leader_epoch = epoch;
  if (partition->phase == Phase::fetching && partition->position->offset_epoch != no_leader_epoch) {
    partition->phase = Phase::needs_validation;
  }
}

void ConsumerPositions::on_epoch_end(const TopicPartition& name, const ReadPosition& asked,
                                     const EpochEndOffset& end) {
  auto* partition = find(name);
  if (!partition || partition->phase != Phase::needs_validation || partition->position != asked)
    return;
  if (end.epoch == no_leader_epoch || end.end_offset == no_offset) {
    reset_by_policy(
        name,
        {ErrorCode::offset_out_of_range,
         format("Detected log truncation for topic partition {} with diverging offset unknown",
                name)});
  } else if (end.end_offset < asked.offset) {
    if (policy_ == OffsetReset::none) {
      error_ =
          Error{ErrorCode::offset_out_of_range,
                format("Detected log truncation for topic partition {} with diverging offset {}",
                       name, end.end_offset)};
    } else {
      place(name, {end.end_offset, end.epoch, no_leader_epoch}, "truncation");
      partition->phase = Phase::fetching;
    }
  } else {
    partition->phase = Phase::fetching;
  }
}

std::vector<TopicPartition> ConsumerPositions::fetchable() const {
  std::vector<TopicPartition> names;
  for (const auto& [name, partition] : partitions_) {
    if (partition.phase == Phase::fetching && partition.buffer.empty()) names.push_back(name);
  }
  return names;
}

ConsumerPositions::FetchEffects ConsumerPositions::on_fetched(const TopicPartition& name,
                                                              Offset fetch_offset,
                                                              const FetchPartitionResult& result) {
  auto* partition = find(name);
  const bool is_current = partition && partition->phase == Phase::fetching &&
                          partition->buffer.empty() && partition->position->offset == fetch_offset;
  if (!is_current) return {};
  const auto code = result.error_code;
  if (code == ErrorCode::none) {
    fill(name, *partition, result.records.view());
    return {};
  }
  if (code == ErrorCode::offset_out_of_range) {
    reset_by_policy(name, {code, format("Fetch position {} is out of range for partition {}",
                                        fetch_offset, name)});
    return {};
  }
  if (is_retriable(code) && code != ErrorCode::corrupt_message) {
    // An unknown leader epoch means the broker is behind; the rest that we may be.
    return {code == ErrorCode::offset_not_available || refreshes_metadata(code), true};
  }
  error_ = Error{code, format("Fetch from {} at offset {}", name, fetch_offset)};
  return {false, true};
}

void ConsumerPositions::fill(const TopicPartition& name, Partition& partition, ByteView records) {
  const auto batches = wire::split(records);
  if (!batches) {
    error_ = Error{batches.error().code,
                   format("Record batch for partition {} at offset {} is invalid, cause: {}", name,
                          partition.position->offset, batches.error().message)};
    return;
  }
  std::deque<ConsumerRecord> buffer;
  auto next = *partition.position;
  for (const auto& view : batches->batches) {
    const auto batch = wire::decode(view.bytes);
    if (!batch) {
      // What came before it is handed over first; the next fetch meets it again.
      if (buffer.empty()) {
        error_ = Error{batch.error().code,
                       format("Record batch for partition {} at offset {} is invalid, cause: {}",
                              name, next.offset, batch.error().message)};
      }
      break;
    }
    for (const auto& element : batch->records) {
      const auto offset = batch->header.base_offset + element.offset_delta;
      if (offset < partition.position->offset || batch->header.is_control) continue;
      buffer.push_back({name, offset, batch->header.partition_leader_epoch, element.record});
    }
    if (batch->header.last_offset() + 1 > next.offset) {
      next.offset = batch->header.last_offset() + 1;
      next.offset_epoch = batch->header.partition_leader_epoch;
    }
  }
  partition.after_buffer = next;
  partition.buffer = std::move(buffer);
  if (partition.buffer.empty()) partition.position = next;
}

bool ConsumerPositions::has_records() const {
  return std::any_of(partitions_.begin(), partitions_.end(), [](const auto& each) {
    return each.second.phase == Phase::fetching && !each.second.buffer.empty();
  });
}

std::vector<ConsumerRecord> ConsumerPositions::take(std::int32_t most) {
  std::vector<ConsumerRecord> taken;
  std::vector<TopicPartition> order = assigned();
  if (last_taken_) {
    std::rotate(order.begin(), std::upper_bound(order.begin(), order.end(), *last_taken_),
                order.end());
  }
  for (const auto& name : order) {
    auto& partition = partitions_.at(name);
    if (partition.phase != Phase::fetching) continue;
    while (!partition.buffer.empty() && static_cast<std::int32_t>(taken.size()) < most) {
      auto record = std::move(partition.buffer.front());
      partition.buffer.pop_front();
      const auto leader_epoch = partition.position->leader_epoch;
      partition.position = ReadPosition{record.offset + 1, record.leader_epoch, leader_epoch};
      if (partition.buffer.empty()) {
        partition.position = partition.after_buffer;
        partition.position->leader_epoch = leader_epoch;
      }
      taken.push_back(std::move(record));
      last_taken_ = name;
    }
  }
  return taken;
}

Offsets ConsumerPositions::consumed() const {
  Offsets offsets;
  for (const auto& [name, partition] : partitions_) {
    // A position that awaits its reset is none: it would be committed as if it had been read.
    if (!partition.position || partition.phase == Phase::needs_reset) continue;
    offsets[name] = {partition.position->offset, partition.position->offset_epoch, ""};
  }
  return offsets;
}

std::optional<Error> ConsumerPositions::take_error() { return std::exchange(error_, std::nullopt); }

std::vector<PositionChange> ConsumerPositions::take_changes() {
  return std::exchange(changes_, {});
}

}  // namespace logquake::kafka
