// What a hunt found: its runs added up in the order of scenarios and seeds, so that the same runs
// give the same report, whoever ran them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "reports/run_report.h"
#include "scenarios/campaign/campaign.h"
#include "scenarios/campaign/coverage.h"
#include "scenarios/campaign/hunted_run.h"
#include "sim/base/hash.h"

namespace logquake::scenario {

/// A run that shows a failure.
struct FailedRun {
  std::uint64_t seed = 0;
  std::int64_t events = 0;
  std::string strategy;
  std::string message;
  std::string name;     // the token by which `replay` finds it
  std::string command;  // brings it back
};

/// Runs that failed alike: the same checker, the same message but for its numbers.
struct HuntFailure {
  std::size_t scenario = 0;
  std::string checker;    // for crashes "crash", for other trouble the verdict's name
  std::string signature;  // "G-INV-1: # of # acknowledged rumours never reached gossip-#"
  report::Verdict verdict = report::Verdict::violated;
  std::int64_t count = 0;
  FailedRun first;
  FailedRun cheapest;  // the one with the fewest events, of those the one with the least seed
  std::string story;   // of the cheapest, told; empty where there is none
};

/// An excused anomaly, over all runs.
struct HuntAnomaly {
  std::string checker;
  std::string clause;
  std::int64_t runs = 0;
  std::int64_t count = 0;
  std::uint64_t first_seed = 0;
};

/// How many runs ended how.
struct VerdictCounts {
  std::int64_t runs = 0;
  std::int64_t passed = 0;
  std::int64_t violated = 0;
  std::int64_t crashed = 0;
  std::int64_t unknown = 0;
  std::int64_t nondeterministic = 0;
  void add(report::Verdict verdict);
};

struct HuntReport {
  explicit HuntReport(Campaign of) : campaign(std::move(of)), coverage(campaign) {}

  Campaign campaign;
  Coverage coverage;
  bool interrupted = false;  // ended before it had done what it was asked for
  std::uint64_t last = 0;    // the last seed that was run
  VerdictCounts counts;
  std::vector<VerdictCounts> scenarios;  // likewise, of each scenario
  std::int64_t events = 0;
  Duration simulated{};
  Duration wall{};  // real time; differs from hunt to hunt, as only this and `cpu` do
  Duration cpu{};
  std::uint64_t fingerprint = 0;       // of all runs' fingerprints, in their order
  std::vector<HuntFailure> failures;   // by scenario and first seed
  std::vector<HuntAnomaly> anomalies;  // by checker and clause
  /// The gate, where it was asked for: required probes that no run reached.
  bool probes_are_required = false;
  std::vector<std::string> missing_probes;
};

/// Adds runs to a report. They must come by scenario, then by seed.
class HuntTally {
 public:
  explicit HuntTally(HuntReport& report);
  void add(const HuntedRun& run);

 private:
  void add_failure(std::size_t scenario, const HuntedRun& run, const Failure& failure);
  void add_anomaly(const CountedAnomaly& anomaly, std::uint64_t seed);

  HuntReport& report_;
  Fingerprint fingerprint_;
};

/// The first of 3 (nondeterministic), 1 (violated or crashed, or a required probe was not reached),
/// 2 (unknown), 0 that occurred.
int exit_code_of(const HuntReport& report);

}  // namespace logquake::scenario
