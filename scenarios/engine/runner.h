// One run of a scenario: safety under faults first, then healing, then liveness within bounded
// time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reports/run_report.h"
#include "scenarios/engine/run_name.h"
#include "scenarios/engine/scenario.h"
#include "sim/fault.h"
#include "sim/injector.h"
#include "sim/simulation.h"

namespace logquake::scenario {

struct RunRequest {
  std::uint64_t seed = 1;
  std::optional<sim::Strategy> strategy;   // default: strategy_for()
  bool record = false;                     // keep facts; hunts keep none
  sim::Level keep = sim::Level::debug;     // the least level that is kept when recording
  std::optional<sim::Level> log;           // prints facts from this level on, as they are stated
  std::optional<std::uint8_t> stack_fill;  // what new stacks hold: see sim::Options
  sim::EventLog* events = nullptr;         // keeps every event of the kernel
  bool count_facts = false;                // fills RunResult::fact_counts
  // Called before anything happens: whoever subscribes there sees each fact before checkers and
  // recorders do. It looks and changes nothing.
  std::function<void(sim::Simulation&)> watch;
};

struct RunResult {
  report::RunReport report;
  sim::FaultPlan plan;                   // what was armed: the scenario's steps and the seed's own
  std::vector<sim::StruckFault> struck;  // those of them that struck
  std::optional<Instant> load_began;     // nothing where the run never came so far
  std::optional<Instant> healing_began;
  std::map<std::string, sim::ProbeTally> probes;  // of the kit's catalogue, hit or not
  /// How often each kind of fault struck, zero for those of the plan that never did.
  std::map<std::string, std::int64_t> fault_counts;
  std::map<std::string, std::int64_t> fact_counts;  // by kind, where asked for
};

/// Runs from beginning to end, in this process. The same (scenario, seed, strategy) gives the same
/// fingerprint on every machine; only `wall` differs.
RunResult run(const Scenario& scenario, const RunRequest& request);

/// The scenario's own strategy; without one, `fifo` where no faults are drawn and otherwise what
/// the seed draws: half of the seeds fifo, a quarter random, a quarter pct.
sim::Strategy strategy_for(const Scenario& scenario, std::uint64_t seed);
/// The scenario's steps and what the seed draws on top.
sim::FaultPlan plan_for(const Scenario& scenario, std::uint64_t seed);
/// The run's name.
RunName name_for(const Scenario& scenario, std::uint64_t seed, const sim::Strategy& strategy);
/// "logquake run gossip --seed 17 --defect gossip.forget-after-restart".
std::string command_for(const Scenario& scenario, std::uint64_t seed,
                        const sim::Strategy& strategy);

/// The report of a run whose process died or never ended: no facts, the verdict crashed, and why.
report::RunReport report_of_dead_run(const Scenario& scenario, std::uint64_t seed,
                                     const sim::Strategy& strategy, std::string why);

/// The version of logquake, "0.1.0".
std::string_view version();

}  // namespace logquake::scenario
