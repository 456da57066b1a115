#include "sim/faults/network_faults.h"

#include <algorithm>

#include "sim/base/format.h"
#include "sim/faults/striking.h"
#include "sim/injector.h"
#include "sim/network.h"
#include "sim/simulation.h"

namespace logquake::sim {
namespace {

void heal_link_later(const Striking& striking, Duration duration, NodeId sender, NodeId receiver) {
  striking.later(duration, [&network = striking.network(), sender, receiver] {
    network.heal(sender, receiver);
  });
}

void drop_for(const Striking& striking, Duration duration, NodeId sender, NodeId receiver) {
  striking.network().drop(sender, receiver);
  heal_link_later(striking, duration, sender, receiver);
}

// A silent drop in both directions between these and all others.
void cut(const Striking& striking, const std::vector<NodeId>& these, Duration duration) {
  for (const NodeId one : these) {
    for (const NodeId other : striking.simulation().nodes()) {
      if (std::find(these.begin(), these.end(), other) != these.end()) continue;
      drop_for(striking, duration, one, other);
      drop_for(striking, duration, other, one);
    }
  }
}

}  // namespace

std::string Stall::sentence() const {
  return format("the link from {} to {} is clogged{}", from, to, lasting(duration));
}

void Stall::strike(const Striking& striking) const {
  striking.pairs(from, to, [&](NodeId sender, NodeId receiver) {
    striking.network().stall(sender, receiver);
    heal_link_later(striking, duration, sender, receiver);
  });
}

std::string SilentDrop::sentence() const {
  return format("what {} sends to {} vanishes in silence{}", from, to, lasting(duration));
}

void SilentDrop::strike(const Striking& striking) const {
  striking.pairs(from, to, [&](NodeId sender, NodeId receiver) {
    drop_for(striking, duration, sender, receiver);
  });
}

std::string Slow::sentence() const {
  return format("messages from {} to {} take {} longer{}", from, to, to_text(by),
                lasting(duration));
}

void Slow::strike(const Striking& striking) const {
  striking.pairs(from, to, [&](NodeId sender, NodeId receiver) {
    striking.network().slow(sender, receiver, by);
    striking.later(duration, [&network = striking.network(), sender, receiver] {
      network.slow(sender, receiver, Duration::zero());
    });
  });
}

std::string Break::sentence() const {
  return format("the connections between {} and {} break", from, to);
}

void Break::strike(const Striking& striking) const {
  striking.pairs(from, to, [&](NodeId one, NodeId other) {
    striking.network().break_connections(one, other);
  });
}

std::string Isolate::sentence() const {
  return format("{} is cut off from all others{}", node, lasting(duration));
}

void Isolate::strike(const Striking& striking) const {
  striking.each(node, [&](NodeId id) { cut(striking, {id}, duration); });
}

std::string Split::sentence() const {
  std::string names;
  for (const auto& target : side) names += (names.empty() ? "" : ", ") + target;
  return format("the network splits: {} on one side{}", names, lasting(duration));
}

void Split::strike(const Striking& striking) const {
  std::vector<NodeId> these;
  for (const auto& target : side) {
    for (const NodeId id : striking.injector().resolve(target)) these.push_back(id);
  }
  cut(striking, these, duration);
}

std::string HealNetwork::sentence() const { return "the network heals"; }

void HealNetwork::strike(const Striking& striking) const { striking.network().heal_all(); }

}  // namespace logquake::sim
