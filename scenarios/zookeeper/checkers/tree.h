// The tree is a tree.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// Z-INV-14: a node comes under a parent that is there and not ephemeral, and goes without
/// children; each set of its data adds one to its version; what a Stat says fits together and fits
/// the data.
CheckerFactory zookeeper_tree();

}  // namespace logquake::scenario
