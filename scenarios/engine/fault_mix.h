// Swarm faults: each seed draws its own subset of fault kinds, targets and instants, before the
// run.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "scenarios/engine/kit.h"
#include "sim/base/ratio.h"
#include "sim/fault.h"

namespace logquake::scenario {

/// [faults] of a scenario file.
struct FaultMix {
  std::set<FaultFamily> families;
  Ratio intensity{1, 4};  // the chance that a window of 10 s sees a fault of one family
  bool operator==(const FaultMix&) const = default;
};

/// The steps that `seed` draws for a load of `length`. A pure function of its arguments: each
/// window of each family has a stream of its own, so that dropping one never shifts another. The
/// last step strikes within nine tenths of `length`. `first_step` is the number of the first:
/// steps that refer to each other count from there.
std::vector<sim::FaultStep> draw_faults(const FaultMix& mix, const FaultTargets& targets,
                                        Duration length, std::uint64_t seed, int first_step = 0);

}  // namespace logquake::scenario
