#include "scenarios/campaign/hunt_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/engine/failure.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using Json = nlohmann::ordered_json;

double seconds(Duration duration) {
  return static_cast<double>(
             std::chrono::duration_cast<std::chrono::milliseconds>(duration).count()) /
         1000;
}

std::string names_of(const Campaign& campaign) {
  std::string names;
  for (const auto& scenario : campaign.scenarios) {
    names += (names.empty() ? "" : ", ") + scenario.name;
  }
  return names;
}

Json failures_of(const HuntReport& report) {
  Json failures = Json::array();
  for (const auto& failure : report.failures) {
    const auto& cheapest = failure.cheapest;
    failures.push_back({{"scenario", report.campaign.scenarios[failure.scenario].name},
                        {"checker", failure.checker},
                        {"signature", failure.signature},
                        {"verdict", report::name_of(failure.verdict)},
                        {"message", failure.first.message},
                        {"count", failure.count},
                        {"first_seed", failure.first.seed},
                        {"name", failure.first.name},
                        {"reproduce", failure.first.command},
                        {"cheapest",
                         {{"seed", cheapest.seed},
                          {"events", cheapest.events},
                          {"message", cheapest.message},
                          {"name", cheapest.name},
                          {"reproduce", cheapest.command}}}});
  }
  return failures;
}

Json coverage_of(const HuntReport& report) {
  Json probes = Json::object();
  for (const auto& [name, probe] : report.coverage.probes()) {
    Json one = {{"kind", probe.kind}, {"runs", probe.runs}, {"hits", probe.hits}};
    if (probe.failed > 0) one["failed"] = probe.failed;
    if (probe.kind == name_of(sim::ProbeKind::number) && probe.hits > 0) {
      one["least"] = probe.least;
      one["most"] = probe.most;
    }
    probes[name] = one;
  }
  Json faults = Json::object();
  for (const auto& [kind, fault] : report.coverage.faults()) {
    faults[kind] = {{"planned", fault.planned}, {"struck", fault.struck}};
  }
  Json coverage = {{"probes", probes},
                   {"probes_never_reached", report.coverage.probes_never_reached()},
                   {"faults", faults},
                   {"faults_never_struck", report.coverage.faults_never_struck()},
                   {"facts", report.coverage.facts()},
                   {"facts_never_stated", report.coverage.facts_never_stated()}};
  if (report.probes_are_required) coverage["required_probes_missing"] = report.missing_probes;
  return coverage;
}

Json scenarios_of(const HuntReport& report) {
  Json scenarios = Json::array();
  for (std::size_t at = 0; at < report.scenarios.size(); ++at) {
    const auto& scenario = report.campaign.scenarios[at];
    const auto& counts = report.scenarios[at];
    scenarios.push_back({{"scenario", scenario.name},
                         {"about", scenario.about},
                         {"content_hash", scenario.content_hash},
                         {"runs", counts.runs},
                         {"passed", counts.passed},
                         {"violated", counts.violated},
                         {"unknown", counts.unknown},
                         {"crashed", counts.crashed},
                         {"nondeterministic", counts.nondeterministic}});
  }
  return scenarios;
}

/// "a, b and 12 more".
std::string some_of(const std::vector<std::string>& names, std::size_t most) {
  std::string text;
  for (std::size_t at = 0; at < names.size() && at < most; ++at) {
    text += (at == 0 ? "" : ", ") + names[at];
  }
  if (names.size() > most) text += format(" and {} more", names.size() - most);
  return text;
}

std::string with_never(std::string line, const std::vector<std::string>& never, std::size_t most) {
  return never.empty() ? line : format("{}; never: {}", line, some_of(never, most));
}

