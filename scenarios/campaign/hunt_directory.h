// Where hunts are kept.
#pragma once

#include <vector>

#include "scenarios/campaign/hunt.h"
#include "scenarios/engine/run_directory.h"
#include "scenarios/engine/scenario.h"

namespace logquake::scenario {

/// scenario.toml, hunt.json.
std::vector<NamedFile> files_of_hunt(const Scenario& scenario, const HuntReport& report);

}  // namespace logquake::scenario
