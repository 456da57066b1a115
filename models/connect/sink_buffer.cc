#include "models/connect/sink_buffer.h"

#include <utility>

namespace logquake::connect {

SinkBuffer::Step SinkBuffer::decide(const SinkRecord& record) {
  Step step;
  bool schema_changed = false;
  if (!same_schema(key_schema_, record.key_schema)) {
    key_schema_ = record.key_schema;
    schema_changed = true;
  }
  if (record.value_schema == nullptr) {
    if (settings_.delete_enabled) deletes_in_batch_ = true;
  } else if (same_schema(value_schema_, record.value_schema)) {
    step.flush_before =
        settings_.delete_enabled && deletes_in_batch_ && settings_.flush_on_insert_after_delete;
  } else {
    value_schema_ = record.value_schema;
    schema_changed = true;
  }
  if (schema_changed || !prepared_) {
    step.flush_before = true;
    step.prepare = true;
    prepared_ = true;
  }
  step.flush_before = step.flush_before && !records_.empty();
  if (step.flush_before) deletes_in_batch_ = false;
  if (record.value.is_null() && settings_.delete_enabled) deletes_in_batch_ = true;
  const auto waiting = (step.flush_before ? 0 : records_.size()) + 1;
  step.flush_after = static_cast<int>(waiting) >= settings_.batch_size;
  return step;
}

std::vector<const SinkRecord*> SinkBuffer::take() {
  if (!records_.empty()) deletes_in_batch_ = false;
  return std::exchange(records_, {});
}

}  // namespace logquake::connect
