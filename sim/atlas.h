// Keeps at least one good copy of what a group of nodes stores, so that a run stays judgeable:
// which of its nodes may be struck by faults that lose what was synced.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/trace/fact.h"

namespace logquake::sim {

class Simulation;

/// Asked by bit_rot, lost_write, misdirected_write, wipe_disk and restore_disk before they strike.
/// It remembers nothing: who is damaged is read from the disks (Disk::is_damaged() says what repair
/// means), and these hold what the plan did to them.
class Atlas {
 public:
  /// An unrestricted atlas refuses nothing: for hunts that look for safety only.
  Atlas(Simulation& simulation, bool unrestricted)
      : simulation_(simulation), unrestricted_(unrestricted) {}

  /// How many nodes of the group may be damaged at the same time. Default: a minority, which is
  /// none of a group of one or two.
  void allow(std::string group, int most) { most_[std::move(group)] = most; }

  /// Why the node may not be damaged now; empty where it may. A node that is damaged already may
  /// be damaged more.
  std::string refusal(NodeId node) const;

 private:
  Simulation& simulation_;
  bool unrestricted_;
  std::map<std::string, int, std::less<>> most_;
};

}  // namespace logquake::sim
