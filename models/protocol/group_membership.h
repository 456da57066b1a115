// Finding the coordinator, and being a member of a group. Source: K-API-10 to 14, K-MSG-10 to 14.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/protocol/api_key.h"
#include "models/protocol/errors.h"
#include "models/protocol/ids.h"
#include "models/protocol/versions.h"
#include "sim/base/bytes.h"

namespace logquake::kafka {

/// What is looked for. Source: K-API-10.
enum class CoordinatorKeyType : std::int8_t { group = 0, transaction = 1 };

struct FindCoordinatorResponse;

/// The form for one key, as versions up to 3 have it.
struct FindCoordinatorRequest {
  static constexpr ApiKey api_key = ApiKey::find_coordinator;
  using Response = FindCoordinatorResponse;

  std::string key{};
  CoordinatorKeyType key_type = CoordinatorKeyType::group;
  bool operator==(const FindCoordinatorRequest&) const = default;
  template <class Io>
  void io(Io& io) {
    io("key", key);
    since(io, 1, "key_type", key_type);
  }
};

/// Errors carry node -1, an empty host and port -1.
struct FindCoordinatorResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code{};
  std::optional<std::string> error_message{};
  BrokerId node_id = no_broker;
  std::string host{};
  std::int32_t port = -1;
  bool operator==(const FindCoordinatorResponse&) const = default;
  template <class Io>
  void io(Io& io) {
    since(io, 1, "throttle_time_ms", throttle_time_ms);
    io("error_code", error_code);
    versioned(io, {.since = 1, .until = 3}, "error_message", error_message);
    io("node_id", node_id);
    io("host", host);
    io("port", port);
  }
};

struct JoinGroupProtocol {
  std::string name{};
  Bytes metadata{};
  bool operator==(const JoinGroupProtocol&) const = default;
  template <class Io>
  void io(Io& io) {
    io("name", name);
    io("metadata", metadata);
  }
};

struct JoinGroupResponse;

struct JoinGroupRequest {
  static constexpr ApiKey api_key = ApiKey::join_group;
  using Response = JoinGroupResponse;

  std::string group_id{};
  std::int32_t session_timeout_ms = 0;
  std::int32_t rebalance_timeout_ms = -1;
  std::string member_id{};  // empty: not a member yet
  std::optional<std::string> group_instance_id{};
  std::string protocol_type{};
  std::vector<JoinGroupProtocol> protocols{};
  std::optional<std::string> reason{};
  bool operator==(const JoinGroupRequest&) const = default;
  template <class Io>
  void io(Io& io) {
    io("group_id", group_id);
    io("session_timeout_ms", session_timeout_ms);
    since(io, 1, "rebalance_timeout_ms", rebalance_timeout_ms);
    io("member_id", member_id);
    since(io, 5, "group_instance_id", group_instance_id);
    io("protocol_type", protocol_type);
    io("protocols", protocols);
    since(io, 8, "reason", reason);
  }
};

struct JoinGroupMember {
  std::string member_id{};
  std::optional<std::string> group_instance_id{};
  Bytes metadata{};
  bool operator==(const JoinGroupMember&) const = default;
  template <class Io>
  void io(Io& io) {
    io("member_id", member_id);
    since(io, 5, "group_instance_id", group_instance_id);
    io("metadata", metadata);
  }
};

/// Only the leader gets the members. Failures: K-API-11b.
struct JoinGroupResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code{};
  Generation generation_id = no_generation;
  std::optional<std::string> protocol_type{};
  std::optional<std::string> protocol_name{};
  std::string leader{};
  bool skip_assignment = false;
  std::string member_id{};
  std::vector<JoinGroupMember> members{};
  bool operator==(const JoinGroupResponse&) const = default;
  template <class Io>
  void io(Io& io) {
    since(io, 2, "throttle_time_ms", throttle_time_ms);
    io("error_code", error_code);
    io("generation_id", generation_id);
    since(io, 7, "protocol_type", protocol_type);
    io("protocol_name", protocol_name);
    io("leader", leader);
    since(io, 9, "skip_assignment", skip_assignment);
    io("member_id", member_id);
    io("members", members);
  }
};

