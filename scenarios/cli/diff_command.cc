// diff: where two runs part, and what followed.
#include <algorithm>
#include <cstdio>

#include "reports/json_report.h"
#include "reports/plain_text.h"
#include "scenarios/cli/commands.h"
#include "scenarios/cli/named_run.h"
#include "scenarios/engine/report_reader.h"
#include "scenarios/engine/run_difference.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/setting_difference.h"
#include "scenarios/engine/worker_pool.h"
#include "sim/base/describe.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

/// The run with its facts: as stored, or run in a child.
Result<report::RunReport> recorded(const NamedRun& named, Duration patience) {
  if (named.stored && !named.stored->facts.empty()) return *named.stored;
  const auto work = [&named] {
    RunRequest request;
    request.seed = named.name.seed;
    request.strategy = named.name.strategy;
    request.record = true;
    const auto report = run(named.scenario, request).report;
    // result.json ends with a line break behind a brace in the first column; the trace follows.
    auto payload = report::json_report(report);
    payload = format("{}\n{}", payload.size(), payload);
    for (const auto& fact : report.facts) payload += report::trace_line(fact) + "\n";
    return payload;
  };
  const auto result = run_in_child(work, patience);
  if (result.how != WorkResult::How::delivered) {
    return report_of_dead_run(named.scenario, named.name.seed, named.name.strategy,
                              result.last_words);
  }
  const auto header = result.payload.find('\n');
  const auto size = std::stoul(result.payload.substr(0, header));
  auto report = parse_result(std::string_view(result.payload).substr(header + 1, size));
  if (!report) return report;
  const auto rest = std::string_view(result.payload).substr(header + 1 + size);
  if (const auto facts = parse_trace(rest, *report); !facts) return facts.error();
  return report;
}

/// What is compared must have been kept on both sides: two runs may have been recorded with other
/// levels.
void keep_common_levels(report::RunReport& first, report::RunReport& second) {
  const auto least = [](const report::RunReport& report) {
    auto level = sim::Level::error;
    for (const auto& fact : report.facts) level = std::min(level, fact.level);
    return level;
  };
  const auto common = std::max(least(first), least(second));
  for (auto* report : {&first, &second})
    std::erase_if(report->facts, [common](const auto& fact) { return fact.level < common; });
}

/// What comes after a run was cut short is no difference; a run that came to its end was not cut
/// short, however early it came there.
RunDifference facts_that_differ(report::RunReport first, report::RunReport second) {
  const auto later = std::max(first.simulated, second.simulated);
  for (auto* report : {&first, &second}) {
    if (report->verdict == report::Verdict::passed) report->simulated = later;
  }
  return difference_of(first, second);
}

/// With the settings that the seed draws.
Value document_of(const NamedRun& named) {
  const auto own = for_seed(named.scenario, named.name.seed);
  return own ? own->document : named.scenario.document;
}

struct Comparison {
  report::RunReport first;
  report::RunReport second;
  std::vector<SettingDifference> settings;
  std::vector<SettingDifference> plan;
  RunDifference facts;

  bool ends_alike() const {
    const auto broken = [](const report::RunReport& report) {
      std::vector<std::string> promises;
      for (const auto& each : report.violations)
        promises.push_back(format("{} {}", each.checker, each.clause));
      return promises;
    };
    return first.verdict == second.verdict && broken(first) == broken(second);
  }
  bool is_same() const { return facts.is_none() && ends_alike(); }
};

std::string told(const std::vector<SettingDifference>& differences, std::string_view title) {
  if (differences.empty()) return {};
  auto text = format("{}\n", title);
  for (const auto& each : differences) {
    const auto what = each.what == "step" ? std::string() : each.what + " = ";
    if (!each.first.empty()) text += format("  - {}{}\n", what, report::readable(each.first));
    if (!each.second.empty()) text += format("  + {}{}\n", what, report::readable(each.second));
  }
  return text + "\n";
}

std::string ending(const report::RunReport& report) {
  auto text = std::string(report::name_of(report.verdict));
  for (const auto& each : report.violations) {
    text += format("; {}{}: {}", each.checker,
                   each.clause.empty() ? "" : format(" ({})", each.clause), each.message);
  }
  return report::readable(text);
}

