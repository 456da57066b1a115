#include "models/quorum/acl.h"

#include <algorithm>

namespace logquake::zookeeper {

bool clean_acl(Acl& acl) {
  Acl kept;
  for (const auto& entry : acl) {
    if (std::find(kept.begin(), kept.end(), entry) == kept.end()) kept.push_back(entry);
  }
  acl = std::move(kept);
  const auto known = [](const AclEntry& entry) {
    if (entry.scheme == "world") return entry.id == "anyone";
    return entry.scheme == "ip" && !entry.id.empty();
  };
  return !acl.empty() && std::all_of(acl.begin(), acl.end(), known);
}

bool allows(const Acl& acl, std::int32_t permissions, const std::string& host) {
  return std::any_of(acl.begin(), acl.end(), [&](const AclEntry& entry) {
    if ((entry.permissions & permissions) == 0) return false;
    return entry.scheme == "world" || (entry.scheme == "ip" && entry.id == host);
  });
}

}  // namespace logquake::zookeeper
