// What a client knows of the cluster: brokers, topics, leaders. Pure; others fetch.
// Source: K-API-3a to 3e, K-CON-7.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "models/protocol/fetch.h"
#include "models/protocol/metadata.h"
#include "sim/network/connection.h"

namespace logquake::kafka {

class MetadataCache {
 public:
  /// Takes an answer in. A partition whose leader epoch is lower than one already seen for the same
  /// topic id keeps what is known (K-API-3e). Topics the answer calls unknown are forgotten.
  void update(const MetadataResponse& response);

  /// The leader and its epoch; nothing while there is none or the partition is unknown.
  std::optional<LeaderIdAndEpoch> leader(const TopicPartition& partition) const;
  /// The newest leader epoch seen, with or without a leader; -1 for none.
  LeaderEpoch leader_epoch(const TopicPartition& partition) const;
  /// The number of partitions; nothing for an unknown topic.
  std::optional<std::int32_t> partition_count(const std::string& topic) const;
  /// Every topic known, in order of names.
  std::vector<std::string> topics() const;
  /// What the last answer said of the topic: NONE, or why it is unusable.
  ErrorCode topic_error(const std::string& topic) const;
  std::optional<sim::Address> address(BrokerId broker) const;
  std::vector<BrokerId> brokers() const;
  BrokerId controller() const { return controller_; }
  /// Whether the last answer left a wanted topic without a leader somewhere, or with an error.
  bool is_incomplete(const std::set<std::string>& wanted) const;

 private:
  struct Partition {
    BrokerId leader = no_broker;
    LeaderEpoch epoch = no_leader_epoch;
  };
  struct Topic {
    Uuid id{};
    std::map<std::int32_t, Partition> partitions{};
  };

  std::map<BrokerId, sim::Address> brokers_;
  std::map<std::string, Topic> topics_;
  std::map<std::string, ErrorCode> errors_;
  BrokerId controller_ = no_broker;
};

}  // namespace logquake::kafka
