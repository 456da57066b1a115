#include "scenarios/engine/runner.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <vector>

#include "scenarios/engine/fact_counter.h"
#include "scenarios/engine/failure.h"
#include "scenarios/engine/healing.h"
#include "scenarios/engine/last_words.h"
#include "scenarios/engine/run_facts.h"
#include "sim/base/format.h"
#include "sim/injector.h"
#include "sim/trace/kernel_facts.h"
#include "sim/trace/logging.h"
#include "sim/trace/recorder.h"

namespace logquake::scenario {
namespace {

using RealClock = std::chrono::steady_clock;
using Reason = sim::Stop::Reason;

// How often the runner looks up from the run: whether the load is done, what is pending. Chosen:
// small against every length, large against the cost of asking.
constexpr Duration glance = 100ms;
// The bound on getting ready without faults. Chosen: a cluster of real machines takes less.
constexpr Duration preparation = 120s;

sim::Options options_for(const Scenario& scenario, const RunRequest& request,
                         const sim::Strategy& strategy) {
  sim::Options options;
  options.seed = request.seed;
  options.strategy = strategy;
  options.stack_fill = request.stack_fill;
  options.buggify = scenario.buggify;
  options.buggify_off.insert(scenario.buggify_off.begin(), scenario.buggify_off.end());
  options.max_events = scenario.max_events.value_or(options.max_events);
  options.unrestricted = scenario.unrestricted;
  options.network = scenario.network;
  options.defects.insert(scenario.defects.begin(), scenario.defects.end());
  return options;
}

/// When the last step in play that is bound to an instant, or follows such a step, has struck.
Duration last_strike(const sim::FaultPlan& plan, std::uint64_t seed) {
  Duration last{};
  std::map<int, Duration> when;  // by the steps' numbers
  const auto numbers = sim::numbers_of(plan);
  for (std::size_t at = 0; at < plan.steps.size(); ++at) {
    const auto& step = plan.steps[at];
    if (!sim::is_in_play(step, numbers[at], seed)) continue;
    if (const auto* instant = std::get_if<sim::AtInstant>(&step.when))
      when[numbers[at]] = instant->since_start;
    if (const auto* after = std::get_if<sim::AfterStep>(&step.when)) {
      const auto before = when.find(after->step);
      if (before != when.end()) when[numbers[at]] = before->second + after->delay;
    }
  }
  for (const auto& [number, strikes] : when) last = std::max(last, strikes);
  return last;
}

/// One run, from an empty simulation to its judgement.
class OneRun {
 public:
  OneRun(const Scenario& scenario, const RunRequest& request, const sim::Strategy& strategy)
      : scenario_(scenario),
        plan_(plan_for(scenario, request.seed)),
        simulation_(options_for(scenario, request, strategy)) {
    if (request.events != nullptr) simulation_.trace().keep_events(*request.events);
    if (request.watch) request.watch(simulation_);
    if (request.log) sim::log_to_stderr(simulation_.trace(), *request.log);
    if (request.record) recorder_.emplace(simulation_.trace(), request.keep);
    if (request.count_facts) {
      simulation_.trace().subscribe(
          [this](const sim::TraceEvent& event) { fact_counter_.add(*event.type); });
    }
    for (const auto& step : plan_.steps) fault_counts_[std::string(key_of(step.what))];
    for (const auto& factory : scenario.checkers)
      watchers_.push_back({factory.make(), Findings(factory.name)});
    simulation_.trace().subscribe([this](const sim::TraceEvent& event) { judge(event); });
  }

  void run(RunResult& result) {
    auto& report = result.report;
    try {
      run_phases();
    } catch (const CheckFailed& failed) {
      // Outside all tasks: a checker, or the world between two events.
      crash(failed.what());
    } catch (const std::exception& trouble) {
      crash(format("an exception escaped: {}", trouble.what()));
    }
    settle_verdict(report);
    fill(report);
    result.plan = plan_;
    result.load_began = load_began_;
    result.healing_began = healing_began_;
    result.struck = simulation_.injector().struck();
    for (const auto& probe : scenario_.kit->probes()) result.probes[std::string(probe.name)] = {};
    for (const auto& [probe, tally] : simulation_.probes()) result.probes[probe] = tally;
    result.fault_counts = std::move(fault_counts_);
    result.fact_counts = fact_counter_.counts();
  }

 private:
  struct Watcher {
    std::unique_ptr<Checker> checker;
    Findings findings;
  };

