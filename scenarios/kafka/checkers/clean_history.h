// Whether the history of a partition is clean, or records may legally be gone from it
// (kafka.md 8.0, the rule for F3).
#pragma once

#include <map>
#include <set>
#include <string>

#include "models/broker/facts.h"
#include "sim/trace/fact.h"

namespace logquake::scenario {

class CleanHistory {
 public:
  /// Why records may be gone, and the clause.
  struct Excuse {
    std::string why;
    std::string clause;
  };

  void on_fact(const sim::TraceEvent& event);

  /// Null while the partition's history is clean.
  const Excuse* excuse(const std::string& partition) const;
  /// Whether the broker's log of the partition may hold a batch of the producer.
  bool may_know(const std::string& partition, kafka::BrokerId broker,
                kafka::ProducerId producer) const;

 private:
  struct Replica {
    kafka::Offset end{};
    /// Data below the high watermark that was here and is gone with a power loss: the offset up to
    /// which this replica must get before it is whole again; zero for none.
    kafka::Offset lost_up_to{};
    std::set<kafka::ProducerId> producers;
  };
  struct Partition {
    std::map<kafka::BrokerId, Replica> replicas;
    kafka::Offset highest_watermark{};  // ever exposed by a leader
    Excuse excuse;
  };
  void append(const kafka::BatchAppended& fact);
  void load(const kafka::LogLoaded& fact);
  void lead(const std::string& partition, kafka::BrokerId leader);

  std::map<std::string, Partition> partitions_;
};

}  // namespace logquake::scenario
