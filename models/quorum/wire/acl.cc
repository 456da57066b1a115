#include "models/quorum/wire/acl.h"

#include <algorithm>

namespace logquake::zookeeper {
namespace {

Acl without_doubles(const Acl& acl) {
  Acl kept;
  for (const auto& entry : acl) {
    if (std::find(kept.begin(), kept.end(), entry) == kept.end()) kept.push_back(entry);
  }
  return kept;
}

bool is_anyone(const AclEntry& entry) { return entry.scheme == "world" && entry.id == "anyone"; }

}  // namespace

bool settle_acl(Acl& acl, const Identities& caller) {
  Acl settled;
  for (const auto& entry : without_doubles(acl)) {
    if (entry.scheme == "auth") {
      const auto before = settled.size();
      for (const auto& identity : caller) {
        if (is_authenticated(identity))
          settled.push_back({entry.permissions, identity.scheme, identity.id});
      }
      if (settled.size() == before) return false;
    } else if (is_anyone(entry) || is_valid_identity({entry.scheme, entry.id})) {
      settled.push_back(entry);
    } else {
      return false;
    }
  }
  acl = std::move(settled);
  return !acl.empty();
}

bool allows(const Acl& acl, std::int32_t permissions, const Identities& caller) {
  return std::any_of(acl.begin(), acl.end(), [&](const AclEntry& entry) {
    if ((entry.permissions & permissions) == 0) return false;
    if (is_anyone(entry)) return true;
    return std::any_of(caller.begin(), caller.end(), [&](const Identity& identity) {
      return matches(identity, {entry.scheme, entry.id});
    });
  });
}

Acl shown_to(const Identities& caller, Acl acl) {
  if (allows(acl, permission::admin, caller)) return acl;
  for (auto& entry : acl) {
    if (entry.scheme == "digest") entry.id = entry.id.substr(0, entry.id.find(':')) + ":x";
  }
  return acl;
}

}  // namespace logquake::zookeeper