  void judge(const sim::TraceEvent& event) {
    if (const auto* struck = event.as<sim::FaultStruck>()) note(*struck, event);
    if (violated_) return;
    if (const auto* broken = event.as<sim::ProbeBroken>()) return break_probe(*broken, event);
    for (auto& watcher : watchers_) {
      watcher.findings.judge(event.at, event.id);
      watcher.checker->on_fact(event, watcher.findings);
      violated_ = violated_ || !watcher.findings.violations().empty();
    }
    // It proves the violation, and no story is whole without.
    if (violated_ && recorder_) recorder_->keep(event);
  }

  void break_probe(const sim::ProbeBroken& broken, const sim::TraceEvent& event) {
    Findings findings("probes");
    findings.judge(event.at, event.id);
    findings.violation("", format("{} must hold always: {}", broken.probe, broken.about));
    violated_ = true;
    own_findings_.push_back(std::move(findings));
  }

  void note(const sim::FaultStruck& struck, const sim::TraceEvent& event) {
    report::StruckFault told{
        .sentence = struck.what, .when = {}, .at = event.at, .node = {}, .fact = event.id};
    if (const auto* step = sim::find_step(plan_, static_cast<int>(struck.step))) {
      told.when = sim::sentence_of(step->when);
    } else {
      told.when = "for good, when the others heal";
    }
    for (const auto id : simulation_.nodes()) {
      const auto& name = simulation_.node(id).name();
      if (struck.what.starts_with(name) && struck.what.substr(name.size()).starts_with(' '))
        told.node = name;
    }
    faults_.push_back(std::move(told));
    ++fault_counts_[struck.fault];
  }

  /// Runs until `done` holds, `limit` is over or nothing can happen any more. False where the run
  /// has come to its end by itself.
  template <class Done>
  bool run_until(Done done, Duration limit) {
    const auto end = simulation_.now() + limit;
    while (!done() && simulation_.now() < end) {
      const auto slice = std::min<Duration>(glance, end - simulation_.now());
      stop_ = simulation_.run_until([this] { return violated_; }, slice);
      if (violated_) return false;
      // Servers that wait for ever are no deadlock by themselves: it depends on what has not come.
      if (stop_.reason == Reason::idle || stop_.reason == Reason::deadlock) break;
      if (stop_.is_crash() || stop_.reason == Reason::max_events) return false;
    }
    return true;
  }

  /// After waiting in vain for what must come: a deadlock if nothing can happen any more.
  bool is_deadlocked() const { return stop_.reason == Reason::deadlock; }

  void run_phases() {
    world_ = scenario_.setup->build(simulation_);
    if (!run_until([this] { return world_->is_ready(); }, preparation)) return;
    if (!world_->is_ready()) {
      if (is_deadlocked()) return;
      return give_up("not ready for the load", preparation);
    }

    load_began_ = simulation_.now();
    simulation_.record(PhaseBegan{"load"});
    simulation_.injector().arm(plan_);
    world_->start_load();
    const auto quiet = simulation_.now() +
                       std::min(last_strike(plan_, simulation_.options().seed), scenario_.length);
    if (!run_until([&] { return simulation_.now() >= quiet && world_->load_done(); },
                   scenario_.length))
      return;

    healing_began_ = simulation_.now();
    const auto healing = simulation_.record(PhaseBegan{"healing"});
    simulation_.injector().disarm();
    world_->stop_load();
    gone_ = heal(simulation_, *world_, healing_for(scenario_.healing, simulation_.options().seed),
                 healing);
    world_->healed(gone_);
    if (!run_until([this] { return world_->load_done() && world_->pending().empty(); },
                   scenario_.settle))
      return;
    pending_ = world_->pending();
    if (!world_->load_done() && pending_.empty()) {
      pending_.push_back({"the load has not come to its end", {}});
    }
    const auto unexplained = explain_pending();
    if (!unexplained.empty() && is_deadlocked()) return;
    stop_ = {Reason::condition, {}};

    simulation_.record(PhaseBegan{pending_.empty() ? "judging" : "giving-up"});
    if (violated_) return;
    const bool is_whole = pending_.size() == unexplained.size();
    const Ending ending{simulation_.now(), is_whole, pending_lines(), gone_};
    for (auto& watcher : watchers_) {
      watcher.findings.judge(ending.now, sim::EventId());
      watcher.checker->at_end(ending, watcher.findings);
      violated_ = violated_ || !watcher.findings.violations().empty();
    }
    if (!violated_ && !unexplained.empty())
      give_up("not converged after healing", scenario_.settle, unexplained.front());
  }

