// OffsetForLeaderEpoch: where an epoch ended in the leader's log. Source: K-API-23, K-LOG-62,
// K-MSG-23.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/protocol/api_key.h"
#include "models/protocol/errors.h"
#include "models/protocol/ids.h"
#include "models/protocol/versions.h"

namespace logquake::kafka {

struct OffsetForLeaderPartition {
  std::int32_t partition = 0;
  LeaderEpoch current_leader_epoch = no_leader_epoch;  // for fencing
  LeaderEpoch leader_epoch{};
  bool operator==(const OffsetForLeaderPartition&) const = default;
  template <class Io>
  void io(Io& io) {
    io("partition", partition);
    since(io, 2, "current_leader_epoch", current_leader_epoch);
    io("leader_epoch", leader_epoch);
  }
};

struct OffsetForLeaderTopic {
  std::string topic{};
  std::vector<OffsetForLeaderPartition> partitions{};
  bool operator==(const OffsetForLeaderTopic&) const = default;
  template <class Io>
  void io(Io& io) {
    io("topic", topic);
    io("partitions", partitions);
  }
};

struct OffsetForLeaderEpochResponse;

struct OffsetForLeaderEpochRequest {
  static constexpr ApiKey api_key = ApiKey::offset_for_leader_epoch;
  using Response = OffsetForLeaderEpochResponse;

  BrokerId replica_id = consumer_replica;
  std::vector<OffsetForLeaderTopic> topics{};
  bool operator==(const OffsetForLeaderEpochRequest&) const = default;
  template <class Io>
  void io(Io& io) {
    since(io, 3, "replica_id", replica_id);
    io("topics", topics);
  }
};

/// Epoch and offset are -1 where the leader knows nothing of the epoch.
struct OffsetForLeaderPartitionResult {
  ErrorCode error_code{};
  std::int32_t partition = 0;
  LeaderEpoch leader_epoch = no_leader_epoch;
  Offset end_offset = no_offset;
  bool operator==(const OffsetForLeaderPartitionResult&) const = default;
  template <class Io>
  void io(Io& io) {
    io("error_code", error_code);
    io("partition", partition);
    since(io, 1, "leader_epoch", leader_epoch);
    io("end_offset", end_offset);
  }
};

struct OffsetForLeaderTopicResult {
  std::string topic{};
  std::vector<OffsetForLeaderPartitionResult> partitions{};
  bool operator==(const OffsetForLeaderTopicResult&) const = default;
  template <class Io>
  void io(Io& io) {
    io("topic", topic);
    io("partitions", partitions);
  }
};

struct OffsetForLeaderEpochResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<OffsetForLeaderTopicResult> topics{};
  bool operator==(const OffsetForLeaderEpochResponse&) const = default;
  template <class Io>
  void io(Io& io) {
    since(io, 2, "throttle_time_ms", throttle_time_ms);
    io("topics", topics);
  }
};

}  // namespace logquake::kafka
