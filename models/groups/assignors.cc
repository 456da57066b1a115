#include "models/groups/assignors.h"

#include <algorithm>
#include <set>

namespace logquake::kafka {

bool comes_before(const GroupMember& left, const GroupMember& right) {
  if (left.instance_id && right.instance_id) return *left.instance_id < *right.instance_id;
  if (left.instance_id || right.instance_id) return left.instance_id.has_value();
  return left.member_id < right.member_id;
}

Assignments assign_ranges(const std::map<std::string, std::int32_t>& partition_counts,
                          std::vector<GroupMember> members) {
  std::sort(members.begin(), members.end(), comes_before);
  Assignments assignments;
  std::map<std::string, std::vector<std::string>> subscribers;
  for (const auto& member : members) {
    assignments[member.member_id];
    const std::set<std::string> topics(member.topics.begin(), member.topics.end());
    for (const auto& topic : topics) subscribers[topic].push_back(member.member_id);
  }
  for (const auto& [topic, sharing] : subscribers) {
    const auto found = partition_counts.find(topic);
    if (found == partition_counts.end()) continue;
    const auto size = static_cast<std::int32_t>(sharing.size());
    const auto each = found->second / size;
    const auto extra = found->second % size;
    std::int32_t next = 0;
    for (std::int32_t i = 0; i < size; ++i) {
      auto& partitions = assignments[sharing[static_cast<std::size_t>(i)]];
      const auto end = next + each + (i < extra ? 1 : 0);
      while (next < end) partitions.push_back({topic, next++});
    }
  }
  return assignments;
}

}  // namespace logquake::kafka
