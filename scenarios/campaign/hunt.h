// A hunt: many seeds of one scenario in worker processes, judged, counted and grouped.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reports/run_report.h"
#include "scenarios/engine/scenario.h"
#include "sim/simulation.h"

namespace logquake::scenario {

struct HuntRequest {
  std::uint64_t first = 1;
  std::optional<std::uint64_t>
      last;                      // included; without it the hunt counts up until the time is over
  std::optional<Duration> time;  // of real time: no new seed is begun afterwards
  int jobs = 1;
  std::optional<sim::Strategy> strategy;  // default: what each seed draws
  bool check_determinism = false;         // each seed twice
  Duration patience = 300s;               // of real time for one run; longer is a hang
};

/// Runs that failed alike: the same checker, the same message but for its numbers.
struct HuntFailure {
  std::string checker;    // for crashes "crash", for other trouble the verdict's name
  std::string signature;  // "G-INV-1: # of # acknowledged rumours never reached gossip-#"
  std::string message;    // of the first seed
  report::Verdict verdict = report::Verdict::violated;
  std::int64_t count = 0;
  std::uint64_t first_seed = 0;
  std::string name;     // of that run
  std::string command;  // brings it back
};

/// An excused anomaly, over all runs.
struct HuntAnomaly {
  std::string checker;
  std::string clause;
  std::int64_t runs = 0;
  std::int64_t count = 0;
  std::uint64_t first_seed = 0;
};

struct HuntReport {
  std::string scenario;
  std::string about;
  std::string asked_for;
  std::string content_hash;
  std::vector<std::string> defects;
  std::uint64_t first = 1;
  std::uint64_t last = 0;  // the last seed that was run
  bool interrupted = false;
  std::int64_t runs = 0;
  std::int64_t passed = 0;
  std::int64_t violated = 0;
  std::int64_t crashed = 0;
  std::int64_t unknown = 0;
  std::int64_t nondeterministic = 0;
  std::int64_t events = 0;
  Duration simulated{};
  Duration wall{};                     // differs from hunt to hunt, as nothing else here does
  std::uint64_t fingerprint = 0;       // of all runs' fingerprints in the order of their seeds
  std::vector<HuntFailure> failures;   // by first seed
  std::vector<HuntAnomaly> anomalies;  // by checker and clause
  std::map<std::string, std::int64_t> faults;  // how often each kind struck
  std::map<std::string, std::int64_t> probes;  // runs that reached each probe
};

/// Called some times a second; `total` is zero where it is not known. Returns false to end the
/// hunt.
struct HuntProgress {
  std::int64_t runs = 0;
  std::int64_t total = 0;
  std::int64_t failures = 0;
  Duration elapsed{};
  Duration simulated{};
  std::string news;  // a failure that was just found, or empty
};

HuntReport hunt(const Scenario& scenario, const HuntRequest& request,
                const std::function<bool(const HuntProgress&)>& progress);

/// hunt.json. Only `seconds` differs between hunts over the same seeds.
std::string to_json(const HuntReport& report);
/// A summary for a terminal; its last line, where something failed, brings the first failure back.
std::string to_text(const HuntReport& report);

/// The first of 3 (nondeterministic), 1 (violated or crashed), 2 (unknown), 0 that occurred.
int exit_code_of(const HuntReport& report);

}  // namespace logquake::scenario
