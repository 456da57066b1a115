// A kit for the engine's own tests: nodes that tick, and misbehave in every way that a run can end.
#pragma once

#include <memory>

#include "scenarios/engine/catalog.h"

namespace logquake::scenario {

/// Reads
///
///     [trial]
///     nodes = 2
///     deed = "tick"      # or a misdeed: see the list in trial_kit.cc
///     only-seed = 3      # misbehaves for this seed alone; default: for every one
///
///     [[workload]]
///     type = "ticks"
///     every = "10ms"
///     count = 20
std::unique_ptr<Kit> trial_kit();

/// What the deed "never-yield" does.
void never_yield();

/// A catalog with the trial kit and nothing else.
Catalog trial_catalog();

}  // namespace logquake::scenario
