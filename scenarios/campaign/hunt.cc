#include "scenarios/campaign/hunt.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "reports/json_report.h"
#include "scenarios/engine/determinism.h"
#include "scenarios/engine/failure.h"
#include "scenarios/engine/report_reader.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/worker_pool.h"
#include "sim/base/format.h"
#include "sim/base/hash.h"

namespace logquake::scenario {
namespace {

using RealClock = std::chrono::steady_clock;

/// What one run contributes.
struct HuntedRun {
  report::RunReport report;
  std::map<std::string, std::int64_t> probes;
};

Duration since(RealClock::time_point start) {
  return std::chrono::duration_cast<Duration>(RealClock::now() - start);
}

/// In a worker: one seed, its report and its probes as one text.
std::string run_seed(const Scenario& scenario, const HuntRequest& request, std::uint64_t seed) {
  const RunRequest one{.seed = seed, .strategy = request.strategy};
  const auto result = request.check_determinism ? run_twice(scenario, one) : run(scenario, one);
  nlohmann::json probes;
  for (const auto& [probe, tally] : result.probes) probes[probe] = tally.held;
  return probes.dump() + "\n" + report::json_report(result.report);
}

/// In the parent: what came back, or a report of how the worker died.
HuntedRun understand(const Scenario& scenario, const HuntRequest& request, std::uint64_t seed,
                     const WorkResult& result) {
  HuntedRun hunted;
  if (result.how == WorkResult::How::delivered) {
    const auto line = std::min(result.payload.find('\n'), result.payload.size());
    auto report = parse_result(
        std::string_view(result.payload).substr(std::min(line + 1, result.payload.size())));
    if (report) {
      hunted.report = std::move(*report);
      hunted.probes = nlohmann::json::parse(result.payload.substr(0, line))
                          .get<std::map<std::string, std::int64_t>>();
      return hunted;
    }
    hunted.report.stop = to_string(report.error());
  } else {
    hunted.report.stop = result.last_words;
  }
  const auto strategy = request.strategy.value_or(strategy_for(scenario, seed));
  hunted.report = report_of_dead_run(scenario, seed, strategy, hunted.report.stop);
  return hunted;
}

/// Adds up runs in the order of their seeds.
class Tally {
 public:
  explicit Tally(HuntReport& report) : report_(report) {}

  void add(const HuntedRun& hunted) {
    const auto& run = hunted.report;
    ++report_.runs;
    report_.last = std::max(report_.last, run.seed);
    report_.events += run.events;
    report_.simulated += run.simulated;
    fingerprint_.fold(run.fingerprint);
    report_.fingerprint = fingerprint_.value();
    for (const auto& [probe, hits] : hunted.probes) report_.probes[probe] += hits > 0 ? 1 : 0;
    for (const auto& fault : run.faults) ++report_.faults[fault_kind(fault)];
    for (const auto& anomaly : run.anomalies) add_anomaly(anomaly, run.seed);
    switch (run.verdict) {
      case report::Verdict::passed:
        ++report_.passed;
        return;
      case report::Verdict::violated:
        ++report_.violated;
        return add_violations(run);
      case report::Verdict::crashed:
        ++report_.crashed;
        return add_failure(run, "crash", "", run.stop);
      case report::Verdict::unknown:
        ++report_.unknown;
        return add_failure(run, "unknown", "", run.stop);
      case report::Verdict::nondeterministic:
        ++report_.nondeterministic;
        return add_failure(run, "nondeterministic", "", run.stop);
    }
  }

 private:
  static std::string fault_kind(const report::StruckFault& fault) {
    return fault.sentence.substr(0, fault.sentence.find(':'));
  }

  void add_violations(const report::RunReport& run) {
    // The first violation of each checker: the others follow from it more often than not.
    std::vector<std::string> told;
    for (const auto& violation : run.violations) {
      if (std::find(told.begin(), told.end(), violation.checker) != told.end()) continue;
      told.push_back(violation.checker);
      add_failure(run, violation.checker, violation.clause, violation.message);
    }
  }

