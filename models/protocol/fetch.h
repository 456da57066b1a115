// Fetch: records for consumers and followers. By topic name, as version 12 has it.
// Source: K-API-1a to 1i, K-MSG-1.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/protocol/api_key.h"
#include "models/protocol/errors.h"
#include "models/protocol/ids.h"
#include "models/protocol/record.h"
#include "models/protocol/versions.h"

namespace logquake::kafka {

struct FetchPartition {
  std::int32_t partition = 0;
  LeaderEpoch current_leader_epoch = no_leader_epoch;  // for fencing; -1 none
  Offset fetch_offset{};
  LeaderEpoch last_fetched_epoch = no_leader_epoch;
  Offset log_start_offset = no_offset;  // the follower's own
  std::int32_t partition_max_bytes = 0;
  bool operator==(const FetchPartition&) const = default;
  template <class Io>
  void io(Io& io) {
    io("partition", partition);
    since(io, 9, "current_leader_epoch", current_leader_epoch);
    io("fetch_offset", fetch_offset);
    since(io, 12, "last_fetched_epoch", last_fetched_epoch);
    since(io, 5, "log_start_offset", log_start_offset);
    io("partition_max_bytes", partition_max_bytes);
  }
};

struct FetchTopic {
  std::string topic{};
  std::vector<FetchPartition> partitions{};
  bool operator==(const FetchTopic&) const = default;
  template <class Io>
  void io(Io& io) {
    io("topic", topic);
    io("partitions", partitions);
  }
};

struct ForgottenTopic {
  std::string topic{};
  std::vector<std::int32_t> partitions{};
  bool operator==(const ForgottenTopic&) const = default;
  template <class Io>
  void io(Io& io) {
    io("topic", topic);
    io("partitions", partitions);
  }
};

/// What a reader may see. Source: K-CON-10.
enum class IsolationLevel : std::int8_t { read_uncommitted = 0, read_committed = 1 };
/// "read_uncommitted".
constexpr std::string_view name_of(IsolationLevel level) {
  return level == IsolationLevel::read_committed ? "read_committed" : "read_uncommitted";
}

struct FetchResponse;

struct FetchRequest {
  static constexpr ApiKey api_key = ApiKey::fetch;
  using Response = FetchResponse;

  BrokerId replica_id = consumer_replica;  // the follower's id, or -1 for consumers
  std::int32_t max_wait_ms = 0;
  std::int32_t min_bytes = 0;
  std::int32_t max_bytes = std::numeric_limits<std::int32_t>::max();
  IsolationLevel isolation_level = IsolationLevel::read_uncommitted;
  std::int32_t session_id = 0;
  std::int32_t session_epoch = -1;  // -1 without a session (K-API-1b)
  std::vector<FetchTopic> topics{};
  std::vector<ForgottenTopic> forgotten_topics{};
  std::string rack_id{};
  bool operator==(const FetchRequest&) const = default;
  template <class Io>
  void io(Io& io) {
    io("replica_id", replica_id);
    io("max_wait_ms", max_wait_ms);
    io("min_bytes", min_bytes);
    since(io, 3, "max_bytes", max_bytes);
    since(io, 4, "isolation_level", isolation_level);
    since(io, 7, "session_id", session_id);
    since(io, 7, "session_epoch", session_epoch);
    io("topics", topics);
    since(io, 7, "forgotten_topics", forgotten_topics);
    since(io, 11, "rack_id", rack_id);
  }
};

/// Where a follower's log parts from the leader's (K-REP-24); epoch -1 says nothing.
struct EpochEndOffset {
  LeaderEpoch epoch = no_leader_epoch;
  Offset end_offset = no_offset;
  bool operator==(const EpochEndOffset&) const = default;
  template <class Io>
  void io(Io& io) {
    io("epoch", epoch);
    io("end_offset", end_offset);
  }
};

/// Who leads now, as far as the answering broker knows.
struct LeaderIdAndEpoch {
  BrokerId leader_id = no_broker;
  LeaderEpoch leader_epoch = no_leader_epoch;
  bool operator==(const LeaderIdAndEpoch&) const = default;
  template <class Io>
  void io(Io& io) {
    io("leader_id", leader_id);
    io("leader_epoch", leader_epoch);
  }
};

struct AbortedTransaction {
  ProducerId producer_id{};
  Offset first_offset{};
  bool operator==(const AbortedTransaction&) const = default;
  template <class Io>
  void io(Io& io) {
    io("producer_id", producer_id);
    io("first_offset", first_offset);
  }
};

struct FetchPartitionResult {
  std::int32_t partition_index = 0;
  ErrorCode error_code{};
  Offset high_watermark = no_offset;
  Offset last_stable_offset = no_offset;
  Offset log_start_offset = no_offset;
  EpochEndOffset diverging_epoch{};
  LeaderIdAndEpoch current_leader{};
  std::optional<std::vector<AbortedTransaction>>
      aborted_transactions{};  // none for read_uncommitted
  BrokerId preferred_read_replica = no_broker;
  RecordData records{};
  bool operator==(const FetchPartitionResult&) const = default;
  template <class Io>
  void io(Io& io) {
    io("partition_index", partition_index);
    io("error_code", error_code);
    io("high_watermark", high_watermark);
    since(io, 4, "last_stable_offset", last_stable_offset);
    since(io, 5, "log_start_offset", log_start_offset);
    versioned(io, {.since = 12, .tag = 0}, "diverging_epoch", diverging_epoch);
    versioned(io, {.since = 12, .tag = 1}, "current_leader", current_leader);
    since(io, 4, "aborted_transactions", aborted_transactions);
    since(io, 11, "preferred_read_replica", preferred_read_replica);
    io("records", records);
  }
};

struct FetchTopicResult {
  std::string topic{};
  std::vector<FetchPartitionResult> partitions{};
  bool operator==(const FetchTopicResult&) const = default;
  template <class Io>
  void io(Io& io) {
    io("topic", topic);
    io("partitions", partitions);
  }
};

struct FetchResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code{};
  std::int32_t session_id = 0;
  std::vector<FetchTopicResult> responses{};
  bool operator==(const FetchResponse&) const = default;
  template <class Io>
  void io(Io& io) {
    since(io, 1, "throttle_time_ms", throttle_time_ms);
    since(io, 7, "error_code", error_code);
    since(io, 7, "session_id", session_id);
    io("responses", responses);
  }
};

}  // namespace logquake::kafka
