// The reductions of a scenario's fault plan: fewer steps, earlier ones, gentler ones.
#pragma once

#include <vector>

#include "scenarios/shrink/reduction.h"
#include "sim/fault.h"

namespace logquake::scenario {

/// Fewer steps: all, halves, quarters and so on, at last each alone; the last steps first.
std::vector<Reduction> step_reductions(const sim::FaultPlan& plan);
/// The same steps sooner: all of them earlier, shorter pauses between them, earlier occurrences of
/// the facts they wait for, rounder instants.
std::vector<Reduction> trigger_reductions(const sim::FaultPlan& plan);
/// The same steps gentler: shorter, by less, fewer; the fate of unsynced pages said and gentle.
std::vector<Reduction> parameter_reductions(const sim::FaultPlan& plan);

}  // namespace logquake::scenario
