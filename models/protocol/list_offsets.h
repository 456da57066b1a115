// ListOffsets: the offset for a timestamp, the earliest, the latest. Source: K-API-2a, 2b, K-MSG-2.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/protocol/api_key.h"
#include "models/protocol/errors.h"
#include "models/protocol/fetch.h"
#include "models/protocol/ids.h"
#include "models/protocol/record.h"
#include "models/protocol/versions.h"

namespace logquake::kafka {

// Timestamps with a meaning. Source: K-API-2a.
inline constexpr Timestamp latest_timestamp = -1;
inline constexpr Timestamp earliest_timestamp = -2;
inline constexpr Timestamp max_timestamp_timestamp = -3;

struct ListOffsetsPartition {
  std::int32_t partition_index = 0;
  LeaderEpoch current_leader_epoch = no_leader_epoch;
  Timestamp timestamp{};
  bool operator==(const ListOffsetsPartition&) const = default;
  template <class Io>
  void io(Io& io) {
    io("partition_index", partition_index);
    since(io, 4, "current_leader_epoch", current_leader_epoch);
    io("timestamp", timestamp);
  }
};

struct ListOffsetsTopic {
  std::string name{};
  std::vector<ListOffsetsPartition> partitions{};
  bool operator==(const ListOffsetsTopic&) const = default;
  template <class Io>
  void io(Io& io) {
    io("name", name);
    io("partitions", partitions);
  }
};

struct ListOffsetsResponse;

struct ListOffsetsRequest {
  static constexpr ApiKey api_key = ApiKey::list_offsets;
  using Response = ListOffsetsResponse;

  BrokerId replica_id = consumer_replica;
  IsolationLevel isolation_level = IsolationLevel::read_uncommitted;
  std::vector<ListOffsetsTopic> topics{};
  bool operator==(const ListOffsetsRequest&) const = default;
  template <class Io>
  void io(Io& io) {
    io("replica_id", replica_id);
    since(io, 2, "isolation_level", isolation_level);
    io("topics", topics);
  }
};

struct ListOffsetsPartitionResult {
  std::int32_t partition_index = 0;
  ErrorCode error_code{};
  Timestamp timestamp = no_timestamp;
  Offset offset = no_offset;
  LeaderEpoch leader_epoch = no_leader_epoch;
  bool operator==(const ListOffsetsPartitionResult&) const = default;
  template <class Io>
  void io(Io& io) {
    io("partition_index", partition_index);
    io("error_code", error_code);
    since(io, 1, "timestamp", timestamp);
    since(io, 1, "offset", offset);
    since(io, 4, "leader_epoch", leader_epoch);
  }
};

struct ListOffsetsTopicResult {
  std::string name{};
  std::vector<ListOffsetsPartitionResult> partitions{};
  bool operator==(const ListOffsetsTopicResult&) const = default;
  template <class Io>
  void io(Io& io) {
    io("name", name);
    io("partitions", partitions);
  }
};

struct ListOffsetsResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<ListOffsetsTopicResult> topics{};
  bool operator==(const ListOffsetsResponse&) const = default;
  template <class Io>
  void io(Io& io) {
    since(io, 2, "throttle_time_ms", throttle_time_ms);
    io("topics", topics);
  }
};

}  // namespace logquake::kafka
