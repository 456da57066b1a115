// The admin client, in blocking style. Source: K-API-19, K-API-20, K-API-3, K-API-32.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/client/config.h"
#include "models/protocol/errors.h"
#include "models/protocol/ids.h"
#include "sim/node.h"

namespace logquake::kafka {

struct NewTopic {
  std::string name{};
  std::int32_t partitions = -1;   // -1: the broker's default
  std::int16_t replication = -1;  // -1: the broker's default
  std::map<std::string, std::string> configs{};
};

struct TopicDescription {
  struct Partition {
    std::int32_t index = 0;
    BrokerId leader = no_broker;
    LeaderEpoch leader_epoch = no_leader_epoch;
    std::vector<BrokerId> replicas{};
    std::vector<BrokerId> isr{};
  };
  std::string name{};
  bool is_internal = false;
  std::vector<Partition> partitions{};
};

class AdminCore;

/// Asks and changes the cluster. Every call blocks, and retries what can be retried for at most
/// default.api.timeout.ms; then REQUEST_TIMED_OUT, and the outcome is unknown.
class Admin {
 public:
  /// Errors: INVALID_CONFIG.
  static Outcome<Admin> create(sim::Node& node, const Config& config);
  Admin(Admin&&) = default;
  Admin& operator=(Admin&&) = default;
  ~Admin();

  /// Errors: TOPIC_ALREADY_EXISTS, INVALID_REPLICATION_FACTOR, INVALID_TOPIC_EXCEPTION, ...
  /// (K-API-19).
  Outcome<> create_topic(const NewTopic& topic);
  /// Errors: UNKNOWN_TOPIC_OR_PARTITION, TOPIC_DELETION_DISABLED (K-API-20).
  Outcome<> delete_topic(const std::string& name);
  /// The names, internal topics included, in order.
  Outcome<std::vector<std::string>> list_topics();
  /// Errors: UNKNOWN_TOPIC_OR_PARTITION.
  Outcome<TopicDescription> describe_topic(const std::string& name);
  /// The topic's settings. Errors: UNKNOWN_TOPIC_OR_PARTITION.
  Outcome<std::map<std::string, std::string>> describe_topic_configs(const std::string& name);
  /// The brokers that are alive as far as one of them knows, in order.
  Outcome<std::vector<BrokerId>> brokers();
  /// The id that the cluster got when its first broker started.
  Outcome<std::string> cluster_id();

 private:
  explicit Admin(std::shared_ptr<AdminCore> core);
  std::shared_ptr<AdminCore> core_;
};

}  // namespace logquake::kafka
