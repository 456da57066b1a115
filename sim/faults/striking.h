// What performing a fault needs: the world, whom a target means now, and healing later.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/base/time.h"
#include "sim/fact.h"
#include "sim/faults/target.h"

namespace logquake::sim {

class Injector;
class Network;
class Simulation;

/// Lent to Fault::strike(), outside all tasks.
class Striking {
 public:
  Striking(Simulation& simulation, EventId cause) : simulation_(simulation), cause_(cause) {}

  Simulation& simulation() const { return simulation_; }
  Network& network() const;
  Injector& injector() const;
  /// The fact.struck that led here: the cause of whatever the fault brings about.
  EventId cause() const { return cause_; }

  /// Calls `action` with every node that the target means.
  void each(const Target& target, const std::function<void(NodeId)>& action) const;
  /// Calls `action` with every direction between two different nodes that the targets mean.
  void pairs(const Target& from, const Target& to,
             const std::function<void(NodeId, NodeId)>& action) const;
  /// Calls `action` after `duration`, or never if that is zero: such a fault lasts until healed.
  /// The action outlives the fault's value: it must capture what it needs by copy.
  void later(Duration duration, std::function<void()> action) const;

 private:
  Simulation& simulation_;
  EventId cause_;
};

/// " for 3s", or nothing for a fault that lasts until healed: how sentences end.
std::string lasting(Duration duration);

}  // namespace logquake::sim
