// From the controller to the brokers, and back when one wants to leave. In ZooKeeper mode the ISR
// is written to ZooKeeper by the leader itself. Source: K-CTL, K-MSG-4 to 7.
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

struct LeaderAndIsrPartition {
  std::int32_t partition_index = 0;
  ControllerEpoch controller_epoch{};
  BrokerId leader = no_broker;
  LeaderEpoch leader_epoch{};
  std::vector<BrokerId> isr{};
  std::int32_t partition_epoch = 0;  // the version of the state's znode
  std::vector<BrokerId> replicas{};
  bool is_new = false;
  bool operator==(const LeaderAndIsrPartition&) const = default;
  template <class Io>
  void io(Io& io) {
    io("partition_index", partition_index);
    io("controller_epoch", controller_epoch);
    io("leader", leader);
    io("leader_epoch", leader_epoch);
    io("isr", isr);
    io("partition_epoch", partition_epoch);
    io("replicas", replicas);
    io("is_new", is_new);
  }
};

struct LeaderAndIsrTopic {
  std::string topic_name{};
  Uuid topic_id{};
  std::vector<LeaderAndIsrPartition> partition_states{};
  bool operator==(const LeaderAndIsrTopic&) const = default;
  template <class Io>
  void io(Io& io) {
    io("topic_name", topic_name);
    since(io, 5, "topic_id", topic_id);
    io("partition_states", partition_states);
  }
};

struct LiveLeader {
  BrokerId broker_id{};
  std::string host_name{};
  std::int32_t port = 0;
  bool operator==(const LiveLeader&) const = default;
  template <class Io>
  void io(Io& io) {
    io("broker_id", broker_id);
    io("host_name", host_name);
    io("port", port);
  }
};

struct LeaderAndIsrResponse;

/// Type 0: some partitions; 1: all that the broker has, the rest is to be deleted.
struct LeaderAndIsrRequest {
  static constexpr ApiKey api_key = ApiKey::leader_and_isr;
  using Response = LeaderAndIsrResponse;

  BrokerId controller_id{};
  ControllerEpoch controller_epoch{};
  BrokerEpoch broker_epoch = no_broker_epoch;
  std::int8_t type = 0;
  std::vector<LeaderAndIsrTopic> topic_states{};
  std::vector<LiveLeader> live_leaders{};
  bool operator==(const LeaderAndIsrRequest&) const = default;
  template <class Io>
  void io(Io& io) {
    io("controller_id", controller_id);
    io("controller_epoch", controller_epoch);
    since(io, 2, "broker_epoch", broker_epoch);
    since(io, 5, "type", type);
    since(io, 2, "topic_states", topic_states);
    io("live_leaders", live_leaders);
  }
};

struct PartitionError {
  std::string topic_name{};
  std::int32_t partition_index = 0;
  ErrorCode error_code{};
  bool operator==(const PartitionError&) const = default;
  template <class Io>
  void io(Io& io) {
    io("topic_name", topic_name);
    io("partition_index", partition_index);
    io("error_code", error_code);
  }
};

struct LeaderAndIsrResponse {
  ErrorCode error_code{};
  std::vector<PartitionError> partition_errors{};
  bool operator==(const LeaderAndIsrResponse&) const = default;
  template <class Io>
  void io(Io& io) {
    io("error_code", error_code);
    io("partition_errors", partition_errors);
  }
};

struct StopReplicaPartition {
  std::int32_t partition_index = 0;
  LeaderEpoch leader_epoch = no_leader_epoch;
  bool delete_partition = false;
  bool operator==(const StopReplicaPartition&) const = default;
  template <class Io>
  void io(Io& io) {
    io("partition_index", partition_index);
    io("leader_epoch", leader_epoch);
    io("delete_partition", delete_partition);
  }
};

struct StopReplicaTopic {
  std::string topic_name{};
  std::vector<StopReplicaPartition> partition_states{};
  bool operator==(const StopReplicaTopic&) const = default;
  template <class Io>
  void io(Io& io) {
    io("topic_name", topic_name);
    io("partition_states", partition_states);
  }
};

struct StopReplicaResponse;

struct StopReplicaRequest {
  static constexpr ApiKey api_key = ApiKey::stop_replica;
  using Response = StopReplicaResponse;

  BrokerId controller_id{};
  ControllerEpoch controller_epoch{};
  BrokerEpoch broker_epoch = no_broker_epoch;
  std::vector<StopReplicaTopic> topic_states{};
  bool operator==(const StopReplicaRequest&) const = default;
  template <class Io>
  void io(Io& io) {
    io("controller_id", controller_id);
    io("controller_epoch", controller_epoch);
    since(io, 1, "broker_epoch", broker_epoch);
    since(io, 3, "topic_states", topic_states);
  }
};

