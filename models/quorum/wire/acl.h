// Access lists. Source: Z-ACL-1 to Z-ACL-6, Z-WP-11.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/quorum/wire/identity.h"

namespace logquake::zookeeper {

/// Bits of AclEntry::permissions.
namespace permission {
inline constexpr std::int32_t read = 1;
inline constexpr std::int32_t write = 2;
inline constexpr std::int32_t create = 4;
inline constexpr std::int32_t remove = 8;
inline constexpr std::int32_t admin = 16;
inline constexpr std::int32_t all = 31;
}  // namespace permission

struct AclEntry {
  std::int32_t permissions = permission::all;
  std::string scheme = "world";
  std::string id = "anyone";
  auto operator<=>(const AclEntry&) const = default;
  template <class Io>
  void io(Io& io) {
    io("perms", permissions);
    io("scheme", scheme);
    io("id", id);
  }
};
using Acl = std::vector<AclEntry>;

/// Everybody may do everything; what Kafka uses unless it is told to be secure.
inline Acl open_acl() { return {AclEntry{}}; }

/// Drops duplicates, puts the caller's authenticated identities in the place of `auth`, and asks
/// whether every entry is one this server can judge: `world:anyone`, `ip:<address>[/<bits>]`,
/// `digest:<user>:<digest>`. Whether the list may be stored; `acl` is the list to store then.
/// Source: Z-ACL-3, Z-ACL-4.
bool settle_acl(Acl& acl, const Identities& caller);

/// Whether a caller of these identities has one of the `permissions` bits. Source: Z-ACL-2.
bool allows(const Acl& acl, std::int32_t permissions, const Identities& caller);

/// The list as getACL shows it to the caller: without the secrets of digests unless it may change
/// the list. Source: Z-ACL-5.
Acl shown_to(const Identities& caller, Acl acl);

}  // namespace logquake::zookeeper
