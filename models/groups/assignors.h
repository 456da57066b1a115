// Who of a consumer group gets which partitions: the rules that the group's leader applies.
// Source: K-ASG-2, K-ASG-3.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/protocol/ids.h"

namespace logquake::kafka {

/// A member as the assignor sees it.
struct GroupMember {
  std::string member_id{};
  std::optional<std::string> instance_id{};  // static members have one
  std::vector<std::string> topics{};         // subscribed
};

/// Each member's partitions, sorted by topic and number; members without any have an empty list.
using Assignments = std::map<std::string, std::vector<TopicPartition>>;

/// Static members before dynamic ones; static by instance id, dynamic by member id. Source:
/// K-ASG-2.
bool comes_before(const GroupMember& left, const GroupMember& right);

/// Consecutive ranges of each topic's partitions, topic by topic. Topics without an entry in
/// `partition_counts` do not exist and are passed over. Source: K-ASG-3 (without racks).
Assignments assign_ranges(const std::map<std::string, std::int32_t>& partition_counts,
                          std::vector<GroupMember> members);

/// The names under which members offer assignors, as protocols of JoinGroup. Only range is
/// modelled.
inline constexpr std::string_view range_assignor = "range";

}  // namespace logquake::kafka