struct StopReplicaResponse {
  ErrorCode error_code{};
  std::vector<PartitionError> partition_errors{};
  bool operator==(const StopReplicaResponse&) const = default;
  template <class Io>
  void io(Io& io) {
    io("error_code", error_code);
    io("partition_errors", partition_errors);
  }
};

struct UpdateMetadataPartition {
  std::int32_t partition_index = 0;
  ControllerEpoch controller_epoch{};
  BrokerId leader = no_broker;  // -2 while the topic is being deleted
  LeaderEpoch leader_epoch{};
  std::vector<BrokerId> isr{};
  std::int32_t zk_version = 0;
  std::vector<BrokerId> replicas{};
  std::vector<BrokerId> offline_replicas{};
  bool operator==(const UpdateMetadataPartition&) const = default;
  template <class Io>
  void io(Io& io) {
    io("partition_index", partition_index);
    io("controller_epoch", controller_epoch);
    io("leader", leader);
    io("leader_epoch", leader_epoch);
    io("isr", isr);
    io("zk_version", zk_version);
    io("replicas", replicas);
    io("offline_replicas", offline_replicas);
  }
};

struct UpdateMetadataTopic {
  std::string topic_name{};
  Uuid topic_id{};
  std::vector<UpdateMetadataPartition> partition_states{};
  bool operator==(const UpdateMetadataTopic&) const = default;
  template <class Io>
  void io(Io& io) {
    io("topic_name", topic_name);
    since(io, 7, "topic_id", topic_id);
    io("partition_states", partition_states);
  }
};

struct UpdateMetadataEndpoint {
  std::int32_t port = 0;
  std::string host{};
  std::string listener{};
  std::int16_t security_protocol = 0;
  bool operator==(const UpdateMetadataEndpoint&) const = default;
  template <class Io>
  void io(Io& io) {
    io("port", port);
    io("host", host);
    since(io, 3, "listener", listener);
    io("security_protocol", security_protocol);
  }
};

struct UpdateMetadataBroker {
  BrokerId id{};
  std::vector<UpdateMetadataEndpoint> endpoints{};
  std::optional<std::string> rack{};
  bool operator==(const UpdateMetadataBroker&) const = default;
  template <class Io>
  void io(Io& io) {
    io("id", id);
    since(io, 1, "endpoints", endpoints);
    since(io, 2, "rack", rack);
  }
};

struct UpdateMetadataResponse;

struct UpdateMetadataRequest {
  static constexpr ApiKey api_key = ApiKey::update_metadata;
  using Response = UpdateMetadataResponse;

  BrokerId controller_id{};
  ControllerEpoch controller_epoch{};
  BrokerEpoch broker_epoch = no_broker_epoch;
  std::vector<UpdateMetadataTopic> topic_states{};
  std::vector<UpdateMetadataBroker> live_brokers{};
  bool operator==(const UpdateMetadataRequest&) const = default;
  template <class Io>
  void io(Io& io) {
    io("controller_id", controller_id);
    io("controller_epoch", controller_epoch);
    since(io, 5, "broker_epoch", broker_epoch);
    since(io, 5, "topic_states", topic_states);
    io("live_brokers", live_brokers);
  }
};

struct UpdateMetadataResponse {
  ErrorCode error_code{};
  bool operator==(const UpdateMetadataResponse&) const = default;
  template <class Io>
  void io(Io& io) {
    io("error_code", error_code);
  }
};

struct ControlledShutdownResponse;

struct ControlledShutdownRequest {
  static constexpr ApiKey api_key = ApiKey::controlled_shutdown;
  using Response = ControlledShutdownResponse;

  BrokerId broker_id{};
  BrokerEpoch broker_epoch = no_broker_epoch;
  bool operator==(const ControlledShutdownRequest&) const = default;
  template <class Io>
  void io(Io& io) {
    io("broker_id", broker_id);
    since(io, 2, "broker_epoch", broker_epoch);
  }
};

struct RemainingPartition {
  std::string topic_name{};
  std::int32_t partition_index = 0;
  bool operator==(const RemainingPartition&) const = default;
  template <class Io>
  void io(Io& io) {
    io("topic_name", topic_name);
    io("partition_index", partition_index);
  }
};

struct ControlledShutdownResponse {
  ErrorCode error_code{};
  std::vector<RemainingPartition> remaining_partitions{};
  bool operator==(const ControlledShutdownResponse&) const = default;
  template <class Io>
  void io(Io& io) {
    io("error_code", error_code);
    io("remaining_partitions", remaining_partitions);
  }
};

}  // namespace logquake::kafka
