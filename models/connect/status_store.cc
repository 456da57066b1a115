#include "models/connect/status_store.h"

#include <charconv>

#include "models/connect/facts.h"
#include "sim/base/format.h"

namespace logquake::connect {

StatusStore::StatusStore(sim::Node& node, TopicLog::Settings settings)
    : node_(node), log_(node, std::move(settings), [this](const kafka::ConsumerRecord& record) {
        read(record);
      }) {}

// C-STA-5.
void StatusStore::read(const kafka::ConsumerRecord& consumed) {
  const auto& record = consumed.record;
  if (!record.key) return;
  const std::string key(text_of(*record.key));
  const auto status = record.value ? parse_status(text_of(*record.value)) : std::nullopt;
  if (!status) {
    known_.erase(key);
    return;
  }
  const auto at = known_.find(key);
  const bool is_stale = at != known_.end() && at->second.worker_id != status->worker_id &&
                        status->generation < at->second.generation;
  if (!is_stale) known_[key] = *status;
}

void StatusStore::put(const std::string& key, const StatusRecord& record, bool safe) {
  if (const auto at = known_.find(key); safe && at != known_.end()) {
    const bool is_newer_elsewhere =
        at->second.worker_id != record.worker_id && at->second.generation > record.generation;
    if (is_newer_elsewhere) return;
  }
  if (record.state == RunState::destroyed) {
    known_.erase(key);
  } else {
    known_[key] = record;
  }
  StatusWritten fact;
  fact.key = key;
  fact.status = name_of(record.state);
  fact.worker = record.worker_id;
  fact.generation = record.generation;
  node_.record(fact);
  log_.send(key, status_value(record));
}

const StatusRecord* StatusStore::find(const std::string& key) const {
  const auto at = known_.find(key);
  return at == known_.end() ? nullptr : &at->second;
}

std::map<int, StatusRecord> StatusStore::tasks_of(std::string_view connector) const {
  std::map<int, StatusRecord> tasks;
  const std::string prefix = format("status-task-{}-", connector);
  for (auto at = known_.lower_bound(prefix); at != known_.end() && at->first.starts_with(prefix);
       ++at) {
    const std::string_view digits = std::string_view(at->first).substr(prefix.size());
    int task = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), task);
    if (failure == std::errc() && end == digits.data() + digits.size()) tasks[task] = at->second;
  }
  return tasks;
}

}  // namespace logquake::connect