  void add_failure(const report::RunReport& run, const std::string& checker,
                   const std::string& clause, const std::string& message) {
    const auto first_line = message.substr(0, message.find('\n'));
    const auto signature =
        clause.empty() ? signature_of(first_line) : clause + ": " + signature_of(first_line);
    const auto same = std::find_if(
        report_.failures.begin(), report_.failures.end(), [&](const HuntFailure& known) {
          return known.checker == checker && known.signature == signature;
        });
    if (same != report_.failures.end()) {
      ++same->count;
      return;
    }
    report_.failures.push_back(
        {checker, signature, message, run.verdict, 1, run.seed, run.name, run.replay_command});
  }

  void add_anomaly(const report::Anomaly& anomaly, std::uint64_t seed) {
    const auto key = std::pair(anomaly.checker, anomaly.clause);
    auto& anomalies = report_.anomalies;
    auto place = std::lower_bound(anomalies.begin(), anomalies.end(), key,
                                  [](const HuntAnomaly& known, const auto& wanted) {
                                    return std::pair(known.checker, known.clause) < wanted;
                                  });
    if (place == anomalies.end() || std::pair(place->checker, place->clause) != key) {
      place = anomalies.insert(place, {anomaly.checker, anomaly.clause, 0, 0, seed});
    }
    // A run may list several anomalies of one clause; it counts once.
    if (last_anomaly_seed_[key] != seed + 1) ++place->runs;
    last_anomaly_seed_[key] = seed + 1;
    place->count += anomaly.count;
  }

