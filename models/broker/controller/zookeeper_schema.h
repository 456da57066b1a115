// What Kafka keeps in ZooKeeper: paths and the JSON in them, as brokers of 2.7 to 3.7 write it.
// Source: K-CTL-1, Z-KZ-1, Z-KZ-5, Z-KZ-9.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/protocol/ids.h"
#include "sim/base/time.h"

namespace logquake::kafka {

/// One partition's replicas, in order of preference.
using Replicas = std::vector<BrokerId>;

/// The content of a partition's state znode; `version` is the znode's own (the partition epoch).
struct LeaderAndIsr {
  BrokerId leader = no_broker;
  LeaderEpoch leader_epoch;
  std::vector<BrokerId> isr;
  ControllerEpoch controller_epoch;
  std::int32_t version = 0;
  bool operator==(const LeaderAndIsr&) const = default;
};

/// A broker as it registers.
struct BrokerEndpoint {
  std::string host;
  std::int32_t port = 0;
  bool operator==(const BrokerEndpoint&) const = default;
};

/// A topic's znode.
struct TopicAssignment {
  Uuid topic_id;
  std::map<std::int32_t, Replicas> partitions;
  bool operator==(const TopicAssignment&) const = default;
};

/// A block of producer ids, both ends included (K-API-22).
struct ProducerIdBlock {
  BrokerId broker;
  ProducerId first;
  ProducerId last;
  bool operator==(const ProducerIdBlock&) const = default;
};

namespace znode {

inline constexpr std::string_view controller = "/controller";
inline constexpr std::string_view controller_epoch = "/controller_epoch";
inline constexpr std::string_view brokers = "/brokers";
inline constexpr std::string_view broker_ids = "/brokers/ids";
inline constexpr std::string_view topics = "/brokers/topics";
inline constexpr std::string_view isr_changes = "/isr_change_notification";
inline constexpr std::string_view deleted_topics = "/admin/delete_topics";
inline constexpr std::string_view topic_configs = "/config/topics";
inline constexpr std::string_view config_changes = "/config/changes";
inline constexpr std::string_view cluster_id = "/cluster/id";
inline constexpr std::string_view producer_id_block = "/latest_producer_id_block";

/// Paths that every broker makes sure of when it starts, parents first.
std::vector<std::string> persistent_paths();

std::string broker(BrokerId id);
std::string topic(std::string_view topic);
std::string partitions_of(std::string_view topic);
std::string partition(const TopicPartition& partition);
std::string partition_state(const TopicPartition& partition);
std::string topic_config(std::string_view topic);
std::string deleted_topic(std::string_view topic);
std::string isr_change(std::string_view child);
/// The prefix of a sequential notification.
std::string new_isr_change();
std::string new_config_change();

// Contents, written and read. Reading answers nothing where the text is not what it should be.
std::string write_broker(const BrokerEndpoint& endpoint, WallTime now);
std::optional<BrokerEndpoint> read_broker(std::string_view text);
std::string write_controller(BrokerId id, WallTime now);
std::optional<BrokerId> read_controller(std::string_view text);
std::optional<ControllerEpoch> read_controller_epoch(std::string_view text);
std::string write_topic(const TopicAssignment& assignment);
std::optional<TopicAssignment> read_topic(std::string_view text);
std::string write_state(const LeaderAndIsr& state);
/// The version is the caller's to fill in.
std::optional<LeaderAndIsr> read_state(std::string_view text);
std::string write_isr_change(const std::vector<TopicPartition>& partitions);
std::vector<TopicPartition> read_isr_change(std::string_view text);
std::string write_config(const std::map<std::string, std::string>& config);
std::optional<std::map<std::string, std::string>> read_config(std::string_view text);
/// "topics/orders": whose settings have changed.
std::string write_config_change(std::string_view entity_path);
std::optional<std::string> read_config_change(std::string_view text);
std::string write_cluster_id(std::string_view id);
std::optional<std::string> read_cluster_id(std::string_view text);
std::string write_producer_ids(const ProducerIdBlock& block);
std::optional<ProducerIdBlock> read_producer_ids(std::string_view text);

/// 22 characters of URL-safe base64 without padding, as Kafka prints ids.
std::string base64_of(const Uuid& uuid);
std::optional<Uuid> uuid_of(std::string_view base64);

}  // namespace znode
}  // namespace logquake::kafka
