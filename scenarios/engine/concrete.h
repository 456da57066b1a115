// A scenario with nothing left to draw before the run: what the shrinker edits.
#pragma once

#include <cstdint>

#include "scenarios/engine/catalog.h"
#include "scenarios/engine/scenario.h"
#include "sim/base/result.h"
#include "sim/fault.h"
#include "sim/schedule/strategy.h"

namespace logquake::scenario {

/// The same scenario with what `seed` draws written down: its settings, its faults as [[fault]]
/// steps under their numbers. Probabilities and triggers with `each` are settled, steps that are
/// not in play are gone, and the strategy is said. A run of it under `seed` has the fingerprint of
/// the original's run. Pure. Errors: invalid_argument, where the document cannot be read back.
Result<Scenario> concrete(const Scenario& scenario, const Catalog& catalog, std::uint64_t seed,
                          const sim::Strategy& strategy);

/// Writes the plan into a scenario's document, in place of the steps that it has.
void set_plan(Value& document, const sim::FaultPlan& plan);

}  // namespace logquake::scenario
