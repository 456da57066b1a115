// The cluster as its facts tell it: who leads, who is in sync, who controls, how far everybody has
// read. Settles the roles that faults name and tells what a healed cluster still waits for.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "models/broker/facts.h"
#include "sim/trace/fact.h"

namespace logquake::scenario {

class ClusterView {
 public:
  struct Partition {
    kafka::BrokerId leader{-1};
    kafka::LeaderEpoch epoch{-1};
    std::vector<kafka::BrokerId> isr;
    std::int32_t replicas = 0;
    kafka::Offset high_watermark{};
    kafka::Offset log_end{};
    // A leader took over with less than all had been given: some replicas' logs may part from its
    // own for good.
    bool has_lost_history = false;
  };

  void on_fact(const sim::TraceEvent& event);

  const std::map<std::string, Partition>& partitions() const { return partitions_; }
  std::optional<kafka::BrokerId> controller() const { return controller_; }
  /// The node of the ZooKeeper server that leads, or is alone; empty while there is none.
  const std::string& zookeeper_leader() const { return zookeeper_leader_; }
  std::optional<kafka::BrokerId> leader_of(const std::string& partition) const;
  /// Brokers that serve requests in their present life.
  const std::set<kafka::BrokerId>& serving() const { return serving_; }
  const std::set<std::string>& started_databases() const { return databases_; }  // their nodes

  /// K-INV-80: partitions without a leader, or whose ISR is not all its replicas, as far as those
  /// are not `gone`.
  /// What is wrong, by partition.
  std::map<std::string, std::string> unsettled_partitions(
      const std::set<kafka::BrokerId>& gone = {}) const;
  /// Whether each partition could go on without the brokers of `gone`: one of the others is in
  /// sync and serves, and `min_insync` replicas are left (K-REP-40).
  bool can_spare(const std::set<kafka::BrokerId>& gone, int min_insync) const;
  /// Whether the partition is the one of __consumer_offsets that the group's records live in.
  bool coordinates(const std::string& partition, const std::string& group) const;
  /// Partitions whose every replica in sync is in `gone`, and what their ISR is (K-REP-40).
  std::map<std::string, std::vector<kafka::BrokerId>> orphaned_by(
      const std::set<kafka::BrokerId>& gone) const;
  /// The next offset that `group` (or, without a group, the client) would read of each partition.
  kafka::Offset delivered(const std::string& group, const std::string& partition) const;

 private:
  std::int32_t replicas_of(const std::string& partition) const;

  std::map<std::string, Partition> partitions_;
  std::map<std::string, std::int32_t> replicas_;  // by topic
  std::map<std::pair<std::string, std::string>, kafka::Offset> delivered_;
  std::optional<kafka::BrokerId> controller_;
  std::set<kafka::BrokerId> serving_;
  std::set<std::string> databases_;
  std::string zookeeper_leader_;
};

/// "broker-2", and back from the name of a node.
std::string broker_node(kafka::BrokerId broker);
std::optional<kafka::BrokerId> broker_of_node(std::string_view node);

}  // namespace logquake::scenario
