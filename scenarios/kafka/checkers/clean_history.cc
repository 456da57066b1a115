#include "scenarios/kafka/checkers/clean_history.h"

#include <algorithm>

#include "sim/base/format.h"

namespace logquake::scenario {

void CleanHistory::on_fact(const sim::TraceEvent& event) {
  if (const auto* appended = event.as<kafka::BatchAppended>()) {
    append(*appended);
  } else if (const auto* advanced = event.as<kafka::HighWatermarkAdvanced>()) {
    auto& highest = partitions_[advanced->partition].highest_watermark;
    highest = std::max(highest, advanced->offset);
  } else if (const auto* truncated = event.as<kafka::LogTruncated>()) {
    auto& replica = partitions_[truncated->partition].replicas[truncated->broker];
    replica.end = std::min(replica.end, truncated->to);
    replica.producers.clear();  // perhaps theirs was what was cut off
  } else if (const auto* loaded = event.as<kafka::LogLoaded>()) {
    load(*loaded);
  } else if (const auto* became = event.as<kafka::BecameLeader>()) {
    lead(became->partition, became->leader);
  } else if (const auto* elected = event.as<kafka::LeaderElected>()) {
    if (elected->unclean) {
      partitions_[elected->partition].excuse = {
          format("broker {} was elected although it was not in sync", elected->leader), "K-REP-41"};
    }
  } else if (const auto* gone = event.as<kafka::ReplicaDeleted>()) {
    partitions_[gone->partition].replicas.erase(gone->broker);
  } else if (const auto* deleted = event.as<kafka::TopicDeleted>()) {
    const std::string prefix = deleted->topic + "-";
    std::erase_if(partitions_, [&](const auto& entry) {
      return entry.first.starts_with(prefix) && entry.first.rfind('-') + 1 == prefix.size();
    });
  }
}

const CleanHistory::Excuse* CleanHistory::excuse(const std::string& partition) const {
  const auto found = partitions_.find(partition);
  if (found == partitions_.end() || found->second.excuse.why.empty()) return nullptr;
  return &found->second.excuse;
}

bool CleanHistory::may_know(const std::string& partition, kafka::BrokerId broker,
                            kafka::ProducerId producer) const {
  const auto found = partitions_.find(partition);
  if (found == partitions_.end()) return false;
  const auto replica = found->second.replicas.find(broker);
  return replica != found->second.replicas.end() && replica->second.producers.contains(producer);
}

void CleanHistory::append(const kafka::BatchAppended& fact) {
  auto& replica = partitions_[fact.partition].replicas[fact.broker];
  replica.end = fact.last_offset + 1;
  if (replica.end >= replica.lost_up_to) replica.lost_up_to = {};
  if (fact.base_sequence >= 0) replica.producers.insert(fact.producer_id);
}

void CleanHistory::load(const kafka::LogLoaded& fact) {
  auto& partition = partitions_[fact.partition];
  auto& replica = partition.replicas[fact.broker];
  const kafka::Offset promised = std::min(replica.end, partition.highest_watermark);
  if (fact.log_end < promised) replica.lost_up_to = std::max(replica.lost_up_to, promised);
  if (fact.log_end < replica.end) replica.producers.clear();
  replica.end = fact.log_end;
}

void CleanHistory::lead(const std::string& name, kafka::BrokerId leader) {
  auto& partition = partitions_[name];
  const auto& replica = partition.replicas[leader];
  if (replica.lost_up_to == kafka::Offset{} || !partition.excuse.why.empty()) return;
  partition.excuse = {
      format("broker {} lost unsynced records below offset {} with its power and was elected "
             "before it had them again",
             leader, replica.lost_up_to),
      "K-INV-1 (precondition: clean history under F3)"};
}

}  // namespace logquake::scenario
