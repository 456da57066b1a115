// All directions between machines: how far they are apart and what is wrong with them. Internal to
// sim.
#pragma once

#include <cstdint>
#include <deque>

#include "sim/base/index.h"
#include "sim/network/link.h"
#include "sim/network/network_options.h"
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
  /// Whether no direction needs to be looked at: none has ever been struck by a fault, and all
  /// pairs are equally far apart.
  bool are_all_alike() const { return !was_struck_ && options_.pair_offset == Duration::zero(); }
  void note_struck() { was_struck_ = true; }
  const NetworkOptions& options() const { return options_; }

  /// Every direction that has been asked for, in the order of first use.
  std::deque<Link>& all() { return all_; }

  /// How long what leaves now takes, in nanoseconds; one draw.
  std::int64_t latency(Link& link) {
    if (link.from == link.to) return loopback;
    const auto usual = link.latencies.between(link.low, link.high).count();
    if (link.faults != nullptr) [[unlikely]]
      return odd_latency(link, usual);
    return usual;
  }
  /// What the direction's faults make of a latency; it has some.
  std::int64_t odd_latency(Link& link, std::int64_t usual);
  /// From a machine to itself, in nanoseconds.
  static constexpr std::int64_t loopback = 20'000;  // chosen: a trip through one kernel

 private:
  static std::uint64_t key_of(NodeId from, NodeId to) {
    return std::uint64_t{static_cast<std::uint32_t>(from.value())} << 32 |
           static_cast<std::uint32_t>(to.value());
  }
  Link& add(NodeId from, NodeId to);

  Simulation& simulation_;
  Random random_;
  NetworkOptions options_;
  bool was_struck_ = false;
  Index<Link*> by_ends_;
  std::deque<Link> all_;
};

}  // namespace detail
}  // namespace logquake::sim
