// Z-INV-27: what controllers write to ZooKeeper is grouped by epoch, and each epoch is one
// broker's.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// Judges what ZooKeeper accepted: each election raises /controller_epoch, and until the next one
/// only the broker that won it writes what only controllers write, for that epoch (Z-KZ-6,
/// Z-KZ-11): new partition states, new leader epochs, the removal of topics, of marks for deletion
/// and of notifications. Under which session it does so is K-INV-14's business.
CheckerFactory controller_epochs_have_one_owner();

}  // namespace logquake::scenario
