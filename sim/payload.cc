#include "sim/payload.h"

namespace logquake::sim {
namespace {

constexpr std::int64_t header_bytes = 40;  // IPv4 and TCP without options

}  // namespace

std::int64_t wire_bytes(const Payload& message) {
  return header_bytes + (message.empty() ? 0 : described_bytes(message.fields()));
}

}  // namespace logquake::sim
