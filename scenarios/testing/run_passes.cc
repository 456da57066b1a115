#include "scenarios/testing/run_passes.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "reports/text_report.h"
#include "scenarios/engine/runner.h"
#include "scenarios/shrink/shrink.h"
#include "scenarios/shrink/shrunk_story.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

std::string name_of_test() {
  const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
  return test == nullptr ? "property" : format("{}.{}", test->test_suite_name(), test->name());
}

std::filesystem::path path_of(const RunPassesOptions& options, std::string_view ending) {
  const auto name = options.name.empty() ? name_of_test() : options.name;
  // Absolute, so that the commands work from anywhere.
  return std::filesystem::absolute(options.folder / format("{}{}", name, ending));
}

void write(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::trunc);
  file << text;
  if (!file.flush()) throw std::runtime_error(format("cannot write {}", path.string()));
}

/// The run of the failed case, and how to have it again.
std::string tell(const report::RunReport& report, const std::filesystem::path& path) {
  return format("{}\nscenario: {}\nrun: {}\n", report::text_report(report), path.string(),
                report.name);
}

std::string shrunk(const Scenario& failed, std::uint64_t seed, const Catalog& catalog,
                   const RunPassesOptions& options) {
  const auto path = path_of(options, ".shrunk.toml");
  const auto found =
      shrink(failed, catalog, seed, strategy_for(failed, seed),
             {.most_runs = options.shrink_runs, .jobs = 2, .asked_for = path.string()}, {});
  if (!found) return format("\nnot shrunk: {}\n", to_string(found.error()));
  write(path, annotated_toml(found->scenario, found->failure, found->report.name));
  const auto report = run(found->scenario, {.seed = found->seed, .record = true}).report;
  const auto unfinished = unfinished_text(*found);
  return format("\n{}{}shrunk from {} to {}:\n\n{}", unfinished, unfinished.empty() ? "" : "\n",
                to_text(found->before), to_text(found->after), tell(report, path));
}

}  // namespace

std::optional<std::string> trouble_with_run(const DrawnCase& drawn, const Catalog& catalog,
                                            const RunPassesOptions& options) {
  const auto verdict =
      run(scenario_of(drawn.document, catalog), {.seed = drawn.seed}).report.verdict;
  if (verdict == report::Verdict::passed) return std::nullopt;
  const auto path = path_of(options, ".toml");
  std::ostringstream text;
  showValue(drawn, text);
  write(path, text.str());
  const auto failed = scenario_of(drawn.document, catalog, path.string());
  const auto report = run(failed, {.seed = drawn.seed, .record = true}).report;
  auto trouble = tell(report, path);
  if (options.shrink_runs > 0) trouble += shrunk(failed, drawn.seed, catalog, options);
  return trouble;
}

void expect_run_passes(const DrawnCase& drawn, const Catalog& catalog,
                       const RunPassesOptions& options) {
  if (const auto trouble = trouble_with_run(drawn, catalog, options)) RC_FAIL(*trouble);
}

}  // namespace logquake::scenario
