#include "models/broker/log/producer_states.h"

#include <algorithm>

#include "sim/base/format.h"

namespace logquake::kafka {

std::optional<AppendedBatch> ProducerStates::find_duplicate(const wire::BatchHeader& batch) const {
  const auto state = producers_.find(batch.producer_id);
  if (state == producers_.end() || state->second.epoch != batch.producer_epoch) return std::nullopt;
  for (const auto& known : state->second.batches) {
    if (known.base_sequence == batch.base_sequence && known.last_sequence == batch.last_sequence())
      return known;
  }
  return std::nullopt;
}

Outcome<> ProducerStates::check(const wire::BatchHeader& batch) const {
  if (!batch.has_producer()) return {};
  const auto found = producers_.find(batch.producer_id);
  if (found == producers_.end()) return {};  // V>=2.5: whatever comes first is accepted
  const ProducerState& state = found->second;
  if (batch.producer_epoch < state.epoch) {
    return Error{ErrorCode::invalid_producer_epoch,
                 logquake::format("producer {}: epoch {} is older than {}", batch.producer_id,
                                  batch.producer_epoch, state.epoch)};
  }
  const bool begins_anew = batch.producer_epoch > state.epoch || state.batches.empty();
  if (begins_anew && state.epoch == no_producer_epoch) return {};
  const std::int32_t expected =
      begins_anew ? 0 : wire::sequence_after(state.batches.back().last_sequence, 1);
  if (batch.base_sequence != expected) {
    return Error{
        ErrorCode::out_of_order_sequence_number,
        logquake::format("producer {} epoch {}: sequence {}, expected {}", batch.producer_id,
                         batch.producer_epoch, batch.base_sequence, expected)};
  }
  return {};
}

void ProducerStates::apply(const wire::BatchHeader& batch) {
  if (!batch.has_producer()) return;
  ProducerState& state = producers_[batch.producer_id];
  if (batch.producer_epoch != state.epoch) {
    state.epoch = batch.producer_epoch;
    state.batches.clear();
  }
  state.last_timestamp = batch.max_timestamp;
  if (batch.is_control) return;
  state.batches.push_back({.base_sequence = batch.base_sequence,
                           .last_sequence = batch.last_sequence(),
                           .base_offset = batch.base_offset,
                           .last_offset = batch.last_offset(),
                           .timestamp = batch.max_timestamp});
  if (state.batches.size() > ProducerState::window) state.batches.pop_front();
}

void ProducerStates::expire(Timestamp now, Duration expiration) {
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(expiration).count();
  std::erase_if(producers_, [&](const auto& entry) {
    return now - entry.second.last_timestamp >= milliseconds;
  });
}

}  // namespace logquake::kafka
