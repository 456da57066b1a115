// Looking at groups: DescribeGroups and ListGroups. Source: K-API-15/16/42, K-MSG-15, K-MSG-16.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/protocol/api_key.h"
#include "models/protocol/errors.h"
#include "models/protocol/versions.h"
#include "sim/base/bytes.h"

namespace logquake::kafka {

struct DescribeGroupsResponse;

struct DescribeGroupsRequest {
  static constexpr ApiKey api_key = ApiKey::describe_groups;
  using Response = DescribeGroupsResponse;

  std::vector<std::string> groups{};
  bool operator==(const DescribeGroupsRequest&) const = default;
  template <class Io>
  void io(Io& io) {
    io("groups", groups);
  }
};

struct DescribedGroupMember {
  std::string member_id{};
  std::optional<std::string> group_instance_id{};
  std::string client_id{};
  std::string client_host{};
  Bytes member_metadata{};
  Bytes member_assignment{};
  bool operator==(const DescribedGroupMember&) const = default;
  template <class Io>
  void io(Io& io) {
    io("member_id", member_id);
    since(io, 4, "group_instance_id", group_instance_id);
    io("client_id", client_id);
    io("client_host", client_host);
    io("member_metadata", member_metadata);
    io("member_assignment", member_assignment);
  }
};

struct DescribedGroup {
  ErrorCode error_code{};
  std::string group_id{};
  std::string group_state{};
  std::string protocol_type{};
  std::string protocol_data{};
  std::vector<DescribedGroupMember> members{};
  bool operator==(const DescribedGroup&) const = default;
  template <class Io>
  void io(Io& io) {
    io("error_code", error_code);
    io("group_id", group_id);
    io("group_state", group_state);
    io("protocol_type", protocol_type);
    io("protocol_data", protocol_data);
    io("members", members);
  }
};

struct DescribeGroupsResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<DescribedGroup> groups{};
  bool operator==(const DescribeGroupsResponse&) const = default;
  template <class Io>
  void io(Io& io) {
    since(io, 1, "throttle_time_ms", throttle_time_ms);
    io("groups", groups);
  }
};

struct ListGroupsResponse;

struct ListGroupsRequest {
  static constexpr ApiKey api_key = ApiKey::list_groups;
  using Response = ListGroupsResponse;

  std::vector<std::string> states_filter{};
  bool operator==(const ListGroupsRequest&) const = default;
  template <class Io>
  void io(Io& io) {
    since(io, 4, "states_filter", states_filter);
  }
};

struct ListedGroup {
  std::string group_id{};
  std::string protocol_type{};
  std::string group_state{};
  bool operator==(const ListedGroup&) const = default;
  template <class Io>
  void io(Io& io) {
    io("group_id", group_id);
    io("protocol_type", protocol_type);
    since(io, 4, "group_state", group_state);
  }
};

struct ListGroupsResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code{};
  std::vector<ListedGroup> groups{};
  bool operator==(const ListGroupsResponse&) const = default;
  template <class Io>
  void io(Io& io) {
    since(io, 1, "throttle_time_ms", throttle_time_ms);
    io("error_code", error_code);
    io("groups", groups);
  }
};

}  // namespace logquake::kafka
