// Committing and fetching a group's offsets. Source: K-API-8, K-API-9, K-MSG-8, K-MSG-9.
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

struct OffsetCommitPartition {
  std::int32_t partition_index = 0;
  Offset committed_offset{};
  LeaderEpoch committed_leader_epoch = no_leader_epoch;
  std::optional<std::string> committed_metadata{};
  bool operator==(const OffsetCommitPartition&) const = default;
  template <class Io>
  void io(Io& io) {
    io("partition_index", partition_index);
    io("committed_offset", committed_offset);
    since(io, 6, "committed_leader_epoch", committed_leader_epoch);
    io("committed_metadata", committed_metadata);
  }
};

struct OffsetCommitTopic {
  std::string name{};
  std::vector<OffsetCommitPartition> partitions{};
  bool operator==(const OffsetCommitTopic&) const = default;
  template <class Io>
  void io(Io& io) {
    io("name", name);
    io("partitions", partitions);
  }
};

struct OffsetCommitResponse;

/// Generation -1 with an empty member id is the form of consumers without a group (K-API-8).
struct OffsetCommitRequest {
  static constexpr ApiKey api_key = ApiKey::offset_commit;
  using Response = OffsetCommitResponse;

  std::string group_id{};
  Generation generation_id = no_generation;
  std::string member_id{};
  std::optional<std::string> group_instance_id{};
  std::vector<OffsetCommitTopic> topics{};
  bool operator==(const OffsetCommitRequest&) const = default;
  template <class Io>
  void io(Io& io) {
    io("group_id", group_id);
    since(io, 1, "generation_id", generation_id);
    since(io, 1, "member_id", member_id);
    since(io, 7, "group_instance_id", group_instance_id);
    io("topics", topics);
  }
};

struct OffsetCommitPartitionResult {
  std::int32_t partition_index = 0;
  ErrorCode error_code{};
  bool operator==(const OffsetCommitPartitionResult&) const = default;
  template <class Io>
  void io(Io& io) {
    io("partition_index", partition_index);
    io("error_code", error_code);
  }
};

struct OffsetCommitTopicResult {
  std::string name{};
  std::vector<OffsetCommitPartitionResult> partitions{};
  bool operator==(const OffsetCommitTopicResult&) const = default;
  template <class Io>
  void io(Io& io) {
    io("name", name);
    io("partitions", partitions);
  }
};

struct OffsetCommitResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<OffsetCommitTopicResult> topics{};
  bool operator==(const OffsetCommitResponse&) const = default;
  template <class Io>
  void io(Io& io) {
    since(io, 3, "throttle_time_ms", throttle_time_ms);
    io("topics", topics);
  }
};

struct OffsetFetchTopic {
  std::string name{};
  std::vector<std::int32_t> partition_indexes{};
  bool operator==(const OffsetFetchTopic&) const = default;
  template <class Io>
  void io(Io& io) {
    io("name", name);
    io("partition_indexes", partition_indexes);
  }
};

struct OffsetFetchResponse;

/// The form for one group, as versions up to 7 have it. No list means all topics.
struct OffsetFetchRequest {
  static constexpr ApiKey api_key = ApiKey::offset_fetch;
  using Response = OffsetFetchResponse;

  std::string group_id{};
  std::optional<std::vector<OffsetFetchTopic>> topics{};
  bool require_stable = false;
  bool operator==(const OffsetFetchRequest&) const = default;
  template <class Io>
  void io(Io& io) {
    io("group_id", group_id);
    io("topics", topics);
    since(io, 7, "require_stable", require_stable);
  }
};

/// An unknown offset is -1 with empty metadata and no error (K-API-9).
struct OffsetFetchPartitionResult {
  std::int32_t partition_index = 0;
  Offset committed_offset = no_offset;
  LeaderEpoch committed_leader_epoch = no_leader_epoch;
  std::optional<std::string> metadata{};
  ErrorCode error_code{};
  bool operator==(const OffsetFetchPartitionResult&) const = default;
  template <class Io>
  void io(Io& io) {
    io("partition_index", partition_index);
    io("committed_offset", committed_offset);
    since(io, 5, "committed_leader_epoch", committed_leader_epoch);
    io("metadata", metadata);
    io("error_code", error_code);
  }
};

struct OffsetFetchTopicResult {
  std::string name{};
  std::vector<OffsetFetchPartitionResult> partitions{};
  bool operator==(const OffsetFetchTopicResult&) const = default;
  template <class Io>
  void io(Io& io) {
    io("name", name);
    io("partitions", partitions);
  }
};

struct OffsetFetchResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<OffsetFetchTopicResult> topics{};
  ErrorCode error_code{};
  bool operator==(const OffsetFetchResponse&) const = default;
  template <class Io>
  void io(Io& io) {
    since(io, 3, "throttle_time_ms", throttle_time_ms);
    io("topics", topics);
    since(io, 2, "error_code", error_code);
  }
};

}  // namespace logquake::kafka
