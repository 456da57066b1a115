// Metadata: who is alive, who leads what. Source: K-API-3a to 3e, K-MSG-3.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/protocol/api_key.h"
#include "models/protocol/errors.h"
#include "models/protocol/ids.h"
#include "models/protocol/versions.h"

namespace logquake::kafka {

struct MetadataRequestTopic {
  std::string name{};
  bool operator==(const MetadataRequestTopic&) const = default;
  template <class Io>
  void io(Io& io) {
    io("name", name);
  }
};

struct MetadataResponse;

/// No list means all topics, an empty list none (v1+).
struct MetadataRequest {
  static constexpr ApiKey api_key = ApiKey::metadata;
  using Response = MetadataResponse;

  std::optional<std::vector<MetadataRequestTopic>> topics{};
  bool allow_auto_topic_creation = true;
  bool operator==(const MetadataRequest&) const = default;
  template <class Io>
  void io(Io& io) {
    io("topics", topics);
    since(io, 4, "allow_auto_topic_creation", allow_auto_topic_creation);
  }
};

struct MetadataBroker {
  BrokerId node_id{};
  std::string host{};
  std::int32_t port = 0;
  std::optional<std::string> rack{};
  bool operator==(const MetadataBroker&) const = default;
  template <class Io>
  void io(Io& io) {
    io("node_id", node_id);
    io("host", host);
    io("port", port);
    since(io, 1, "rack", rack);
  }
};

struct MetadataPartition {
  ErrorCode error_code{};
  std::int32_t partition_index = 0;
  BrokerId leader_id = no_broker;
  LeaderEpoch leader_epoch = no_leader_epoch;
  std::vector<BrokerId> replica_nodes{};
  std::vector<BrokerId> isr_nodes{};
  std::vector<BrokerId> offline_replicas{};
  bool operator==(const MetadataPartition&) const = default;
  template <class Io>
  void io(Io& io) {
    io("error_code", error_code);
    io("partition_index", partition_index);
    io("leader_id", leader_id);
    since(io, 7, "leader_epoch", leader_epoch);
    io("replica_nodes", replica_nodes);
    io("isr_nodes", isr_nodes);
    since(io, 5, "offline_replicas", offline_replicas);
  }
};

struct MetadataTopic {
  ErrorCode error_code{};
  std::string name{};
  Uuid topic_id{};
  bool is_internal = false;
  std::vector<MetadataPartition> partitions{};
  bool operator==(const MetadataTopic&) const = default;
  template <class Io>
  void io(Io& io) {
    io("error_code", error_code);
    io("name", name);
    since(io, 10, "topic_id", topic_id);
    since(io, 1, "is_internal", is_internal);
    io("partitions", partitions);
  }
};

struct MetadataResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<MetadataBroker> brokers{};
  std::optional<std::string> cluster_id{};
  BrokerId controller_id = no_broker;
  std::vector<MetadataTopic> topics{};
  bool operator==(const MetadataResponse&) const = default;
  template <class Io>
  void io(Io& io) {
    since(io, 3, "throttle_time_ms", throttle_time_ms);
    io("brokers", brokers);
    since(io, 2, "cluster_id", cluster_id);
    since(io, 1, "controller_id", controller_id);
    io("topics", topics);
  }
};

}  // namespace logquake::kafka
