#include "scenarios/engine/regression.h"

#include <algorithm>
#include <set>

#include "scenarios/engine/document.h"
#include "scenarios/engine/table_reader.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

bool is_path(const std::string& scenario) {
  return scenario.find('/') != std::string::npos || scenario.ends_with(".toml");
}

std::string beside(const std::string& folder, const std::string& scenario) {
  if (!is_path(scenario) || scenario.starts_with('/')) return scenario;
  const auto plain = scenario.starts_with("./") ? scenario.substr(2) : scenario;
  return format("{}/{}", folder, plain);
}

/// The run, by its name.
void read_run(TableReader& table, const std::string& token, Regression& regression) {
  for (const auto* key : {"scenario", "seed", "strategy", "defects", "sets"}) {
    if (!table.has(key)) continue;
    table.value(key);
    table.fail(key, format("expected either run or {}, found both", key));
  }
  const auto name = parse_run_name(token);
  if (!name) return table.fail("run", name.error().message);
  regression.scenario = name->scenario;
  regression.seed = name->seed;
  regression.strategy = name->strategy;
  regression.defects = name->defects;
  regression.sets = name->sets;
}

/// The run, by its parts.
void read_parts(TableReader& table, Regression& regression) {
  regression.scenario = table.required_text("scenario");
  regression.seed = static_cast<std::uint64_t>(table.integer("seed", 1, 0));
  if (const auto text = table.optional_text("strategy")) {
    if (const auto strategy = sim::parse_strategy(*text)) {
      regression.strategy = *strategy;
    } else {
      table.fail("strategy", strategy.error().message);
    }
  }
  regression.defects = table.texts("defects");
  regression.sets = table.texts("sets");
}

Regression read_one(TableReader& table, const std::string& folder, std::set<std::string>& names) {
  Regression regression;
  regression.name = table.required_text("name");
  if (!regression.name.empty() && !names.insert(regression.name).second)
    table.fail("name", format("expected a name of its own, found \"{}\" twice", regression.name));
  regression.guards = table.required_text("guards");
  regression.clause = table.text("clause");
  if (const auto token = table.optional_text("run")) {
    read_run(table, *token, regression);
  } else {
    read_parts(table, regression);
  }
  regression.scenario = beside(folder, regression.scenario);
  const bool violated = table.choice("expect", {"passed", "violated"}, "passed") == "violated";
  regression.expected = violated ? report::Verdict::violated : report::Verdict::passed;
  regression.checker = violated ? table.required_text("checker") : std::string();
  return regression;
}

}  // namespace

std::optional<std::vector<Regression>> parse_regressions(std::string_view text,
                                                         const std::string& folder,
                                                         Problems& problems) {
  const auto document = parse_document(text, problems);
  if (!document) return std::nullopt;
  std::vector<Regression> regressions;
  {
    TableReader root(*document, {}, problems);
    std::set<std::string> names;
    for (auto& table : root.tables("regression"))
      regressions.push_back(read_one(table, folder, names));
    if (regressions.empty() && problems.empty())
      root.fail("regression", "expected at least one [[regression]]");
  }
  if (!problems.empty()) return std::nullopt;
  return regressions;
}

std::optional<std::vector<Regression>> read_regressions(const std::string& folder,
                                                        Problems& problems) {
  const auto path = format("{}/{}", folder, regressions_file);
  problems.rename(path);
  const auto text = read_text_file(path, problems);
  return text ? parse_regressions(*text, folder, problems) : std::nullopt;
}

RegressionResult judge(const Regression& regression, report::RunReport report) {
  RegressionResult result;
  result.found = report::name_of(report.verdict);
  bool found_by_it = false;
  for (const auto& violation : report.violations) {
    found_by_it = found_by_it || violation.checker == regression.checker;
    if (report.verdict == report::Verdict::violated && &violation == &report.violations.front())
      result.found += format(" by {}: {}", violation.checker, violation.message);
  }
  if (report.verdict != report::Verdict::violated && report.verdict != report::Verdict::passed)
    result.found += format(": {}", report.stop);
  result.as_expected = report.verdict == regression.expected &&
                       (regression.expected == report::Verdict::passed || found_by_it);
  result.report = std::move(report);
  return result;
}

std::string expectation_of(const Regression& regression) {
  if (regression.expected == report::Verdict::passed) return "passed";
  return format("violated by {}", regression.checker);
}

}  // namespace logquake::scenario
