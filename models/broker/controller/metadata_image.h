// A broker's picture of the cluster: what the controller last told it. Stale pictures are normal.
// Source: K-CTL-12, K-API-3d.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "models/broker/controller/zookeeper_schema.h"
#include "models/protocol/control.h"
#include "models/protocol/ids.h"

namespace logquake::kafka {

/// Topics that belong to the brokers themselves. Source: K-LOG-16.
inline constexpr std::string_view offsets_topic = "__consumer_offsets";
inline constexpr std::string_view transactions_topic = "__transaction_state";
constexpr bool is_internal(std::string_view topic) {
  return topic == offsets_topic || topic == transactions_topic;
}

class MetadataImage {
 public:
  struct Partition {
    BrokerId leader = no_broker;
    LeaderEpoch leader_epoch = no_leader_epoch;
    std::vector<BrokerId> replicas;
    std::vector<BrokerId> isr;
    std::vector<BrokerId> offline;
  };
  struct Topic {
    Uuid id;
    std::map<std::int32_t, Partition> partitions;
  };

  /// Replaces the partitions named and all live brokers; a leader of -2 removes a partition.
  void apply(const UpdateMetadataRequest& request);

  /// Null where it is not known.
  const Partition* partition(const TopicPartition& partition) const;
  const Topic* topic(const std::string& topic) const;
  const std::map<std::string, Topic>& topics() const { return topics_; }
  /// Sorted.
  const std::vector<BrokerId>& live() const { return live_; }
  const std::map<BrokerId, BrokerEndpoint>& brokers() const { return brokers_; }
  bool is_alive(BrokerId broker) const { return brokers_.contains(broker); }
  /// Who told this last; -1 before anybody did.
  BrokerId controller() const { return controller_; }

 private:
  std::map<std::string, Topic> topics_;
  std::map<BrokerId, BrokerEndpoint> brokers_;
  std::vector<BrokerId> live_;
  BrokerId controller_ = no_broker;
};

}  // namespace logquake::kafka
