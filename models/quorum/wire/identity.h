// Who a client is, and how it proves that: the schemes `ip` and `digest`. Pure.
// Source: Z-ACL-3, Z-ACL-6, Z-WP-7.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace logquake::zookeeper {

/// What a connection holds, or what an entry of an access list asks for.
struct Identity {
  std::string scheme;
  std::string id;
  bool operator==(const Identity&) const = default;
  template <class Io>
  void io(Io& io) {
    io("scheme", scheme);
    io("id", id);
  }
};
/// All that one connection holds: its address from the start, and what it has proved since.
using Identities = std::vector<Identity>;

/// What every connection holds. The address is the simulated machine's name. Source: Z-ACL-6.
Identities identities_of_host(const std::string& host);

/// "user:" and the digest of "user:password", as access lists hold it. Source: Z-ACL-3.
std::string digest_of(std::string_view user_and_password);

/// What the token proves to a server that sees the client at `host`. Nothing for a scheme that the
/// server has not got. Source: Z-WP-7, Z-OBS-29.
std::optional<Identity> authenticate(std::string_view scheme, std::string_view token,
                                     const std::string& host);

/// Whether the identity was proved, not just seen, so that `auth` stands for it. Source: Z-ACL-3.
bool is_authenticated(const Identity& identity);
/// Whether an access list may ask for it.
bool is_valid_identity(const Identity& wanted);
/// Whether who holds `held` is whom an access list asks for.
bool matches(const Identity& held, const Identity& wanted);
/// The part of the id that whoAmI tells: of a digest the user alone. Source: Z-OBS-26.
std::string user_of(const Identity& identity);

}  // namespace logquake::zookeeper
