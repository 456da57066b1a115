// What every replica's log holds, as far as the facts tell: the ground that the checkers of
// replication stand on.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "models/broker/facts.h"
#include "sim/trace/fact.h"

namespace logquake::scenario {

/// One batch in some log.
struct LoggedBatch {
  kafka::Offset last_offset{};
  kafka::LeaderEpoch epoch{};
  std::uint32_t digest = 0;
  sim::EventId fact;  // that told of it
};

/// The batches of one replica, by base offset.
struct ReplicaLog {
  std::map<kafka::Offset, LoggedBatch> batches;
  kafka::Offset end{};
  kafka::Offset start{};
};

struct PartitionLogs {
  std::map<kafka::BrokerId, ReplicaLog> replicas;
};

class ReplicaLogs {
 public:
  /// What one fact changed in the model, for those who build on it.
  void on_fact(const sim::TraceEvent& event);

  const std::map<std::string, PartitionLogs>& partitions() const { return partitions_; }
  PartitionLogs& partition(const std::string& name) { return partitions_[name]; }

 private:
  void append(const kafka::BatchAppended& fact, sim::EventId id);
  void truncate(ReplicaLog& log, kafka::Offset to);
  void load(const kafka::LogLoaded& fact);

  std::map<std::string, PartitionLogs> partitions_;
};

}  // namespace logquake::scenario
