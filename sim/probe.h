// A probe marks a place or state that a campaign should reach; a yield site marks where schedules
// may choose; a buggify site marks where the code itself may do what is allowed but rare.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/base/ratio.h"

namespace logquake::sim {

/// What a campaign is to see of a probe.
enum class ProbeKind : std::uint8_t {
  reachable,    // its place is reached at least once: Node::probe()
  sometimes,    // its condition holds at least once: Node::sometimes()
  always,       // its condition holds each time: Node::always(); else the run is violated
  unreachable,  // its place is never reached: Node::probe(); else the run is violated
  number,       // its least and its greatest value: Node::measure()
};
constexpr std::string_view name_of(ProbeKind kind) {
  switch (kind) {
    case ProbeKind::reachable:
      return "reachable";
    case ProbeKind::sometimes:
      return "sometimes";
    case ProbeKind::always:
      return "always";
    case ProbeKind::unreachable:
      return "unreachable";
    case ProbeKind::number:
      return "number";
  }
  return "";
}

/// Listed as `constexpr` values in a folder's `probes.h`, joined by an explicit catalogue.
struct Probe {
  std::string_view name;  // "replica.isr-shrank-to-one"
  std::string_view about;
  ProbeKind kind = ProbeKind::reachable;
};

/// What one run saw of a probe.
struct ProbeTally {
  std::int64_t held = 0;    // how often its place was reached, or its condition held
  std::int64_t failed = 0;  // how often its condition did not hold
  std::int64_t least = 0;   // of what was measured; meaningful where `held` is above zero
  std::int64_t most = 0;
  bool operator==(const ProbeTally&) const = default;
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
