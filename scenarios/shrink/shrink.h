// From a failing run to the smallest scenario that fails in the same way.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "scenarios/engine/catalog.h"
#include "scenarios/engine/failure.h"
#include "scenarios/engine/scenario.h"
#include "sim/base/result.h"
#include "sim/base/time.h"
#include "sim/schedule/strategy.h"

namespace logquake::scenario {

struct ShrinkRequest {
  Duration time = 60s;  // of real time; the best so far is the result
  int jobs = 1;
  /// Where the result will be, for its run's name: "store/x/scenario.toml". Empty: as the scenario.
  std::string asked_for;
  Duration patience = 60s;  // of real time for one run; longer is a hang
  std::int64_t most_runs = std::numeric_limits<std::int64_t>::max();
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
  Duration elapsed{};
  std::string news;
};

/// The smallest scenario that was found, concrete and valid: a run of it under the same seed fails
/// alike.
struct Shrunk {
  Scenario scenario;
  std::uint64_t seed = 1;
  Failure failure;
  report::RunReport report;  // of its run, without facts
  ScenarioSize before;
  ScenarioSize after;
  std::vector<std::string> taken;  // the reductions, as sentences, in their order
  std::int64_t runs = 0;           // candidates judged
  Duration wall{};
  bool is_minimal = false;  // no single reduction that is left keeps the failure
  bool was_interrupted = false;
};

struct ShrinkListener {
  std::function<bool(const ShrinkProgress&)> progress;
  /// Called with each scenario that is smaller than the one before and fails alike: to keep it.
  std::function<void(const Scenario&, const report::RunReport&)> better;
};

/// Shrinks the run (scenario, seed, strategy). Blocks for at most about `time`. A candidate is
/// taken only if its run breaks the same promise; the first in a fixed order is taken, so that the
/// result is the same for any number of jobs, as long as the time suffices. Errors: not_found,
/// where the run does not fail; invalid_argument, where it cannot be made concrete.
Result<Shrunk> shrink(const Scenario& scenario, const Catalog& catalog, std::uint64_t seed,
                      const sim::Strategy& strategy, const ShrinkRequest& request,
                      const ShrinkListener& listener);

}  // namespace logquake::scenario
