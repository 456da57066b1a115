// A hunt's directory: it is there from the beginning, and says whether the hunt has come to its
// end.
//
//     hunt.jsonl      the campaign, then a line for each run (hunt_log.h)
//     timings.jsonl   how long they took
//     hunt.json       the report; while it is missing or says `interrupted`, the hunt can go on
//     scenario.toml   as run; scenario-1.toml and so on where there are several
//     stories/        the cheapest run of each kind of failure, told
//     junit.xml, summary.md
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/campaign/hunt_log.h"
#include "scenarios/campaign/hunt_report.h"
#include "scenarios/engine/run_directory.h"
#include "sim/base/result.h"

namespace logquake::scenario {

/// Whether a hunt has begun there and not come to its end.
bool is_unfinished_hunt(const std::string& directory);
/// Whether there is a hunt at all, finished or not.
bool is_hunt(const std::string& directory);

/// Makes the directory of a hunt that begins. Errors: already_exists: an unfinished hunt, or files
/// that logquake did not write; io_error, no_space.
Status begin_hunt_directory(const std::string& directory, const Campaign& campaign,
                            const std::vector<NamedFile>& scenario_files);
/// The names of the scenarios' files, in their order.
std::vector<std::string> scenario_file_names(std::size_t scenarios);

/// The whole file. Errors: not_found.
Result<std::string> read_hunt_file(const std::string& directory, const std::string& name);

/// Of an --until-fail campaign only what is not behind the first seed that failed; else everything.
std::vector<LoggedRun> runs_that_count(const Campaign& campaign, std::vector<LoggedRun> runs);
/// Adds up those runs of the text.
HuntReport report_of(const Campaign& campaign, std::vector<LoggedRun> runs, std::string_view text);

/// The lines of timings.jsonl that belong to the runs, in their order; what cannot be read is left
/// out. Adds up `cpu`.
std::string sorted_timings(std::string_view text, const Campaign& campaign,
                           const std::vector<LoggedRun>& runs, Duration& cpu);

/// hunt.json, junit.xml, summary.md and the stories. hunt.json comes last.
std::vector<NamedFile> files_of_report(const HuntReport& report);
/// Puts each file in its place at once, the last one last. Errors: io_error, no_space.
Status replace_files(const std::string& directory, const std::vector<NamedFile>& files);

}  // namespace logquake::scenario
