// All servers deliver the same transactions in the same order: the heart of ZAB.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// Over the sequences in which servers deliver. Z-INV-2: what was proposed, as it was, once.
/// Z-INV-3: of two sequences one begins the other. Z-INV-4: of two servers one has all that the
/// other has. Z-INV-5a: a leader's transactions come whole and in its order. Z-INV-5b: epochs come
/// in their order. Z-INV-5c: a leader has, when it is established, all of earlier epochs that
/// anybody ever delivers.
CheckerFactory zookeeper_delivery();

}  // namespace logquake::scenario
