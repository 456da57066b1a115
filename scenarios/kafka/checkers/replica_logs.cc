#include "scenarios/kafka/checkers/replica_logs.h"

#include <algorithm>

namespace logquake::scenario {

void ReplicaLogs::on_fact(const sim::TraceEvent& event) {
  if (const auto* appended = event.as<kafka::BatchAppended>()) {
    append(*appended, event.id);
  } else if (const auto* truncated = event.as<kafka::LogTruncated>()) {
    truncate(partitions_[truncated->partition].replicas[truncated->broker], truncated->to);
  } else if (const auto* loaded = event.as<kafka::LogLoaded>()) {
    load(*loaded);
  } else if (const auto* moved = event.as<kafka::LogStartMoved>()) {
    auto& log = partitions_[moved->partition].replicas[moved->broker];
    log.start = std::max(log.start, moved->log_start);
    std::erase_if(log.batches,
                  [&](const auto& batch) { return batch.second.last_offset < log.start; });
  } else if (const auto* gone = event.as<kafka::ReplicaDeleted>()) {
    partitions_[gone->partition].replicas.erase(gone->broker);
  } else if (const auto* deleted = event.as<kafka::TopicDeleted>()) {
    const std::string prefix = deleted->topic + "-";
    std::erase_if(partitions_, [&](const auto& entry) {
      return entry.first.starts_with(prefix) && entry.first.rfind('-') + 1 == prefix.size();
    });
  }
}

void ReplicaLogs::append(const kafka::BatchAppended& fact, sim::EventId id) {
  auto& log = partitions_[fact.partition].replicas[fact.broker];
  log.batches[fact.base_offset] = {fact.last_offset, fact.epoch, fact.digest, id};
  log.end = fact.last_offset + 1;
}

void ReplicaLogs::truncate(ReplicaLog& log, kafka::Offset to) {
  log.batches.erase(log.batches.lower_bound(to), log.batches.end());
  log.end = std::min(log.end, to);
}

void ReplicaLogs::load(const kafka::LogLoaded& fact) {
  auto& log = partitions_[fact.partition].replicas[fact.broker];
  truncate(log, fact.log_end);
  log.end = fact.log_end;
  log.start = std::max(log.start, fact.log_start);
}

}  // namespace logquake::scenario