std::vector<std::string> coverage_lines(const HuntReport& report) {
  // Chosen: all probes, for each has its reason; of what is many, as much as fits a line.
  constexpr std::size_t all = 1000;
  constexpr std::size_t some = 6;
  const auto& coverage = report.coverage;
  std::vector<std::string> lines;
  if (coverage.probes_to_reach() > 0) {
    lines.push_back(with_never(
        format("probes: {} of {} reached", coverage.probes_reached(), coverage.probes_to_reach()),
        coverage.probes_never_reached(), all));
  }
  std::string ranges;
  for (const auto& [name, probe] : coverage.probes()) {
    if (probe.kind != name_of(sim::ProbeKind::number) || probe.hits == 0) continue;
    ranges += format("{}{} {} to {}", ranges.empty() ? "" : ", ", name, probe.least, probe.most);
  }
  if (!ranges.empty()) lines.push_back(format("measured: {}", ranges));
  const auto never = coverage.faults_never_struck();
  const auto struck = coverage.fault_kinds_struck();
  if (struck + static_cast<std::int64_t>(never.size()) > 0) {
    lines.push_back(with_never(format("kinds of faults: {} struck of {} that were planned", struck,
                                      struck + static_cast<std::int64_t>(never.size())),
                               never, some));
  }
  const auto unstated = coverage.facts_never_stated();
  const auto stated = coverage.facts().size() - unstated.size();
  const auto& scenarios = report.campaign.scenarios;
  const bool are_listed = std::any_of(scenarios.begin(), scenarios.end(), [](const auto& scenario) {
    return !scenario.fact_kinds.empty();
  });
  lines.push_back(with_never(
      are_listed ? format("kinds of facts: {} of {} stated", stated, coverage.facts().size())
                 : format("kinds of facts: {} stated", stated),
      unstated, some));
  return lines;
}

std::string counts_text(const VerdictCounts& counts) {
  return format("{} passed, {} violated, {} crashed, {} unknown, {} nondeterministic",
                counts.passed, counts.violated, counts.crashed, counts.unknown,
                counts.nondeterministic);
}

/// What nobody may miss: the last lines.
std::string verdict_text(const HuntReport& report) {
  const int code = exit_code_of(report);
  std::string_view verdict = "PASSED";
  if (code == 2) verdict = "UNKNOWN";
  if (code == 1 || code == 3) verdict = "FAILED";
  auto text = format("\n{}{}: of {} runs {}\n", report.interrupted ? "INTERRUPTED, so far " : "",
                     verdict, report.counts.runs, counts_text(report.counts));
  for (const auto& failure : report.failures) {
    text +=
        format("  {} {} in {}\n", failure.count, report::name_of(failure.verdict), failure.checker);
  }
  if (!report.missing_probes.empty())
    text += format("  {} required probes were never reached\n", report.missing_probes.size());
  return text;
}

std::string shard_text(const Campaign& campaign) {
  if (campaign.shard.count == 1) return {};
  return format(", shard {} of {} (counted from 0)", campaign.shard.index, campaign.shard.count);
}

}  // namespace

