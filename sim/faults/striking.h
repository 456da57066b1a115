// What performing a fault needs: the world, whom a target means now, and healing later.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/time.h"
#include "sim/faults/choice_key.h"
#include "sim/faults/target.h"
#include "sim/network/affliction.h"
#include "sim/trace/fact.h"

namespace logquake::sim {

class Injector;
class Network;
class Simulation;

/// Lent to Fault::strike(), outside all tasks.
class Striking {
 public:
  Striking(Simulation& simulation, EventId cause, int step = -1)
      : simulation_(simulation), cause_(cause), step_(step) {}

  Simulation& simulation() const { return simulation_; }
  Network& network() const;
  Injector& injector() const;
  /// The fact.struck that led here: the cause of whatever the fault brings about.
  EventId cause() const { return cause_; }

  /// Calls `action` with every node that the target means.
  void each(const Target& target, const std::function<void(NodeId)>& action) const;
  /// The same for a fault that `refused` may keep from a node: it says why, or nothing. A miss is
  /// told for every node it is kept from; `what` is the fault's sentence.
  using Refused = std::function<std::string(NodeId)>;
  void each_allowed(const Target& target, const std::string& what, const Refused& refused,
                    const std::function<void(NodeId)>& action) const;
  /// Why `refused` keeps the fault from every node that the target means; empty if it does not.
  std::string all_refused(const Target& target, const Refused& refused) const;
  /// Calls `action` with every direction between two different nodes that the targets mean.
  void pairs(const Target& from, const Target& to,
             const std::function<void(NodeId, NodeId)>& action) const;
  /// Calls `action` after `duration`, or never if that is zero: such a fault lasts until healed.
  /// The action outlives the fault's value: it must capture what it needs by copy.
  void later(Duration duration, std::function<void()> action) const;

  /// The direction suffers for `duration`, or until healed if that is zero; it ends on its own,
  /// whatever else the direction suffers from.
  void afflict(NodeId from, NodeId to, const Affliction& what, Duration duration) const;
  /// Calls `action` after `delay` (at once if that is zero), unless the network is healed before.
  void unless_healed(Duration delay, std::function<void()> action) const;
  /// The nodes that the target means now.
  std::vector<NodeId> resolve(const Target& target) const;
  /// What keys the next choice of that label by this step of the plan: Injector::next_choice().
  ChoiceKey next_choice(std::string_view label) const;
  /// The nodes in an order that is keyed by their names, `label`, the step and how often it asked.
  std::vector<NodeId> in_keyed_order(std::vector<NodeId> nodes, std::string_view label) const;

 private:
  Simulation& simulation_;
  EventId cause_;
  int step_;  // the number of the plan's step; -1: none
};

/// " for 3s", or nothing for a fault that lasts until healed: how sentences end.
std::string lasting(Duration duration);

}  // namespace logquake::sim
