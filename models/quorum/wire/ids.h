// ZooKeeper's identifiers. Source: Z-GEN-5, Z-ZX-1.
#pragma once

#include <cstdint>
#include <string>

#include "sim/base/id.h"

namespace logquake::zookeeper {

/// A transaction's number: epoch in the upper half, counter in the lower. Source: Z-ZX-1.
using Zxid = Id<struct ZxidTag, std::int64_t>;
/// A session's number: the creating server's id in the top byte. Zero is never a session. Source:
/// Z-SE-1.
using SessionId = Id<struct SessionTag, std::int64_t>;
/// A server's number in its ensemble, 1..255; a standalone server's is 0. Source: Z-GEN-5.
using ServerId = Id<struct ServerTag, std::int32_t>;

constexpr std::int64_t epoch_of(Zxid zxid) { return zxid.value() >> 32; }
constexpr std::int64_t counter_of(Zxid zxid) { return zxid.value() & 0xFFFFFFFF; }
constexpr Zxid make_zxid(std::int64_t epoch, std::int64_t counter) {
  return Zxid(static_cast<std::int64_t>(static_cast<std::uint64_t>(epoch) << 32) | counter);
}
/// The number behind `last`, where an epoch's counter ends at `counter_limit`: it runs over into
/// the epoch there, which a leader must not let happen. Source: Z-ZX-3.
constexpr Zxid zxid_after(Zxid last, std::int64_t counter_limit) {
  return counter_of(last) >= counter_limit ? make_zxid(epoch_of(last) + 1, 0) : last + 1;
}

/// "0x10000002a", as ZooKeeper's own logs print both kinds.
std::string hex_of(Zxid zxid);
std::string hex_of(SessionId session);

}  // namespace logquake::zookeeper
