#include "sim/faults/striking.h"

#include <algorithm>
#include <utility>

#include "sim/base/format.h"
#include "sim/base/hash.h"
#include "sim/injector.h"
#include "sim/network/network.h"
#include "sim/random.h"
#include "sim/simulation.h"
#include "sim/trace/kernel_facts.h"

namespace logquake::sim {

Network& Striking::network() const { return simulation_.network(); }

Injector& Striking::injector() const { return simulation_.injector(); }

std::vector<NodeId> Striking::resolve(const Target& target) const {
  return injector().resolve(target, step_);
}

ChoiceKey Striking::next_choice(std::string_view label) const {
  return injector().next_choice(label, step_);
}

void Striking::each(const Target& target, const std::function<void(NodeId)>& action) const {
  for (const NodeId id : resolve(target)) action(id);
}

void Striking::each_allowed(const Target& target, const std::string& what, const Refused& refused,
                            const std::function<void(NodeId)>& action) const {
  each(target, [&](NodeId id) {
    const auto why = refused(id);
    if (why.empty()) {
      action(id);
    } else {
      simulation_.record(FaultMissed{step_, what, why}, cause_);
    }
  });
}

std::string Striking::all_refused(const Target& target, const Refused& refused) const {
  std::string why;
  for (const NodeId id : resolve(target)) {
    why = refused(id);
    if (why.empty()) break;
  }
  return why;
}

void Striking::pairs(const Target& from, const Target& to,
                     const std::function<void(NodeId, NodeId)>& action) const {
  const auto senders = resolve(from);
  const auto receivers = resolve(to);
  for (const NodeId sender : senders) {
    for (const NodeId receiver : receivers) {
      if (sender != receiver) action(sender, receiver);
    }
  }
}

void Striking::later(Duration duration, std::function<void()> action) const {
  if (duration > Duration::zero()) simulation_.after(duration, std::move(action));
}

void Striking::afflict(NodeId from, NodeId to, const Affliction& what, Duration duration) const {
  const Episode fault = network().afflict(from, to, what);
  later(duration, [&network = network(), from, to, fault] { network.relieve(from, to, fault); });
}

void Striking::unless_healed(Duration delay, std::function<void()> action) const {
  if (delay == Duration::zero()) return action();
  simulation_.after(
      delay, [&network = network(), healings = network().healings(), act = std::move(action)] {
        if (network.healings() == healings) act();
      });
}

std::vector<NodeId> Striking::in_keyed_order(std::vector<NodeId> nodes,
                                             std::string_view label) const {
  const auto key = next_choice(label);
  const auto rank = [&](NodeId id) {
    const auto label_hash = hash64(simulation_.node(id).name(), key.label_hash);
    return std::pair(keyed_value(simulation_.options().seed, label_hash, key.occurrence), id);
  };
  std::sort(nodes.begin(), nodes.end(),
            [&](NodeId one, NodeId other) { return rank(one) < rank(other); });
  return nodes;
}

std::string lasting(Duration duration) {
  return duration > Duration::zero() ? format(" for {}", to_text(duration)) : std::string();
}

}  // namespace logquake::sim
