// The kinds of facts that runs of a kit may state.
#pragma once

#include <string>
#include <vector>

#include "scenarios/engine/kit.h"

namespace logquake::scenario {

/// Of the kit's models, of the kernel and of the runner, sorted; nothing where the kit lists none.
std::vector<std::string> fact_kinds_of(const Kit& kit);

/// Those of the kernel and of the runner.
std::vector<std::string> common_fact_kinds();

}  // namespace logquake::scenario
