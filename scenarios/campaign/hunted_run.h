// What a hunt keeps of one run: a line of hunt.jsonl. No times are in it, so the same campaign
// gives the same bytes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "reports/run_report.h"
#include "scenarios/engine/failure.h"
#include "scenarios/engine/runner.h"
#include "sim/base/result.h"
#include "sim/base/time.h"
#include "sim/probe.h"

namespace logquake::scenario {

/// How often an anomaly of one clause was excused in the run.
struct CountedAnomaly {
  std::string checker;
  std::string clause;
  std::int64_t count = 0;
  bool operator==(const CountedAnomaly&) const = default;
};

struct HuntedRun {
  std::string scenario;
  std::string content_hash;  // of the effective scenario, 16 hex digits
  std::uint64_t seed = 0;
  std::string strategy;
  report::Verdict verdict = report::Verdict::passed;
  std::vector<Failure> failures;  // empty where it passed
  std::string name;               // the token by which `replay` finds it again
  std::string command;            // brings a run back that did not pass
  std::uint64_t fingerprint = 0;
  std::int64_t events = 0;
  Duration simulated{};
  std::map<std::string, sim::ProbeTally> probes;  // those whose place was reached
  std::map<std::string, std::int64_t> faults;     // each kind in its plan, and how often it struck
  std::map<std::string, std::int64_t> facts;      // how often each kind was stated
  std::vector<CountedAnomaly> anomalies;          // by checker and clause
  std::vector<std::string> pending;
  bool operator==(const HuntedRun&) const = default;
};

HuntedRun hunted_run_of(const RunResult& result);

/// One line of JSON, without the line break; bytes that are no UTF-8 become U+FFFD.
std::string to_line(const HuntedRun& run);
/// Reads what to_line() wrote. Errors: corrupt, with what was expected.
Result<HuntedRun> parse_hunted_run(std::string_view line);

/// How long a run took: a line of timings.jsonl.
struct RunTiming {
  std::string content_hash;
  std::uint64_t seed = 0;
  Duration wall{};
  Duration cpu{};  // zero where its process died
  int worker = 0;
};
std::string to_line(const RunTiming& timing);
/// Errors: corrupt.
Result<RunTiming> parse_timing(std::string_view line);

}  // namespace logquake::scenario
