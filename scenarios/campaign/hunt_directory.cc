#include "scenarios/campaign/hunt_directory.h"

namespace logquake::scenario {

std::vector<NamedFile> files_of_hunt(const Scenario& scenario, const HuntReport& report) {
  return {{"scenario.toml", scenario.toml()}, {"hunt.json", to_json(report)}};
}

}  // namespace logquake::scenario
