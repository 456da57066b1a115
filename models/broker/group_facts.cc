#include "models/broker/group_facts.h"

#include "sim/base/format.h"

namespace logquake::kafka {

std::string GroupStateChanged::sentence() const {
  return logquake::format("group {} is {} in generation {} with {} {} ({})", group, to, generation,
                          members.size(), members.size() == 1 ? "member" : "members", why);
}
std::string GroupStateChanged::subject() const { return logquake::format("group {}", group); }
std::string GroupStateChanged::state() const {
  return logquake::format("{}, generation {}, {} members", to, generation, members.size());
}

std::string GroupMemberJoined::sentence() const {
  return logquake::format("{} joins group {} as {}", client_id, group, member);
}

std::string GroupMemberRemoved::sentence() const {
  return logquake::format("group {} loses member {}: it {}", group, member, why);
}

std::string GroupAssigned::sentence() const {
  std::string text =
      logquake::format("group {} shares its partitions in generation {}:", group, generation);
  for (const auto& share : shares) {
    text += logquake::format(" {} has", share.client_id);
    for (const auto& partition : share.partitions) text += " " + partition;
    text += share.partitions.empty() ? " nothing;" : ";";
  }
  text.pop_back();
  return text;
}

std::string GroupsLoaded::sentence() const {
  return logquake::format("broker {} now coordinates {} with {} groups and {} committed offsets",
                          coordinator, partition, groups, offsets);
}

std::string OffsetExpired::sentence() const {
  return logquake::format("group {} loses its position {} in {}: unused for too long", group,
                          offset, partition);
}

}  // namespace logquake::kafka
