// What a command line asks for, after flags and their environment twins have been read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/scenario.h"
#include "sim/base/result.h"
#include "sim/base/time.h"
#include "sim/simulation.h"

namespace logquake::scenario {

struct Settings {
  std::string command;
  std::string subject;  // a scenario, a run directory, a run's name, a WHAT; may be empty
  std::vector<std::string> subjects;  // of the commands that take several
  std::vector<std::string> sets;
  std::vector<std::string> defects;
  std::string seed;
  std::string seeds;
  std::string strategy;
  std::string time;
  std::string runs;
  std::string cpu;
  std::string jobs;
  std::string campaigns;
  bool no_shrink = false;
  std::string patience;
  std::string memory;
  std::string shard;
  bool shrink = false;
  std::string annotations;
  std::optional<std::string> resume;          // a directory, or empty for the one at hand
  std::optional<std::string> require_probes;  // names separated by commas, or empty
  bool until_fail = false;
  std::string out;
  std::string format = "text";
  std::string keep = "debug";
  std::string log;
  bool check_determinism = false;
  bool in_process = false;
  bool trace = false;
  std::string around;
  std::string break_at;
  std::string other;  // the second of two runs
};

/// Seeds A to B, both included; without an end a hunt counts up.
struct SeedRange {
  std::uint64_t first = 1;
  std::optional<std::uint64_t> last;
};

/// "17". Errors: invalid_argument.
Result<std::uint64_t> parse_seed(std::string_view text);
/// "1..300", "17". Errors: invalid_argument: not numbers, or the first behind the last.
Result<SeedRange> parse_seeds(std::string_view text);
/// "8". Errors: invalid_argument.
Result<int> parse_jobs(std::string_view text);

/// "2GiB", "512MiB"; zero for "none". Errors: invalid_argument: no size, or less than a run needs
/// to begin.
Result<std::int64_t> parse_memory(std::string_view text);

/// Warnings for variables LOGQUAKE_... in `environment` that nothing reads, with what may have been
/// meant.
std::vector<std::string> unknown_variables(const char* const* environment,
                                           std::vector<std::string> known);

}  // namespace logquake::scenario
