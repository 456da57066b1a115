// Access lists. Source: Z-ACL-1 to Z-ACL-4, Z-WP-11.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

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

/// Drops duplicates, then asks whether every entry is one this server knows: `world:anyone` and
/// `ip:<node>`. Other schemes need an authentication provider, which is not there (Z-ACL-3,
/// Z-ACL-4). Whether the list may be stored; `acl` is the cleaned list afterwards.
bool clean_acl(Acl& acl);

/// Whether a caller connected from `host` has one of the `permissions` bits. Source: Z-ACL-6.
bool allows(const Acl& acl, std::int32_t permissions, const std::string& host);

}  // namespace logquake::zookeeper
