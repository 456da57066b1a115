// K-INV-14: only the controller of the highest epoch writes partition states.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// Judges what ZooKeeper accepted: whoever creates or deletes a partition's state, or raises its
/// leader epoch, does so under the session that last raised /controller_epoch, and names that
/// epoch. Leaders' own changes of an ISR keep the leader epoch and are not judged (K-ISR-8).
CheckerFactory controllers_take_turns();

}  // namespace logquake::scenario
