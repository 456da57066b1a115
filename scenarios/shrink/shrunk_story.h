// A shrunk scenario told: as a scenario file that stands alone, and as the story of what is left.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/run_report.h"
#include "scenarios/engine/run_directory.h"
#include "scenarios/engine/runner.h"
#include "scenarios/shrink/shrink.h"

namespace logquake::scenario {

/// The scenario as a file: everything said, a sentence above each step, in its head what breaks and
/// `run_name`. Reads back as the same scenario.
std::string annotated_toml(const Scenario& scenario, const Failure& failure,
                           const std::string& run_name);

/// The run that passes and differs least: without its defects, without one step, with one thing
/// less done.
struct PassingRun {
  std::string difference;  // "drops fault step 3 (broker-1 loses power)"
  report::RunReport report;
};
/// Tries neighbours of the shrunk scenario, in this process, until one passes; nothing where none
/// of the first few does.
std::optional<PassingRun> nearest_passing_run(const Shrunk& shrunk, const Catalog& catalog);

/// Markdown: what is left, what breaks and by which facts, where the nearest passing run parts from
/// it, and what was taken out. `failing` is the recorded run of the shrunk scenario.
std::string story_of(const Shrunk& shrunk, const report::RunReport& failing,
                     const std::optional<PassingRun>& passing);

/// Runs the shrunk scenario once more, recorded, in this process, and tells it: the files of a run
/// directory with the annotated scenario and story.md.
std::vector<NamedFile> files_of_shrunk(const Shrunk& shrunk, const Catalog& catalog);

/// What is kept while the search goes on: scenario.toml and result.json, enough for `replay`.
std::vector<NamedFile> files_so_far(const Scenario& scenario, const report::RunReport& report);

}  // namespace logquake::scenario