  /// What is pending and not beyond recovery; tells of the rest as excused anomalies.
  std::vector<Pending> explain_pending() {
    auto unexplained = pending_;
    if (pending_.empty()) return unexplained;
    Findings findings{std::string(liveness_checker)};
    findings.judge(simulation_.now(), sim::EventId());
    for (const auto& each : world_->hopeless()) {
      const auto explains = [&each](const Pending& one) { return one.line == each.pending; };
      if (std::erase_if(unexplained, explains) == 0) continue;
      findings.anomaly(each.clause, format("{}: {}", each.pending, each.why));
    }
    if (!findings.anomalies().empty()) own_findings_.push_back(std::move(findings));
    return unexplained;
  }

  /// Something had to happen within bounded time and did not: a broken promise of liveness.
  void give_up(std::string_view what, Duration bound, Pending missing = {}) {
    if (pending_.empty()) pending_ = world_->pending();
    Findings findings{std::string(liveness_checker)};
    findings.judge(simulation_.now(), sim::EventId());
    if (missing.line.empty())
      missing = pending_.empty() ? Pending{"nobody says what is missing", {}} : pending_.front();
    findings.violation(missing.clause,
                       format("{} within {}: {}", what, to_text(bound), missing.line));
    violated_ = true;
    own_findings_.push_back(std::move(findings));
  }

  std::vector<std::string> pending_lines() const {
    std::vector<std::string> lines;
    for (const auto& each : pending_) lines.push_back(each.line);
    return lines;
  }

  void crash(std::string why) { stop_ = {Reason::failed_check, std::move(why)}; }

  /// Those of the checkers, then the runner's own.
  std::vector<const Findings*> all_findings() const {
    std::vector<const Findings*> all;
    for (const auto& watcher : watchers_) all.push_back(&watcher.findings);
    for (const auto& own : own_findings_) all.push_back(&own);
    return all;
  }

  void settle_verdict(report::RunReport& report) {
    report.stop = stop_.message.empty() ? std::string(name_of(stop_.reason)) : stop_.message;
    std::string unknown;
    for (const auto* found : all_findings()) {
      for (const auto& why : found->unknowns())
        unknown += format("{}: {}; ", found->checker(), why);
    }
    if (stop_.is_crash()) {
      report.verdict = report::Verdict::crashed;
      report.stop = format("{}: {}", name_of(stop_.reason), stop_.message);
    } else if (violated_) {
      report.verdict = report::Verdict::violated;
      report.stop = "a promise was broken";
    } else if (stop_.reason == Reason::max_events) {
      report.verdict = report::Verdict::unknown;
      report.stop =
          format("the run reached its bound of {} events", simulation_.options().max_events);
    } else if (!unknown.empty()) {
      report.verdict = report::Verdict::unknown;
      report.stop = unknown.substr(0, unknown.size() - 2);
    } else {
      report.verdict = report::Verdict::passed;
      report.stop = "the load is done and everything has converged";
    }
  }

  void fill(report::RunReport& report) {
    report.fingerprint = simulation_.trace().fingerprint();
    report.events = simulation_.trace().events();
    report.facts_stated = simulation_.trace().facts();
    report.simulated = simulation_.now().time_since_epoch();
    if (world_) report.counts = world_->counts();
    for (const auto id : simulation_.nodes()) {
      report.nodes.push_back({simulation_.node(id).name(), simulation_.node(id).group()});
    }
    report.faults = std::move(faults_);
    for (const auto* found : all_findings()) {
      report.violations.insert(report.violations.end(), found->violations().begin(),
                               found->violations().end());
      report.anomalies.insert(report.anomalies.end(), found->anomalies().begin(),
                              found->anomalies().end());
      // What held is told only by those who found nothing wrong.
      if (!found->violations().empty()) continue;
      report.promises.insert(report.promises.end(), found->promises().begin(),
                             found->promises().end());
    }
    report.pending = pending_lines();
    if (recorder_) report.facts = recorder_->facts();
  }

