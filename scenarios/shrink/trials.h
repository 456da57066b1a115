// Runs candidates in child processes and finds the first, in their order, that fails alike.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scenarios/engine/catalog.h"
#include "scenarios/engine/failure.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/value.h"
#include "sim/base/time.h"

namespace logquake::scenario {

/// What is known of a candidate's run.
struct Trial {
  report::RunReport report;  // without facts
  std::set<int> struck;      // the numbers of the steps that struck
  Duration load_ran{};       // from the beginning of the load to its end, or to the end of the run
  bool was_healed = false;   // the run came as far as healing
};

/// What a candidate may cost, and how it is run.
struct TrialLimits {
  std::int64_t most_events = std::numeric_limits<std::int64_t>::max();  // more: it is no gain
  /// Only what fails before healing counts, so that the run may end there: for failures under load.
  bool under_load = false;
};

class Trials {
 public:
  struct Options {
    std::uint64_t seed = 1;
    int jobs = 1;
    Duration patience = 300s;  // of real time for one run
    std::int64_t most_runs = std::numeric_limits<std::int64_t>::max();
    Duration most_cpu = Duration::max();  // of the child processes
  };
  /// `goes_on` is asked some times a second; where it says no, what is under way is dropped.
  Trials(const Catalog& catalog, std::string asked_for, Options options,
         std::function<bool()> goes_on);

  /// One run, failing or not; nothing where the document is no valid scenario, or it was stopped.
  std::optional<Trial> run(const Value& document, const TrialLimits& limits);

  struct Found {
    std::size_t index;
    Trial trial;
  };
  /// Later candidates run ahead while earlier ones are judged, but the first in order that fails
  /// alike is taken: the same for any number of jobs.
  std::optional<Found> first_that_fails(const std::vector<Value>& documents, const Failure& failure,
                                        const TrialLimits& limits);

  /// Candidates judged so far, those not counted that ran ahead in vain.
  std::int64_t runs() const { return runs_; }
  /// User and system time of all children so far, but for what was dropped under way.
  Duration cpu() const { return cpu_; }
  /// Whether it was told to stop, or has used up its runs or its CPU time: what it says afterwards
  /// means nothing.
  bool is_stopped() const { return stopped_; }
  void stop() { stopped_ = true; }

 private:
  std::optional<std::size_t> search(
      const std::vector<Value>& documents, const TrialLimits& limits,
      const std::function<bool(std::size_t, std::optional<Trial>)>& accepts);

  const Catalog& catalog_;
  std::string asked_for_;
  Options options_;
  std::function<bool()> goes_on_;
  std::int64_t runs_ = 0;
  Duration cpu_{};
  bool stopped_ = false;
};

}  // namespace logquake::scenario
