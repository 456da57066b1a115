// A node that spreads rumours: hot ones by pushing datagrams, the rest by comparing with a peer now
// and then.
//
// Source: A. Demers et al., Epidemic Algorithms for Replicated Database Maintenance, PODC 1987
// (rumour mongering with counters, backed by pull anti-entropy). Its promises:
//   G-INV-1  once everything has healed, every acknowledged rumour reaches every node;
//   G-INV-2  a node that acknowledged a rumour still knows it after any crash.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/time.h"
#include "sim/node.h"

namespace logquake::gossip {

/// Where a node listens for digests and tells.
inline constexpr std::uint16_t gossip_port = 7000;

struct GossipOptions {
  std::vector<std::string> peers;  // names of all nodes; a node leaves itself out
  Duration push_every = 50ms;      // while something is hot
  Duration compare_every = 500ms;  // anti-entropy, with one peer a time
  int pushes = 4;                  // a rumour is hot for so many pushes
};

/// The program of one node.
sim::Program gossip_node(GossipOptions options);

}  // namespace logquake::gossip
