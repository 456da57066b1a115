// What `hunt` and `merge` print when they are done.
#pragma once

#include <string>
#include <string_view>

#include "scenarios/campaign/hunt_report.h"
#include "scenarios/cli/settings.h"
#include "sim/base/result.h"

namespace logquake::scenario {

/// Prints the report, and the annotations where they are asked for. Returns the exit code.
int tell_hunt(const HuntReport& report, const std::string& directory, const Settings& settings);

/// Prints what went wrong, after `flag` where the directory is to blame. Returns the exit code: bad
/// input, or trouble of the harness.
int hunt_trouble(const Error& error, std::string_view flag);

}  // namespace logquake::scenario
