#include "models/quorum/wire/ids.h"

#include "sim/base/format.h"

namespace logquake::zookeeper {

std::string hex_of(Zxid zxid) { return format("0x{:x}", static_cast<std::uint64_t>(zxid.value())); }
std::string hex_of(SessionId session) {
  return format("0x{:x}", static_cast<std::uint64_t>(session.value()));
}

}  // namespace logquake::zookeeper
