// regressions: runs what once went wrong again.
#include <cstdio>
#include <filesystem>
#include <thread>

#include "reports/json_report.h"
#include "reports/plain_text.h"
#include "scenarios/cli/commands.h"
#include "scenarios/engine/regression.h"
#include "scenarios/engine/report_reader.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/worker_pool.h"
#include "sim/base/check.h"
#include "sim/base/describe.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

struct Kept {
  Regression regression;
  Scenario scenario;
  sim::Strategy strategy;
  std::optional<RegressionResult> result;
};

std::optional<std::string> folder_of(const Settings& settings, const Catalog& catalog) {
  if (!settings.subject.empty()) return settings.subject;
  std::error_code ignored;
  for (const auto& folder : catalog.library_folders()) {
    const auto here = folder + "/regressions";
    if (std::filesystem::exists(format("{}/{}", here, regressions_file), ignored)) return here;
  }
  return std::nullopt;
}

/// All of them, ready to run; nothing after printing what is wrong.
std::optional<std::vector<Kept>> load_all(const std::string& folder, const Catalog& catalog) {
  Problems problems(folder);
  const auto read = read_regressions(folder, problems);
  if (!read) {
    std::fputs(problems.to_text().c_str(), stderr);
    return std::nullopt;
  }
  std::vector<Kept> all;
  bool good = true;
  for (const auto& regression : *read) {
    Settings effective;
    effective.subject = regression.scenario;
    effective.sets = regression.sets;
    effective.defects = regression.defects;
    auto scenario = load(effective, catalog);
    if (!scenario) {
      std::fputs(format("logquake: regression \"{}\" of {}/{} cannot be run\n", regression.name,
                        folder, regressions_file)
                     .c_str(),
                 stderr);
      good = false;
      continue;
    }
    const auto strategy = regression.strategy.value_or(strategy_for(*scenario, regression.seed));
    all.push_back({regression, std::move(*scenario), strategy, std::nullopt});
  }
  return good ? std::optional(std::move(all)) : std::nullopt;
}

std::string line_of(const Kept& kept) {
  const auto& regression = kept.regression;
  const auto& result = *kept.result;
  auto text = format("{:<7} {}: {}\n", result.as_expected ? "ok" : "FAILED", regression.name,
                     report::readable(regression.guards));
  if (result.as_expected) return text;
  text += format("        expected {}, found {}\n", expectation_of(regression),
                 report::readable(result.found));
  return text + format("        reproduce: {}\n", report::readable(result.report.replay_command));
}

std::string as_json(const std::vector<Kept>& all) {
  std::string items;
  std::size_t good = 0;
  const auto quoted = [](std::string_view text) { return json_quoted(report::readable(text)); };
  for (const auto& kept : all) {
    const auto& result = *kept.result;
    good += result.as_expected ? 1 : 0;
    items += format(
        "{}\n    {{\"name\": {}, \"guards\": {}, \"clause\": {}, \"run\": {}, \"expected\": {}, "
        "\"verdict\": {}, \"found\": {}, \"as_expected\": {}, \"reproduce\": {}}}",
        items.empty() ? "" : ",", quoted(kept.regression.name), quoted(kept.regression.guards),
        quoted(kept.regression.clause), quoted(result.report.name),
        quoted(expectation_of(kept.regression)), quoted(report::name_of(result.report.verdict)),
        quoted(result.found), result.as_expected, quoted(result.report.replay_command));
  }
  return format("{{\n  \"as_expected\": {},\n  \"failed\": {},\n  \"regressions\": [{}\n  ]\n}}\n",
                good, all.size() - good, items);
}

/// The first of 3, 1, 2 and 0 that occurred.
int exit_code_of(const std::vector<Kept>& all) {
  int code = 0;
  for (const auto& kept : all) {
    if (kept.result->as_expected) continue;
    const auto verdict = kept.result->report.verdict;
    if (verdict == report::Verdict::nondeterministic) return 3;
    if (verdict != report::Verdict::unknown) code = 1;
    if (verdict == report::Verdict::unknown && code == 0) code = 2;
  }
  return code;
}

}  // namespace

int regressions_command(const Settings& settings, const Catalog& catalog) {
  const auto folder = folder_of(settings, catalog);
  if (!folder)
    return bad_input(
        format("regressions: no folder of the library has regressions/{}", regressions_file));
  std::optional<Duration> patience;
  if (!read_duration("--patience", settings.patience, patience)) return exit_bad_input;
  int jobs = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  if (!settings.jobs.empty()) {
    const auto parsed = parse_jobs(settings.jobs);
    if (!parsed) return bad_input(parsed.error().message);
    jobs = *parsed;
  }
  auto all = load_all(*folder, catalog);
  if (!all) return exit_bad_input;

  WorkerPool pool({jobs, patience.value_or(300s)}, [&all](std::uint64_t number) {
    const auto& kept = (*all)[number];
    return report::json_report(
        run(kept.scenario, {.seed = kept.regression.seed, .strategy = kept.strategy}).report);
  });
  std::uint64_t next = 0;
  std::size_t told = 0;
  const auto take = [&]() -> std::optional<std::uint64_t> {
    return next < all->size() ? std::optional(next++) : std::nullopt;
  };
  const auto done = [&](std::uint64_t number, WorkResult result) {
    auto& kept = (*all)[number];
    auto report = result.how == WorkResult::How::delivered
                      ? parse_result(result.payload)
                      : Result<report::RunReport>(report_of_dead_run(
                            kept.scenario, kept.regression.seed, kept.strategy, result.last_words));
    LOGQUAKE_CHECK(report.ok(), "a worker delivers a report");
    kept.result = judge(kept.regression, std::move(*report));
    // In the order of the file, as soon as it can be told.
    while (settings.format != "json" && told < all->size() && (*all)[told].result)
      print(line_of((*all)[told++]));
  };
  pool.run(take, done, [] { return true; });

  if (settings.format == "json") {
    print(as_json(*all));
  } else {
    std::size_t good = 0;
    for (const auto& kept : *all) good += kept.result->as_expected ? 1 : 0;
    print(format("{} of {} as expected\n", good, all->size()));
  }
  return exit_code_of(*all);
}

}  // namespace logquake::scenario
