// A probe marks a place or state that a campaign should reach; a yield site marks where schedules
// may choose.
#pragma once

#include <cstdint>
#include <string_view>

namespace logquake::sim {

enum class ProbeKind : std::uint8_t { sometimes, always, number };

/// Listed as `constexpr` values in a folder's `probes.h`, joined by an explicit catalogue.
struct Probe {
  std::string_view name;  // "replica.isr-shrank-to-one"
  std::string_view about;
  ProbeKind kind = ProbeKind::sometimes;
};

/// Listed like probes: "replica.between-bounds-and-read".
struct YieldSite {
  std::string_view name;
};

}  // namespace logquake::sim
