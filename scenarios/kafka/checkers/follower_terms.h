// K-REP-11: a follower is answered within the term that it knows.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// No follower copies a batch that was written in a later leader epoch than the one it follows in.
CheckerFactory followers_copy_their_term();

}  // namespace logquake::scenario
