// The command line `logquake`, for our kits and for users' own binaries alike.
#pragma once

#include "scenarios/engine/catalog.h"

namespace logquake::scenario {

/// Runs one command: list, check, run, hunt, merge, replay, shrink, diff, regressions, report,
/// schema. Returns the exit code:
/// 0 passed, 1 violated or crashed, 2 unknown, 3 nondeterministic, 4 bad input, 125 trouble of the
/// harness itself.
///
///     int main(int argc, char** argv) {
///       logquake::scenario::Catalog catalog;
///       catalog.add(my_kit()).add_library("scenarios");
///       return logquake::scenario::run_command_line(argc, argv, catalog);
///     }
int run_command_line(int argc, char** argv, const Catalog& catalog);

/// Adds the folders where the scenarios that come with logquake may be: beside the binary when
/// installed
/// (../share/logquake/library), and `source_folder` for a build tree. LOGQUAKE_LIBRARY, when set,
/// comes first.
void add_library_folders(Catalog& catalog, std::string source_folder);

}  // namespace logquake::scenario
