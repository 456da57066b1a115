// Where runs are kept: a folder that appears whole or not at all.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/engine/runner.h"
#include "scenarios/engine/scenario.h"
#include "sim/base/result.h"

namespace logquake::scenario {

/// A file's name and content.
using NamedFile = std::pair<std::string, std::string>;

/// scenario.toml, plan.toml, result.json, report.html, trace.jsonl.
std::vector<NamedFile> files_of_run(const Scenario& scenario, const RunResult& result);

/// Writes the files (a name may begin with "folder/") into a folder next to `path` and renames it
/// when it is complete. A folder that is there already is replaced if logquake wrote it. Errors:
/// already_exists (somebody else's), io_error, no_space.
Status write_directory(const std::string& path, const std::vector<NamedFile>& files);

/// The same, and moves files that are written already (name, path) into the folder; they must lie
/// on the same file system: see path_beside().
Status write_directory(const std::string& path, const std::vector<NamedFile>& files,
                       const std::vector<NamedFile>& written);
/// A hidden path next to `path` for what grows while the run runs; makes the folders around it.
Result<std::string> path_beside(const std::string& path, std::string_view what);

/// Whether write_directory() would write there: nothing, an empty folder, or one of ours.
Status may_write_directory(const std::string& path);
/// The same, and whether anything can be written there at all: tries it, and leaves at most the
/// folders around `path` behind. Asked before the work, whose result would have no place.
Status try_directory(const std::string& path);

/// The name with everything that is not plain as "-": fit for a file's name, never empty.
std::string safe_file_name(std::string_view name);

/// `store`/NAME-STAMP, free at this moment; STAMP is the real time, NAME the scenario's.
std::string fresh_directory(const std::string& store, const std::string& name);
/// Points `store`/latest to a directory in it.
void point_latest(const std::string& store, const std::string& directory);

/// What a run directory holds: the report with its facts, and the scenario's text. Errors:
/// not_found, corrupt.
struct StoredRun {
  report::RunReport report;
  std::string scenario_toml;
};
Result<StoredRun> read_run_directory(const std::string& path);

}  // namespace logquake::scenario
