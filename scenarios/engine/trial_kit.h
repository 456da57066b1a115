// A kit for the engine's own tests: nodes that tick, and misbehave in every way that a run can end.
#pragma once

#include <memory>

#include "scenarios/engine/catalog.h"

namespace logquake::scenario {

/// Reads
///
///     [trial]
///     nodes = 2
///     deed = "tick"      # tick, fail-check, overflow, hang, abort, exit, spin, drift, deadlock
///     only-seed = 3      # misbehaves for this seed alone; default: for every one
///
///     [[workload]]
///     type = "ticks"
///     every = "10ms"
///     count = 20
std::unique_ptr<Kit> trial_kit();

/// A catalog with the trial kit and nothing else.
Catalog trial_catalog();

}  // namespace logquake::scenario
