// The judge of properties of whole runs: the run must pass, and what does not can be brought back.
#pragma once

#include <rapidcheck.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "scenarios/engine/catalog.h"
#include "scenarios/testing/drawn_case.h"

namespace logquake::scenario {

struct RunPassesOptions {
  /// Where the scenarios of failures are written, "<folder>/<name>.toml".
  std::filesystem::path folder = "property-failures";
  /// How many candidates `shrink` tries for a failure, two at a time; zero: none, which leaves it
  /// to RapidCheck. For runs that are too slow for that, whose cases then do not shrink:
  /// rc::gen::noShrink(drawn_cases(...)).
  std::int64_t shrink_runs = 0;
  /// The file's name; empty: that of the GoogleTest test that runs.
  std::string name{};
};

/// What is wrong with the run of the case, or nothing for one that passes: the run told, where the
/// scenario was written, the run's name and the command that brings it back. With `shrink_runs` the
/// same again of the smallest scenario that fails alike, as "<name>.shrunk.toml". Runs in this
/// process, trials of `shrink` in its children. Throws std::runtime_error where no file can be
/// written.
std::optional<std::string> trouble_with_run(const DrawnCase& drawn, const Catalog& catalog,
                                            const RunPassesOptions& options = {});

/// Inside a property: fails it unless the run passes. RapidCheck then shrinks the case; its last
/// line is the string for RC_PARAMS that repeats the search.
void expect_run_passes(const DrawnCase& drawn, const Catalog& catalog,
                       const RunPassesOptions& options = {});

}  // namespace logquake::scenario
