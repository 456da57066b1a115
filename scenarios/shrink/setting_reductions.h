// The reductions of everything in a scenario but its fault plan.
#pragma once

#include <vector>

#include "scenarios/shrink/reduction.h"

namespace logquake::scenario {

/// Fifo; fewer nodes whose tasks are held back; held back for less.
std::vector<Reduction> schedule_reductions(const Scenario& scenario);
/// Workloads dropped, and what the kit says can be smaller in those that stay.
std::vector<Reduction> load_reductions(const Scenario& scenario);
/// What else the kit says can be smaller, and promises dropped.
std::vector<Reduction> node_reductions(const Scenario& scenario);
/// A shorter load.
std::vector<Reduction> length_reductions(const Scenario& scenario);
/// No buggify; fewer sites that may fire.
std::vector<Reduction> buggify_reductions(const Scenario& scenario);
/// The network's defaults, and that everything heals.
std::vector<Reduction> default_reductions(const Scenario& scenario);

/// How many things the workloads may do in the load's length: their counts where they have them,
/// what their pace leaves room for otherwise.
std::int64_t operations_of(const Scenario& scenario);

}  // namespace logquake::scenario
