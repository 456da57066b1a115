#include "models/connect/submitted_records.h"

#include <algorithm>

namespace logquake::connect {

SubmittedRecords::Id SubmittedRecords::submit(const Json& partition, const Json& offset) {
  const std::string text = to_json_text(partition);
  const auto [at, is_new] = queues_.try_emplace(text);
  if (is_new) at->second.partition = partition;
  const Id id = next_++;
  at->second.records.push_back({id, offset, false});
  partition_of_.emplace(id, text);
  ++in_flight_;
  return id;
}

SubmittedRecords::Submitted* SubmittedRecords::find(Id id, Queue** queue) {
  const auto text = partition_of_.find(id);
  if (text == partition_of_.end()) return nullptr;
  *queue = &queues_.at(text->second);
  auto& records = (*queue)->records;
  const auto at =
      std::lower_bound(records.begin(), records.end(), id,
                       [](const Submitted& record, Id wanted) { return record.id < wanted; });
  return at == records.end() || at->id != id ? nullptr : &*at;
}

void SubmittedRecords::acknowledge(Id id) {
  Queue* queue = nullptr;
  auto* record = find(id, &queue);
  if (record == nullptr || record->acknowledged) return;
  record->acknowledged = true;
  --in_flight_;
}

void SubmittedRecords::remove(Id id) {
  Queue* queue = nullptr;
  const auto* record = find(id, &queue);
  if (record == nullptr) return;
  if (!record->acknowledged) --in_flight_;
  std::erase_if(queue->records, [id](const Submitted& each) { return each.id == id; });
  partition_of_.erase(id);
}

std::vector<PartitionOffset> SubmittedRecords::take_committable() {
  std::vector<PartitionOffset> offsets;
  for (auto& [text, queue] : queues_) {
    bool any = false;
    Json last;
    while (!queue.records.empty() && queue.records.front().acknowledged) {
      last = std::move(queue.records.front().offset);
      any = true;
      partition_of_.erase(queue.records.front().id);
      queue.records.pop_front();
    }
    if (any) offsets.push_back({queue.partition, std::move(last)});
  }
  return offsets;
}

std::int64_t SubmittedRecords::held_back() const {
  return static_cast<std::int64_t>(partition_of_.size()) - in_flight_;
}

}  // namespace logquake::connect
