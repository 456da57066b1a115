#include "models/quorum/wire/identity.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>

#include "sim/base/base64.h"
#include "sim/base/sha1.h"

namespace logquake::zookeeper {
namespace {

constexpr std::uint32_t address_bits = 32;

std::optional<std::uint32_t> number_of(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "10.0.0.7" as one number.
std::optional<std::uint32_t> address_of(std::string_view text) {
  std::uint32_t address = 0;
  for (int i = 0; i < 4; ++i) {
    const auto dot = text.find('.');
    if ((dot == std::string_view::npos) != (i == 3)) return std::nullopt;
    const auto part = number_of(text.substr(0, dot));
    if (!part || *part > 255) return std::nullopt;
    address = address << 8U | *part;
    text.remove_prefix(i == 3 ? text.size() : dot + 1);
  }
  return address;
}

struct Network {
  std::uint32_t address = 0;
  std::uint32_t bits = address_bits;
};

std::optional<Network> network_of(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = address_of(text.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return Network{*address};
  const auto bits = number_of(text.substr(slash + 1));
  if (!bits || *bits > address_bits) return std::nullopt;
  return Network{*address, *bits};
}

bool holds(const Network& network, std::uint32_t address) {
  if (network.bits == 0) return true;
  return ((network.address ^ address) >> (address_bits - network.bits)) == 0;
}

// A simulated machine's name stands where real lists have an address.
bool is_machine_name(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789./") != std::string_view::npos &&
         text.find('/') == std::string_view::npos;
}

}  // namespace

Identities identities_of_host(const std::string& host) { return {{"ip", host}}; }

std::string digest_of(std::string_view user_and_password) {
  const auto user = user_and_password.substr(0, user_and_password.find(':'));
  return std::string(user) + ":" + to_base64(sha1(view_of(user_and_password)));
}

std::optional<Identity> authenticate(std::string_view scheme, std::string_view token,
                                     const std::string& host) {
  if (scheme == "digest") return Identity{"digest", digest_of(token)};
  if (scheme == "ip") return Identity{"ip", host};
  return std::nullopt;
}

bool is_authenticated(const Identity& identity) { return identity.scheme != "ip"; }

bool is_valid_identity(const Identity& wanted) {
  if (wanted.scheme == "ip") return network_of(wanted.id) || is_machine_name(wanted.id);
  return wanted.scheme == "digest" && std::count(wanted.id.begin(), wanted.id.end(), ':') == 1;
}

bool matches(const Identity& held, const Identity& wanted) {
  if (held.scheme != wanted.scheme) return false;
  if (held.id == wanted.id) return true;
  if (held.scheme != "ip") return false;
  const auto network = network_of(wanted.id);
  const auto address = address_of(held.id);
  return network && address && holds(*network, *address);
}

std::string user_of(const Identity& identity) {
  return identity.scheme == "digest" ? identity.id.substr(0, identity.id.find(':')) : identity.id;
}

}  // namespace logquake::zookeeper