  HuntReport& report_;
  Fingerprint fingerprint_;
  std::map<std::pair<std::string, std::string>, std::uint64_t>
      last_anomaly_seed_;  // one more than the seed
};

std::string news_of(const report::RunReport& run) {
  if (run.verdict == report::Verdict::passed) return {};
  const auto reason = run.violations.empty() ? run.stop.substr(0, run.stop.find('\n'))
                                             : format("{}: {}", run.violations.front().checker,
                                                      run.violations.front().message);
  return format("seed {} {}: {}", run.seed, name_of(run.verdict), reason);
}

}  // namespace

HuntReport hunt(const Scenario& scenario, const HuntRequest& request,
                const std::function<bool(const HuntProgress&)>& progress) {
  const auto start = RealClock::now();
  HuntReport report;
  report.scenario = scenario.name;
  report.about = scenario.about;
  report.asked_for = scenario.asked_for;
  report.content_hash = report::hex(scenario.content_hash());
  report.defects = scenario.defects;
  report.first = request.first;

  HuntProgress state;
  if (request.last) state.total = static_cast<std::int64_t>(*request.last - request.first + 1);
  std::map<std::uint64_t, HuntedRun> waiting;  // came before an earlier seed did
  std::uint64_t next_seed = request.first;
  std::uint64_t next_tallied = request.first;
  bool counted_out = false;
  Tally tally(report);

  const auto next = [&]() -> std::optional<std::uint64_t> {
    if (counted_out || (request.time && since(start) >= *request.time)) return std::nullopt;
    const auto seed = next_seed++;
    counted_out = request.last && seed == *request.last;
    return seed;
  };
  const auto tell = [&](std::string news) {
    state.elapsed = since(start);
    state.simulated = report.simulated;
    state.news = std::move(news);
    return progress(state);
  };
  const auto done = [&](std::uint64_t seed, const WorkResult& result) {
    auto hunted = understand(scenario, request, seed, result);
    ++state.runs;
    const auto news = news_of(hunted.report);
    if (!news.empty()) ++state.failures;
    waiting.emplace(seed, std::move(hunted));
    for (auto first = waiting.begin(); first != waiting.end() && first->first == next_tallied;
         first = waiting.erase(first), ++next_tallied) {
      tally.add(first->second);
    }
    if (!news.empty() && !tell(news)) report.interrupted = true;
  };
  const auto tick = [&] {
    if (!report.interrupted && !tell({})) report.interrupted = true;
    return !report.interrupted;
  };

  WorkerPool pool({.jobs = request.jobs, .patience = request.patience},
                  [&](std::uint64_t seed) { return run_seed(scenario, request, seed); });
  pool.run(next, done, tick);
  // After an interruption: what came after a seed that never did still counts.
  for (const auto& [seed, hunted] : waiting) tally.add(hunted);
  report.wall = since(start);
  return report;
}

std::string to_json(const HuntReport& report) {
  using Json = nlohmann::ordered_json;
  const auto seconds = [](Duration duration) {
    return static_cast<double>(
               std::chrono::duration_cast<std::chrono::milliseconds>(duration).count()) /
           1000;
  };
  Json failures = Json::array();
  for (const auto& failure : report.failures) {
    failures.push_back({{"checker", failure.checker},
                        {"signature", failure.signature},
                        {"verdict", report::name_of(failure.verdict)},
                        {"message", failure.message},
                        {"count", failure.count},
                        {"first_seed", failure.first_seed},
                        {"name", failure.name},
                        {"reproduce", failure.command}});
  }
  Json anomalies = Json::array();
  for (const auto& anomaly : report.anomalies) {
    anomalies.push_back({{"checker", anomaly.checker},
                         {"clause", anomaly.clause},
                         {"runs", anomaly.runs},
                         {"count", anomaly.count},
                         {"first_seed", anomaly.first_seed}});
  }
  const Json out = {{"schema_version", 1},
                    {"logquake", version()},
                    {"scenario", report.scenario},
                    {"about", report.about},
                    {"content_hash", report.content_hash},
                    {"defects", report.defects},
                    {"first_seed", report.first},
                    {"last_seed", report.last},
                    {"interrupted", report.interrupted},
                    {"runs", report.runs},
                    {"passed", report.passed},
                    {"violated", report.violated},
                    {"unknown", report.unknown},
                    {"crashed", report.crashed},
                    {"nondeterministic", report.nondeterministic},
                    {"fingerprint", report::hex(report.fingerprint)},
                    {"events", report.events},
                    {"seconds", seconds(report.wall)},
                    {"simulated_seconds", seconds(report.simulated)},
                    {"failures", failures},
                    {"anomalies", anomalies},
                    {"faults", report.faults},
                    {"probes", report.probes}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string to_text(const HuntReport& report) {
  const auto milliseconds = std::max<std::int64_t>(1, report.wall / 1ms);
  auto text = format("{}: {} runs, seeds {} to {}{}\n", report.scenario, report.runs, report.first,
                     report.last, report.interrupted ? ", interrupted" : "");
  text += format("  {} passed, {} violated, {} crashed, {} unknown, {} nondeterministic\n",
                 report.passed, report.violated, report.crashed, report.unknown,
                 report.nondeterministic);
  const auto rate = report.runs * 10'000 / milliseconds;
  text +=
      format("  {} of real time, {}.{} runs/s, {} simulated ({} seconds a second), {} events\n",
             logquake::to_text(Duration(milliseconds * 1ms)), rate / 10, rate % 10,
             logquake::to_text(std::chrono::duration_cast<std::chrono::seconds>(report.simulated)),
             report.simulated / 1ms / milliseconds, report.events);
  if (!report.anomalies.empty()) text += "  excused anomalies:\n";
  for (const auto& anomaly : report.anomalies) {
    text += format("    {} {}: {} in {} runs, first in seed {}\n", anomaly.clause, anomaly.checker,
                   anomaly.count, anomaly.runs, anomaly.first_seed);
  }
  std::string never;
  for (const auto& [probe, runs] : report.probes) {
    if (runs == 0) never += (never.empty() ? "" : ", ") + probe;
  }
  if (!never.empty()) text += format("  probes never reached: {}\n", never);
  for (const auto& failure : report.failures) {
    text += format("\n{} {} in {} of {} runs, first in seed {}:\n  {}\n  reproduce: {}\n",
                   failure.checker, report::name_of(failure.verdict), failure.count, report.runs,
                   failure.first_seed, failure.message, failure.command);
  }
  return text;
}

int exit_code_of(const HuntReport& report) {
  if (report.nondeterministic > 0) return 3;
  if (report.violated + report.crashed > 0) return 1;
  return report.unknown > 0 ? 2 : 0;
}

}  // namespace logquake::scenario
