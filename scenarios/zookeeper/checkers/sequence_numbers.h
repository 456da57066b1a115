// Numbers of sequential nodes are given out once and grow.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// Z-INV-15: under one parent, from its creation to its deletion, the numbers of sequential nodes
/// grow strictly, whatever stands before them. A node whose name ends in ten digits is taken for
/// sequential.
CheckerFactory zookeeper_sequence_numbers();

}  // namespace logquake::scenario
