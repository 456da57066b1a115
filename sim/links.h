// All directions between machines: how far they are apart and what is wrong with them. Internal to
// sim.
#pragma once

#include <cstdint>
#include <deque>

#include "sim/base/index.h"
#include "sim/link.h"
#include "sim/network_options.h"
#include "sim/random.h"

namespace logquake::sim {

class Simulation;

namespace detail {

class Links {
 public:
  Links(Simulation& simulation, Random random, NetworkOptions options)
      : simulation_(simulation), random_(random), options_(options) {}
  Links(const Links&) = delete;
  Links& operator=(const Links&) = delete;

  /// The direction from one machine to another, or from a machine to itself.
  Link& between(NodeId from, NodeId to) {
    Link*& found = by_ends_[key_of(from, to)];
    if (found == nullptr) found = &add(from, to);
    return *found;
  }
  /// Every direction that has been asked for, in the order of first use.
  std::deque<Link>& all() { return all_; }

  /// How long what leaves now takes, in nanoseconds; one draw.
  std::int64_t latency(Link& link) {
    if (link.from == link.to) return loopback_nanoseconds;
    const auto usual = link.latencies.between(link.low, link.high).count();
    if (link.faults != nullptr) [[unlikely]]
      return odd_latency(link, usual);
    return usual;
  }

 private:
  static constexpr std::int64_t loopback_nanoseconds = 20'000;  // chosen: a trip through one kernel
  static std::uint64_t key_of(NodeId from, NodeId to) {
    return std::uint64_t{static_cast<std::uint32_t>(from.value())} << 32 |
           static_cast<std::uint32_t>(to.value());
  }
  Link& add(NodeId from, NodeId to);
  std::int64_t odd_latency(Link& link, std::int64_t usual);

  Simulation& simulation_;
  Random random_;
  NetworkOptions options_;
  Index<Link*> by_ends_;
  std::deque<Link> all_;
};

}  // namespace detail
}  // namespace logquake::sim