struct SyncGroupAssignment {
  std::string member_id{};
  Bytes assignment{};
  bool operator==(const SyncGroupAssignment&) const = default;
  template <class Io>
  void io(Io& io) {
    io("member_id", member_id);
    io("assignment", assignment);
  }
};

struct SyncGroupResponse;

struct SyncGroupRequest {
  static constexpr ApiKey api_key = ApiKey::sync_group;
  using Response = SyncGroupResponse;

  std::string group_id{};
  Generation generation_id{};
  std::string member_id{};
  std::optional<std::string> group_instance_id{};
  std::optional<std::string> protocol_type{};
  std::optional<std::string> protocol_name{};
  std::vector<SyncGroupAssignment> assignments{};
  bool operator==(const SyncGroupRequest&) const = default;
  template <class Io>
  void io(Io& io) {
    io("group_id", group_id);
    io("generation_id", generation_id);
    io("member_id", member_id);
    since(io, 3, "group_instance_id", group_instance_id);
    since(io, 5, "protocol_type", protocol_type);
    since(io, 5, "protocol_name", protocol_name);
    io("assignments", assignments);
  }
};

struct SyncGroupResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code{};
  std::optional<std::string> protocol_type{};
  std::optional<std::string> protocol_name{};
  Bytes assignment{};
  bool operator==(const SyncGroupResponse&) const = default;
  template <class Io>
  void io(Io& io) {
    since(io, 1, "throttle_time_ms", throttle_time_ms);
    io("error_code", error_code);
    since(io, 5, "protocol_type", protocol_type);
    since(io, 5, "protocol_name", protocol_name);
    io("assignment", assignment);
  }
};

struct HeartbeatResponse;

struct HeartbeatRequest {
  static constexpr ApiKey api_key = ApiKey::heartbeat;
  using Response = HeartbeatResponse;

  std::string group_id{};
  Generation generation_id{};
  std::string member_id{};
  std::optional<std::string> group_instance_id{};
  bool operator==(const HeartbeatRequest&) const = default;
  template <class Io>
  void io(Io& io) {
    io("group_id", group_id);
    io("generation_id", generation_id);
    io("member_id", member_id);
    since(io, 3, "group_instance_id", group_instance_id);
  }
};

struct HeartbeatResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code{};
  bool operator==(const HeartbeatResponse&) const = default;
  template <class Io>
  void io(Io& io) {
    since(io, 1, "throttle_time_ms", throttle_time_ms);
    io("error_code", error_code);
  }
};

struct LeavingMember {
  std::string member_id{};
  std::optional<std::string> group_instance_id{};
  std::optional<std::string> reason{};
  bool operator==(const LeavingMember&) const = default;
  template <class Io>
  void io(Io& io) {
    io("member_id", member_id);
    io("group_instance_id", group_instance_id);
    since(io, 5, "reason", reason);
  }
};

struct LeaveGroupResponse;

struct LeaveGroupRequest {
  static constexpr ApiKey api_key = ApiKey::leave_group;
  using Response = LeaveGroupResponse;

  std::string group_id{};
  std::vector<LeavingMember> members{};
  bool operator==(const LeaveGroupRequest&) const = default;
  template <class Io>
  void io(Io& io) {
    io("group_id", group_id);
    since(io, 3, "members", members);
  }
};

struct LeftMember {
  std::string member_id{};
  std::optional<std::string> group_instance_id{};
  ErrorCode error_code{};
  bool operator==(const LeftMember&) const = default;
  template <class Io>
  void io(Io& io) {
    io("member_id", member_id);
    io("group_instance_id", group_instance_id);
    io("error_code", error_code);
  }
};

struct LeaveGroupResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code{};
  std::vector<LeftMember> members{};
  bool operator==(const LeaveGroupResponse&) const = default;
  template <class Io>
  void io(Io& io) {
    since(io, 1, "throttle_time_ms", throttle_time_ms);
    io("error_code", error_code);
    since(io, 3, "members", members);
  }
};

}  // namespace logquake::kafka