std::string to_json(const HuntReport& report) {
  const auto& campaign = report.campaign;
  Json probes = Json::object();
  for (const auto& [name, probe] : report.coverage.probes()) probes[name] = probe.runs;
  Json faults = Json::object();
  for (const auto& [kind, fault] : report.coverage.faults()) faults[kind] = fault.struck;
  Json anomalies = Json::array();
  for (const auto& anomaly : report.anomalies) {
    anomalies.push_back({{"checker", anomaly.checker},
                         {"clause", anomaly.clause},
                         {"runs", anomaly.runs},
                         {"count", anomaly.count},
                         {"first_seed", anomaly.first_seed}});
  }
  const bool one = campaign.scenarios.size() == 1;
  const Json out = {{"schema_version", 1},
                    {"logquake", campaign.version},
                    {"binary", campaign.binary},
                    {"scenario", names_of(campaign)},
                    {"about", one ? campaign.scenarios.front().about : std::string()},
                    {"content_hash", one ? campaign.scenarios.front().content_hash : std::string()},
                    {"defects", campaign.defects},
                    {"sets", campaign.sets},
                    {"first_seed", campaign.first},
                    {"last_seed", report.last},
                    {"shard", {{"index", campaign.shard.index}, {"count", campaign.shard.count}}},
                    {"interrupted", report.interrupted},
                    {"runs", report.counts.runs},
                    {"passed", report.counts.passed},
                    {"violated", report.counts.violated},
                    {"unknown", report.counts.unknown},
                    {"crashed", report.counts.crashed},
                    {"nondeterministic", report.counts.nondeterministic},
                    {"fingerprint", report::hex(report.fingerprint)},
                    {"events", report.events},
                    {"seconds", seconds(report.wall)},
                    {"cpu_seconds", seconds(report.cpu)},
                    {"simulated_seconds", seconds(report.simulated)},
                    {"failures", failures_of(report)},
                    {"anomalies", anomalies},
                    {"faults", faults},
                    {"probes", probes},
                    {"scenarios", scenarios_of(report)},
                    {"coverage", coverage_of(report)}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string to_text(const HuntReport& report) {
  const auto& campaign = report.campaign;
  const auto milliseconds = std::max<std::int64_t>(1, report.wall / 1ms);
  const auto& counts = report.counts;
  auto text =
      format("{}: {} runs, seeds {} to {}{}{}\n", names_of(campaign), counts.runs, campaign.first,
             report.last, shard_text(campaign), report.interrupted ? ", interrupted" : "");
  for (std::size_t at = 0; campaign.scenarios.size() > 1 && at < campaign.scenarios.size(); ++at) {
    text += format("    {}: {} runs, {}\n", campaign.scenarios[at].name, report.scenarios[at].runs,
                   counts_text(report.scenarios[at]));
  }
  const auto rate = counts.runs * 10'000 / milliseconds;
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
  for (const auto& line : coverage_lines(report)) text += format("  {}\n", line);
  if (!report.missing_probes.empty()) {
    text += format("\nrequired probes that no run reached: {}\n",
                   some_of(report.missing_probes, report.missing_probes.size()));
  }
  for (const auto& failure : report.failures) {
    const auto of = report.scenarios[failure.scenario].runs;
    const auto& cheapest = failure.cheapest;
    text += format(
        "\n{} {} in {} of {} runs, first in seed {}{}:\n  {}\n  reproduce: {}\n", failure.checker,
        report::name_of(failure.verdict), failure.count, of, failure.first.seed,
        cheapest.seed == failure.first.seed
            ? std::string()
            : format(", cheapest in seed {} ({} events)", cheapest.seed, cheapest.events),
        cheapest.message, cheapest.command);
  }
  return text + verdict_text(report);
}

report::CampaignSummary summary_of(const HuntReport& report) {
  const auto& campaign = report.campaign;
  report::CampaignSummary summary;
  summary.title = format("{} runs, seeds {} to {}{}", report.counts.runs, campaign.first,
                         report.last, shard_text(campaign));
  summary.interrupted = report.interrupted;
  summary.coverage = coverage_lines(report);
  summary.probes_are_required = report.probes_are_required;
  summary.missing_probes = report.missing_probes;
  for (std::size_t at = 0; at < campaign.scenarios.size(); ++at) {
    const auto& known = campaign.scenarios[at];
    const auto& counts = report.scenarios[at];
    report::ScenarioSummary scenario{.name = known.name, .about = known.about, .file = {}};
    if (known.asked_for.find('/') != std::string::npos || known.asked_for.ends_with(".toml")) {
      scenario.file =
          known.asked_for.starts_with("./") ? known.asked_for.substr(2) : known.asked_for;
    }
    scenario.cases = known.checkers;
    for (const std::string_view always :
         {liveness_checker, std::string_view("probes"), std::string_view("crash"),
          std::string_view("unknown"), std::string_view("nondeterministic")}) {
      scenario.cases.emplace_back(always);
    }
    scenario.runs = counts.runs;
    scenario.passed = counts.passed;
    scenario.violated = counts.violated;
    scenario.crashed = counts.crashed;
    scenario.unknown = counts.unknown;
    scenario.nondeterministic = counts.nondeterministic;
    if (report.counts.runs > 0) scenario.time = report.cpu / report.counts.runs * counts.runs;
    for (const auto& failure : report.failures) {
      if (failure.scenario != at) continue;
      scenario.failures.push_back({.checker = failure.checker,
                                   .signature = failure.signature,
                                   .verdict = failure.verdict,
                                   .count = failure.count,
                                   .seed = failure.cheapest.seed,
                                   .message = failure.cheapest.message,
                                   .story = failure.story,
                                   .command = failure.cheapest.command});
    }
    summary.scenarios.push_back(std::move(scenario));
  }
  return summary;
}

}  // namespace logquake::scenario
