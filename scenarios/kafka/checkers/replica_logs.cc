#include "scenarios/kafka/checkers/replica_logs.h"

#include <algorithm>

#include "sim/base/format.h"

namespace logquake::scenario {

void ReplicaLogs::on_fact(const sim::TraceEvent& event) {
  if (const auto* appended = event.as<kafka::BatchAppended>()) {
    append(*appended, event.id);
  } else if (const auto* advanced = event.as<kafka::HighWatermarkAdvanced>()) {
    auto& highest = partitions_[advanced->partition].highest_watermark;
    highest = std::max(highest, advanced->offset);
  } else if (const auto* truncated = event.as<kafka::LogTruncated>()) {
    truncate(partitions_[truncated->partition].replicas[truncated->broker], truncated->to);
  } else if (const auto* loaded = event.as<kafka::LogLoaded>()) {
    load(*loaded);
  } else if (const auto* became = event.as<kafka::BecameLeader>()) {
    lead(became->partition, became->leader);
  } else if (const auto* elected = event.as<kafka::LeaderElected>()) {
    if (elected->unclean) {
      auto& logs = partitions_[elected->partition];
      logs.excuse = format("broker {} was elected although it was not in sync", elected->leader);
      logs.excuse_clause = "K-REP-41";
    }
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
  log.batches[fact.base_offset] = {fact.last_offset, fact.epoch, fact.digest, fact.producer_id, id};
  log.end = fact.last_offset + 1;
  if (log.end >= log.lost_up_to) log.lost_up_to = {};
}

void ReplicaLogs::truncate(ReplicaLog& log, kafka::Offset to) {
  log.batches.erase(log.batches.lower_bound(to), log.batches.end());
  log.end = std::min(log.end, to);
}

void ReplicaLogs::load(const kafka::LogLoaded& fact) {
  auto& logs = partitions_[fact.partition];
  auto& log = logs.replicas[fact.broker];
  const kafka::Offset promised = std::min(log.end, logs.highest_watermark);
  if (fact.log_end < promised) log.lost_up_to = std::max(log.lost_up_to, promised);
  truncate(log, fact.log_end);
  log.end = fact.log_end;
  log.start = std::max(log.start, fact.log_start);
}

void ReplicaLogs::lead(const std::string& partition, kafka::BrokerId leader) {
  auto& logs = partitions_[partition];
  const auto& log = logs.replicas[leader];
  if (log.lost_up_to == kafka::Offset{} || !logs.excuse.empty()) return;
  logs.excuse = format(
      "broker {} lost unsynced records below offset {} with its power and was elected before it "
      "had them again",
      leader, log.lost_up_to);
  logs.excuse_clause = "K-INV-1 (precondition: clean history under F3)";
}

}  // namespace logquake::scenario
