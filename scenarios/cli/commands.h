// What each command does, free of how its flags are parsed.
#pragma once

#include <string>

#include "reports/run_report.h"
#include "scenarios/cli/settings.h"
#include "scenarios/engine/catalog.h"

namespace logquake::scenario {

inline constexpr int exit_bad_input = 4;
inline constexpr int exit_harness_trouble = 125;

int exam_command(const Settings& settings, const Catalog& catalog);
int list_command(const Settings& settings, const Catalog& catalog);
int check_command(const Settings& settings, const Catalog& catalog);
int run_command(const Settings& settings, const Catalog& catalog);
int hunt_command(const Settings& settings, const Catalog& catalog);
int merge_command(const Settings& settings, const Catalog& catalog);
int replay_command(const Settings& settings, const Catalog& catalog);
int diff_command(const Settings& settings, const Catalog& catalog);
int regressions_command(const Settings& settings, const Catalog& catalog);
int shrink_command(const Settings& settings, const Catalog& catalog);
int report_command(const Settings& settings, const Catalog& catalog);
int schema_command(const Settings& settings, const Catalog& catalog);

/// Shrinks the run that `subject` names into the directory `path`; `told` becomes what is to be
/// printed. Progress goes to standard error. Returns the exit code.
int shrink_run(const std::string& subject, const std::string& path, const Settings& settings,
               const Catalog& catalog, std::string& told);

/// Prints "logquake: WHY" to standard error and returns `exit_bad_input`.
int bad_input(std::string_view why);
int harness_trouble(std::string_view why);

/// The scenario that the settings name, overrides applied; otherwise prints every problem.
std::optional<Scenario> load(const Settings& settings, const Catalog& catalog);

/// The strategy asked for, or nothing; false after printing what is wrong with it.
bool read_strategy(const Settings& settings, std::optional<sim::Strategy>& strategy);
/// A duration of real time asked for by `flag`; false after printing what is wrong with it.
bool read_duration(std::string_view flag, const std::string& text,
                   std::optional<Duration>& duration);

/// A whole number from 1 to a million asked for by `flag`; an empty text leaves it as it is. False
/// after printing what is wrong with it.
bool read_count(std::string_view flag, const std::string& text, std::int64_t& count);

/// The run as text or JSON, as the settings ask; `path` is its directory.
std::string told_run(const Settings& settings, const report::RunReport& report,
                     const std::string& path);

/// How `run` and `replay` perform and keep one run: in a child process (unless told otherwise), so
/// that its death is a result too. Returns the verdict's exit code.
struct KeptRun {
  std::uint64_t seed = 1;
  std::optional<sim::Strategy> strategy;
  std::optional<std::uint64_t> expected_fingerprint;  // of the run that is replayed
};
int run_and_keep(const Scenario& scenario, const KeptRun& kept, const Settings& settings);

}  // namespace logquake::scenario
