// What many runs found, as a value: fed by whoever ran them, told as JUnit XML, as a table in
// Markdown and as annotations. Nothing here knows how runs are made.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/run_report.h"
#include "sim/base/time.h"

namespace logquake::report {

/// Runs that failed alike.
struct FailureSummary {
  std::string checker;    // the case it belongs to
  std::string signature;  // what they have in common
  Verdict verdict = Verdict::violated;
  std::int64_t count = 0;
  std::uint64_t seed = 0;  // of the example
  std::string message;     // of the example
  std::string story;       // of the example, of many lines; may be empty
  std::string command;     // brings the example back
};

struct ScenarioSummary {
  std::string name;
  std::string about;
  std::string file;                // its path; empty for one of the library
  std::vector<std::string> cases;  // what each run was judged by: checkers, "crash", "liveness"
  std::int64_t runs = 0;
  std::int64_t passed = 0;
  std::int64_t violated = 0;
  std::int64_t crashed = 0;
  std::int64_t unknown = 0;
  std::int64_t nondeterministic = 0;
  Duration time{};  // of the processor, for the one place where JUnit wants it
  std::vector<FailureSummary> failures;
};

struct CampaignSummary {
  std::string title;  // "seeds 1 to 300"
  std::vector<ScenarioSummary> scenarios;
  std::vector<std::string> coverage;        // lines: "probes: 21 of 24 reached; never: ..."
  bool probes_are_required = false;         // whether the next is a gate
  std::vector<std::string> missing_probes;  // that were required and not reached
  bool interrupted = false;
};

}  // namespace logquake::report
