// The cheapest run of each kind of failure, run once more with everything recorded, and told.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "scenarios/campaign/hunt_report.h"
#include "scenarios/engine/scenario.h"

namespace logquake::scenario {

/// How many kinds of failures are told. Chosen: more than anybody reads.
inline constexpr std::size_t most_stories = 50;

/// "stories/gossip-seed-17.txt".
std::string story_file(const Campaign& campaign, const HuntFailure& failure);

/// Fills in the stories of the first failures, in `jobs` child processes. A run whose process died
/// has none: there is nothing left to tell. Ends early when `go_on` returns false.
void tell_stories(HuntReport& report, std::span<const Scenario> scenarios, int jobs,
                  const std::function<bool()>& go_on);

}  // namespace logquake::scenario