  const Scenario& scenario_;
  sim::FaultPlan plan_;
  std::vector<Watcher> watchers_;
  std::vector<Findings> own_findings_;  // of liveness and of probes
  std::vector<report::StruckFault> faults_;
  std::map<std::string, std::int64_t> fault_counts_;
  FactCounter fact_counter_;
  std::vector<Pending> pending_;
  std::set<std::string> gone_;  // machines that never come back
  std::optional<Instant> load_began_;
  std::optional<Instant> healing_began_;
  bool violated_ = false;
  sim::Stop stop_{Reason::condition, {}};
  sim::Simulation simulation_;
  WatchedSimulation watched_{simulation_};
  std::optional<sim::Recorder> recorder_;
  std::unique_ptr<World> world_;  // dies before the simulation
};

/// What is known of a run before it runs.
report::RunReport head_of(const Scenario& scenario, std::uint64_t seed,
                          const sim::Strategy& strategy) {
  report::RunReport report;
  report.scenario = scenario.name;
  report.about = scenario.about;
  report.seed = seed;
  report.strategy = sim::to_string(strategy);
  report.defects = scenario.defects;
  report.name = to_string(name_for(scenario, seed, strategy));
  report.content_hash = report::hex(scenario.content_hash());
  report.version = version();
  report.replay_command = command_for(scenario, seed, strategy);
  for (const auto& setting : drawn_settings(scenario.swarm, seed))
    report.settings.push_back(to_string(setting));
  return report;
}

std::string shell_quoted(const std::string& word) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_./:=+@,").find(c) != std::string_view::npos;
  });
  if (plain) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace

RunResult run(const Scenario& scenario, const RunRequest& request) {
  const auto start = RealClock::now();
  const auto strategy = request.strategy.value_or(strategy_for(scenario, request.seed));
  RunResult result;
  result.report = head_of(scenario, request.seed, strategy);
  if (scenario.swarm.settings.empty()) {
    OneRun(scenario, request, strategy).run(result);
  } else if (const auto own = for_seed(scenario, request.seed)) {
    OneRun(*own, request, strategy).run(result);
  } else {
    result.report.verdict = report::Verdict::crashed;
    result.report.stop = format("the seed's settings do not fit together: {}", own.error().message);
  }
  result.report.wall = std::chrono::duration_cast<Duration>(RealClock::now() - start);
  return result;
}

report::RunReport report_of_dead_run(const Scenario& scenario, std::uint64_t seed,
                                     const sim::Strategy& strategy, std::string why) {
  auto report = head_of(scenario, seed, strategy);
  report.verdict = report::Verdict::crashed;
  report.stop = std::move(why);
  return report;
}

sim::Strategy strategy_for(const Scenario& scenario, std::uint64_t seed) {
  if (scenario.strategy) return *scenario.strategy;
  sim::Strategy strategy;
  if (scenario.mix.families.empty()) return strategy;
  auto random = sim::Random(seed).split("strategy");
  switch (random.below(4)) {
    case 0:
      strategy.kind = sim::Strategy::Kind::random;
      break;
    case 1:
      strategy.kind = sim::Strategy::Kind::pct;
      break;
    default:
      break;
  }
  return strategy;
}

sim::FaultPlan plan_for(const Scenario& scenario, std::uint64_t seed) {
  if (!scenario.swarm.settings.empty()) {
    const auto own = for_seed(scenario, seed);
    return own ? plan_for(*own, seed) : scenario.plan;
  }
  auto plan = scenario.plan;
  auto drawn = draw_faults(scenario.mix, scenario.setup->targets(), scenario.length, seed,
                           sim::next_number(plan));
  plan.steps.insert(plan.steps.end(), std::make_move_iterator(drawn.begin()),
                    std::make_move_iterator(drawn.end()));
  sim::settle_occurrences(plan, seed);
  return plan;
}

RunName name_for(const Scenario& scenario, std::uint64_t seed, const sim::Strategy& strategy) {
  return {.scenario = scenario.asked_for,
          .content_hash = scenario.content_hash(),
          .seed = seed,
          .strategy = strategy,
          .defects = scenario.overridden_defects,
          .sets = scenario.sets};
}

std::string command_for(const Scenario& scenario, std::uint64_t seed,
                        const sim::Strategy& strategy) {
  auto command = format("logquake run {} --seed {}", shell_quoted(scenario.asked_for), seed);
  const auto usual = strategy_for(scenario, seed);
  if (sim::to_string(usual) != sim::to_string(strategy)) {
    command += format(" --strategy {}", sim::to_string(strategy));
  }
  for (const auto& defect : scenario.overridden_defects)
    command += format(" --defect {}", shell_quoted(defect));
  for (const auto& assignment : scenario.sets)
    command += format(" --set {}", shell_quoted(assignment));
  return command;
}

std::string_view version() { return LOGQUAKE_VERSION; }

}  // namespace logquake::scenario
