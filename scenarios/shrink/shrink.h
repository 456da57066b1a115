// From a failing run to the smallest scenario that fails in the same way.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "scenarios/engine/catalog.h"
#include "scenarios/engine/failure.h"
#include "scenarios/engine/scenario.h"
#include "sim/base/result.h"
#include "sim/base/time.h"
#include "sim/schedule/strategy.h"

namespace logquake::scenario {

/// The search ends where one of its bounds is reached, with the best so far. It is bounded by work,
/// so that a machine that is slow or stands still shrinks as far as any other; real time is the
/// last resort.
struct ShrinkRequest {
  /// Candidates judged. Chosen: five times what our longest stories took.
  std::int64_t most_runs = 1000;
  Duration most_cpu = 120s;  // user and system time of the candidates' processes
  Duration time = 600s;      // of real time
  int jobs = 1;
  /// Where the result will be, for its run's name: "store/x/scenario.toml". Empty: as the scenario.
  std::string asked_for;
  Duration patience = 60s;  // of real time for one run; longer is a hang
};

/// How large a scenario is.
struct ScenarioSize {
  std::int64_t steps = 0;       // of the fault plan
  std::int64_t operations = 0;  // that the workloads may do
  Duration length{};            // of the load
  bool operator==(const ScenarioSize&) const = default;
};
ScenarioSize size_of(const Scenario& scenario);
/// "3 fault steps, 8 operations in 12s".
std::string to_text(const ScenarioSize& size);

/// Told some times a second; `news` is what was just taken, or empty. False ends the search.
struct ShrinkProgress {
  ScenarioSize before;
  ScenarioSize best;
  std::int64_t runs = 0;
  Duration cpu{};      // of the candidates' processes
  Duration elapsed{};  // real time
  std::string news;
};

/// Why a search ended.
enum class ShrinkEnd : std::uint8_t {
  minimal,  // no single reduction that is left keeps the failure
  runs,     // the bounds of the request
  cpu,
  time,
  interrupted,
};

/// The smallest scenario that was found, concrete and valid: a run of it under the same seed fails
/// alike.
struct Shrunk {
  Scenario scenario;
  std::uint64_t seed = 1;
  Failure failure;           // as its own run tells it
  report::RunReport report;  // of its run, without facts
  ScenarioSize before;
  ScenarioSize after;
  std::vector<std::string> taken;  // the reductions, as sentences, in their order
  std::int64_t runs = 0;           // candidates judged
  Duration cpu{};                  // of the candidates' processes
  Duration wall{};
  ShrinkEnd end = ShrinkEnd::minimal;
};
/// "The search was not at its end: it had tried 1000 candidates, as many as it may."; empty for one
/// that came to its end.
std::string unfinished_text(const Shrunk& shrunk);

struct ShrinkListener {
  std::function<bool(const ShrinkProgress&)> progress;
  /// Called with each scenario that is smaller than the one before and fails alike: to keep it.
  std::function<void(const Scenario&, const report::RunReport&)> better;
};

/// Shrinks the run (scenario, seed, strategy). Blocks for at most about `time`. A candidate is
/// taken only if its run breaks the same promise; the first in a fixed order is taken, so that the
/// result is the same for any number of jobs, where CPU and real time suffice. Errors: not_found,
/// where the run does not fail; timed_out, where it was interrupted before that was known;
/// invalid_argument, where it cannot be made concrete.
Result<Shrunk> shrink(const Scenario& scenario, const Catalog& catalog, std::uint64_t seed,
                      const sim::Strategy& strategy, const ShrinkRequest& request,
                      const ShrinkListener& listener);

}  // namespace logquake::scenario
