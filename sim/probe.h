// A probe marks a place or state that a campaign should reach; a yield site marks where schedules
// may choose; a buggify site marks where the code itself may do what is allowed but rare.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/base/ratio.h"

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

/// Listed like probes: a place in the code that may misbehave within its contract (a short read, a
/// time-out that comes early). In some runs it is active, and then fires at some of its hits: see
/// Node::buggify().
struct BuggifySite {
  std::string_view name;   // "fetch.small"
  std::string_view about;  // what happens when it fires
  Ratio active{1, 4};      // the chance that it is active in a run
  Ratio fires{1, 16};      // where it is active: the chance that a hit fires
};

}  // namespace logquake::sim
