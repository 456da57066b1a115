// Creates topics: judges what is asked for, places the replicas, writes the znodes that the
// controller watches. Source: K-API-19, K-CTL-16, K-CTL-18.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/broker/config.h"
#include "models/broker/controller/zookeeper_store.h"
#include "models/protocol/admin.h"
#include "models/protocol/errors.h"
#include "sim/node.h"

namespace logquake::kafka {

/// A topic that has been (or, with validate_only, could be) created.
struct CreatedTopic {
  Uuid id;
  std::int32_t partitions = 0;
  std::int16_t replication_factor = 0;
};

/// INVALID_TOPIC_EXCEPTION with the reason, or nothing for a legal name. Source: K-API-19.
std::optional<std::string> reason_against_topic_name(std::string_view name);

class TopicCreation {
 public:
  TopicCreation(sim::Node& node, const BrokerConfig& config, ZookeeperStore& store);

  /// Blocks for ZooKeeper. Errors: those of K-API-19; UNKNOWN_SERVER_ERROR where ZooKeeper fails.
  Outcome<CreatedTopic> create(const CreatableTopic& wanted, bool validate_only);
  /// With the broker's defaults, or those of an internal topic. Errors: as create().
  Outcome<CreatedTopic> create_by_default(const std::string& topic);
  /// How many partitions the internal topic of the groups has, by this broker's configuration.
  CreatableTopic defaults_of(const std::string& topic) const;

 private:
  Outcome<CreatedTopic> create(const CreatableTopic& wanted, bool validate_only, bool automatic);
  Outcome<TopicAssignment> assign(const CreatableTopic& wanted, const std::vector<BrokerId>& live);
  Outcome<TopicAssignment> take_assignment(const CreatableTopic& wanted,
                                           const std::vector<BrokerId>& live) const;
  Outcome<TopicSettings> check_settings(const CreatableTopic& wanted) const;

  sim::Node& node_;
  const BrokerConfig& config_;
  ZookeeperStore& store_;
  sim::Random random_;
};

}  // namespace logquake::kafka
