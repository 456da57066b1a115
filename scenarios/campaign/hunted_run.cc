#include "scenarios/campaign/hunted_run.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "scenarios/engine/whole_json.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<report::Verdict, 5> verdicts{
    report::Verdict::passed, report::Verdict::violated, report::Verdict::crashed,
    report::Verdict::unknown, report::Verdict::nondeterministic};

Json json_of(const Failure& failure) {
  return {{"checker", failure.checker},
          {"clause", failure.clause},
          {"signature", failure.signature},
          {"message", failure.message}};
}

Failure failure_of(const Json& json) {
  return {json.at("checker"), json.at("clause"), json.at("signature"), json.at("message")};
}

/// Only what is not zero: most probes are only reached.
Json json_of(const sim::ProbeTally& tally) {
  Json out = Json::object();
  if (tally.held != 0) out["held"] = tally.held;
  if (tally.failed != 0) out["failed"] = tally.failed;
  if (tally.least != 0) out["least"] = tally.least;
  if (tally.most != 0) out["most"] = tally.most;
  return out;
}

sim::ProbeTally tally_of(const Json& json) {
  return {.held = json.value("held", std::int64_t{0}),
          .failed = json.value("failed", std::int64_t{0}),
          .least = json.value("least", std::int64_t{0}),
          .most = json.value("most", std::int64_t{0})};
}

std::uint64_t fingerprint_of(const std::string& text) {
  std::uint64_t value = 0;
  const auto* end = text.data() + text.size();
  if (text.size() != 16 || std::from_chars(text.data(), end, value, 16).ptr != end) {
    throw std::out_of_range("fingerprint: expected 16 hex digits");
  }
  return value;
}

HuntedRun run_of(const Json& json) {
  HuntedRun run;
  json.at("scenario").get_to(run.scenario);
  json.at("content_hash").get_to(run.content_hash);
  json.at("seed").get_to(run.seed);
  json.at("strategy").get_to(run.strategy);
  const auto verdict = json.at("verdict").get<std::string>();
  const auto* found = std::find_if(verdicts.begin(), verdicts.end(),
                                   [&verdict](auto known) { return name_of(known) == verdict; });
  if (found == verdicts.end()) throw std::out_of_range("verdict: \"" + verdict + "\" is none");
  run.verdict = *found;
  if (run.verdict != report::Verdict::passed) {
    run.failures.push_back(failure_of(json));
    for (const auto& other : json.at("also")) run.failures.push_back(failure_of(other));
    json.at("reproduce").get_to(run.command);
  }
  json.at("name").get_to(run.name);
  run.fingerprint = fingerprint_of(json.at("fingerprint").get<std::string>());
  json.at("events").get_to(run.events);
  run.simulated = Duration(json.at("simulated_ns").get<std::int64_t>());
  for (const auto& [name, tally] : json.at("probes").items()) run.probes[name] = tally_of(tally);
  json.at("faults").get_to(run.faults);
  json.at("facts").get_to(run.facts);
  for (const auto& anomaly : json.at("anomalies")) {
    run.anomalies.push_back({anomaly.at("checker"), anomaly.at("clause"), anomaly.at("count")});
  }
  json.at("pending").get_to(run.pending);
  return run;
}

}  // namespace

HuntedRun hunted_run_of(const RunResult& result) {
  const auto& report = result.report;
  HuntedRun run{.scenario = report.scenario,
                .content_hash = report.content_hash,
                .seed = report.seed,
                .strategy = report.strategy,
                .verdict = report.verdict,
                .failures = failures_of(report),
                .name = report.name,
                .command = {},
                .fingerprint = report.fingerprint,
                .events = report.events,
                .simulated = report.simulated,
                .probes = {},
                .faults = result.fault_counts,
                .facts = result.fact_counts,
                .anomalies = {},
                .pending = report.pending};
  if (report.verdict != report::Verdict::passed) {
    run.command = report.replay_command;
    // Verdicts come with a reason; a run without one would not come back from its line.
    if (run.failures.empty())
      run.failures.push_back({std::string(name_of(report.verdict)), "", "", ""});
  }
  for (const auto& [probe, tally] : result.probes) {
    if (tally.held + tally.failed > 0) run.probes[probe] = tally;
  }
  for (const auto& anomaly : report.anomalies) {
    auto same = std::find_if(run.anomalies.begin(), run.anomalies.end(), [&](const auto& known) {
      return known.checker == anomaly.checker && known.clause == anomaly.clause;
    });
    if (same == run.anomalies.end()) {
      same = run.anomalies.insert(same, {anomaly.checker, anomaly.clause, 0});
    }
    same->count += anomaly.count;
  }
  std::sort(run.anomalies.begin(), run.anomalies.end(), [](const auto& left, const auto& right) {
    return std::tie(left.checker, left.clause) < std::tie(right.checker, right.clause);
  });
  return run;
}

std::string to_line(const HuntedRun& run) {
  const bool passed = run.verdict == report::Verdict::passed;
  Json out = {{"scenario", run.scenario},
              {"content_hash", run.content_hash},
              {"seed", run.seed},
              {"strategy", run.strategy},
              {"verdict", name_of(run.verdict)}};
  const auto first = json_of(run.failures.empty() ? Failure{} : run.failures.front());
  for (const auto& [key, value] : first.items()) out[key] = value;
  if (!passed) {
    Json others = Json::array();
    for (std::size_t at = 1; at < run.failures.size(); ++at) {
      others.push_back(json_of(run.failures[at]));
    }
    out["also"] = others;
    out["reproduce"] = run.command;
  }
  out["name"] = run.name;
  out["fingerprint"] = report::hex(run.fingerprint);
  out["events"] = run.events;
  out["simulated_ns"] = run.simulated.count();
  Json probes = Json::object();
  for (const auto& [probe, tally] : run.probes) probes[probe] = json_of(tally);
  out["probes"] = probes;
  out["faults"] = run.faults;
  out["facts"] = run.facts;
  Json anomalies = Json::array();
  for (const auto& anomaly : run.anomalies) {
    anomalies.push_back(
        {{"checker", anomaly.checker}, {"clause", anomaly.clause}, {"count", anomaly.count}});
  }
  out["anomalies"] = anomalies;
  out["pending"] = run.pending;
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<HuntedRun> parse_hunted_run(std::string_view line) {
  try {
    return run_of(parse_whole<Json>(line));
  } catch (const std::exception& trouble) {
    return Error{ErrorCode::corrupt, trouble.what()};
  }
}

std::string to_line(const RunTiming& timing) {
  return Json{{"content_hash", timing.content_hash},
              {"seed", timing.seed},
              {"wall_ns", timing.wall.count()},
              {"cpu_ns", timing.cpu.count()},
              {"worker", timing.worker}}
      .dump();
}

Result<RunTiming> parse_timing(std::string_view line) {
  try {
    const auto json = parse_whole<Json>(line);
    return RunTiming{json.at("content_hash").get<std::string>(),
                     json.at("seed").get<std::uint64_t>(),
                     Duration(json.at("wall_ns").get<std::int64_t>()),
                     Duration(json.at("cpu_ns").get<std::int64_t>()), json.at("worker").get<int>()};
  } catch (const std::exception& trouble) {
    return Error{ErrorCode::corrupt, trouble.what()};
  }
}

}  // namespace logquake::scenario
