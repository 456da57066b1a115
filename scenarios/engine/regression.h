// Runs that once went wrong and are kept for ever, each with what it guards and how it must end.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/run_report.h"
#include "scenarios/engine/catalog.h"
#include "scenarios/engine/problems.h"
#include "scenarios/engine/run_name.h"
#include "scenarios/engine/scenario.h"

namespace logquake::scenario {

///     [[regression]]
///     name     = "stored-isr-of-a-dead-leader"
///     guards   = "An ISR change whose leader died before stating it is learned from the next."
///     clause   = "K-REP-9"                      # optional
///     scenario = "users-table-to-replica"       # or ./a-file-beside-this-one.toml
///     seed     = 142                            # default: 1
///     strategy = "fifo"                         # default: what a run of the seed has
///     defects  = "replica.skip-truncation"      # default: none
///     sets     = ["length=30s"]                 # as --set; default: none
///     expect   = "violated"                     # or "passed", the default
///     checker  = "acked-records-survive"        # of "violated": who must find it
///
/// Instead of scenario, seed, strategy, defects and sets a run's name: run = "lq1:...".
struct Regression {
  std::string name;
  std::string guards;
  std::string clause;
  std::string scenario;
  std::uint64_t seed = 1;
  std::optional<sim::Strategy> strategy;
  std::vector<std::string> defects;
  std::vector<std::string> sets;
  report::Verdict expected = report::Verdict::passed;
  std::string checker;
};

inline constexpr std::string_view regressions_file = "regressions.toml";

/// Reads FOLDER/regressions.toml; otherwise what is wrong is in `problems`. Paths of scenarios are
/// made relative to the folder.
std::optional<std::vector<Regression>> read_regressions(const std::string& folder,
                                                        Problems& problems);
/// The same of its text.
std::optional<std::vector<Regression>> parse_regressions(std::string_view text,
                                                         const std::string& folder,
                                                         Problems& problems);

/// How a run of it ended, against what is expected.
struct RegressionResult {
  report::RunReport report;
  bool as_expected = false;
  std::string found;  // "violated by rows-converge", "passed"
};
RegressionResult judge(const Regression& regression, report::RunReport report);

/// "violated by acked-records-survive".
std::string expectation_of(const Regression& regression);

}  // namespace logquake::scenario