std::string as_text(const Comparison& comparison) {
  auto text = format("- {}\n+ {}\n\n", comparison.first.name, comparison.second.name);
  text += told(comparison.settings, "Settings that differ");
  text += told(comparison.plan, "Steps of the plan that only one has");
  if (!comparison.facts.is_none())
    text += to_text(comparison.facts, "the first run", "the second run") + "\n";
  text += "How they ended\n";
  text += format("  - {}\n  + {}\n\n", ending(comparison.first), ending(comparison.second));
  if (!comparison.is_same()) return text + "The runs differ.\n";
  if (comparison.first.fingerprint == comparison.second.fingerprint)
    return text + "It is the same run, event for event.\n";
  return text + "The runs tell the same; only instants and numbers differ.\n";
}

std::string json_of(const std::vector<SettingDifference>& differences) {
  std::string text = "[";
  for (const auto& each : differences) {
    text +=
        format(R"({}{{"what": {}, "first": {}, "second": {}}})", text.size() == 1 ? "" : ", ",
               json_quoted(report::readable(each.what)), json_quoted(report::readable(each.first)),
               json_quoted(report::readable(each.second)));
  }
  return text + "]";
}

std::string json_of(const OneSidedStory& side) {
  const auto facts = [](const std::vector<sim::RecordedFact>& list) {
    std::string text = "[";
    for (const auto& fact : list) text += (text.size() == 1 ? "" : ", ") + report::trace_line(fact);
    return text + "]";
  };
  std::string followed = "[";
  for (const auto& moment : side.moments) {
    followed += format(
        R"({}{{"fact": {}, "at_ns": {}, "node": {}, "sentence": {}}})",
        followed.size() == 1 ? "" : ", ", moment.fact, moment.at.time_since_epoch().count(),
        json_quoted(report::readable(moment.node)), json_quoted(report::readable(moment.sentence)));
  }
  return format(R"({{"parting": {}, "causes": {}, "followed": {}], "facts": {}}})",
                side.parting ? report::trace_line(*side.parting) : "null", facts(side.causes),
                followed, side.facts);
}

std::string as_json(const Comparison& comparison) {
  const auto head = [](const report::RunReport& report) {
    std::string violations = "[";
    for (const auto& each : report.violations) {
      violations += format(
          R"({}{{"checker": {}, "clause": {}, "message": {}}})", violations.size() == 1 ? "" : ", ",
          json_quoted(report::readable(each.checker)), json_quoted(report::readable(each.clause)),
          json_quoted(report::readable(each.message)));
    }
    return format(
        R"({{"name": {}, "verdict": "{}", "fingerprint": "{}", "events": {}, "violations": {}]}})",
        json_quoted(report.name), report::name_of(report.verdict), report::hex(report.fingerprint),
        report.events, violations);
  };
  std::string changed = "[";
  for (const auto& each : comparison.facts.changed) {
    changed += format(R"({}{{"first": {}, "second": {}}})", changed.size() == 1 ? "" : ", ",
                      report::trace_line(each.first), report::trace_line(each.second));
  }
  const auto& common = comparison.facts.last_common;
  return format(
      "{{\n  \"same\": {},\n  \"runs\": [{}, {}],\n  \"settings\": {},\n  \"plan\": {},\n  "
      "\"last_common\": {},\n  \"first\": {},\n  \"second\": {},\n  \"changed\": {}]\n}}\n",
      comparison.is_same(), head(comparison.first), head(comparison.second),
      json_of(comparison.settings), json_of(comparison.plan),
      common ? report::trace_line(*common) : "null", json_of(comparison.facts.first),
      json_of(comparison.facts.second), changed);
}

}  // namespace

int diff_command(const Settings& settings, const Catalog& catalog) {
  std::optional<Duration> patience;
  if (!read_duration("--patience", settings.patience, patience)) return exit_bad_input;
  const auto one = find_named_run("diff", settings.subject, catalog);
  const auto other = one ? find_named_run("diff", settings.other, catalog) : std::nullopt;
  if (!one || !other) return exit_bad_input;
  auto first = recorded(*one, patience.value_or(1h));
  auto second = recorded(*other, patience.value_or(1h));
  for (const auto* report : {&first, &second}) {
    if (!*report) return harness_trouble(format("diff: {}", report->error().message));
  }
  Comparison comparison{std::move(*first), std::move(*second), {}, {}, {}};
  comparison.settings = differences_of(document_of(*one), document_of(*other));
  comparison.plan = differences_of(plan_for(one->scenario, one->name.seed),
                                   plan_for(other->scenario, other->name.seed));
  keep_common_levels(comparison.first, comparison.second);
  comparison.facts = facts_that_differ(comparison.first, comparison.second);
  const auto text = settings.format == "json" ? as_json(comparison) : as_text(comparison);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return comparison.is_same() ? 0 : 1;
}

}  // namespace logquake::scenario
