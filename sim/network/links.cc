#include "sim/network/links.h"

#include "sim/base/format.h"
#include "sim/base/hash.h"
#include "sim/simulation.h"

namespace logquake::sim::detail {

Link& Links::add(NodeId from, NodeId to) {
  const auto& sender = simulation_.node(from).name();
  const auto& receiver = simulation_.node(to).name();
  const auto label = format("{}->{}", sender, receiver);
  Link& link = all_.emplace_back(random_.split(label));
  link.from = from;
  link.to = to;
  link.label = hash64(label);
  if (options_.pair_offset > Duration::zero() && from != to) {
    // One value for both directions: a distance.
    const bool in_order = sender < receiver;
    const auto pair = format("{}|{}", in_order ? sender : receiver, in_order ? receiver : sender);
    link.distance = random_.split("pair/" + pair).between(Duration::zero(), options_.pair_offset);
  }
  link.low = options_.latency_low + link.distance;
  link.high = options_.latency_high + link.distance;
  return link;
}

// The usual latency has been drawn all the same, so that those drawn after the fault are what they
// would have been without it.
std::int64_t Links::odd_latency(Link& link, std::int64_t usual) {
  const LinkFaults& faults = *link.faults;
  if (const auto* other = faults.latency()) {
    const auto value = keyed_value(simulation_.options().seed ^ hash64("latency"), link.label,
                                   link.odd_latencies++);
    usual = (other->draw(Random(value)) + link.distance).count();
  }
  return usual + faults.delay().count();
}

}  // namespace logquake::sim::detail
