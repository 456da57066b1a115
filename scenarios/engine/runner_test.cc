#include "scenarios/engine/runner.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "reports/json_report.h"
#include "scenarios/engine/determinism.h"
#include "scenarios/engine/document.h"
#include "scenarios/engine/report_reader.h"
#include "scenarios/engine/run_directory.h"
#include "scenarios/engine/trial_kit.h"
#include "scenarios/engine/worker_pool.h"
#include "sim/testing/scratch_folder.h"

namespace logquake::scenario {
namespace {

Scenario trial(std::string_view text, const Overrides& overrides = {}) {
  static const Catalog catalog = trial_catalog();
  Problems problems("x.toml");
  auto document = parse_document(text, problems);
  EXPECT_TRUE(document.has_value()) << problems.to_text();
  auto scenario = read_scenario(std::move(*document), "x.toml", catalog, overrides, problems);
  EXPECT_TRUE(scenario.has_value()) << problems.to_text();
  return std::move(*scenario);
}

report::RunReport report_of(std::string_view text, std::uint64_t seed = 1) {
  return run(trial(text), {.seed = seed}).report;
}

constexpr std::string_view busy =
    "length = \"40s\"\n[trial]\nnodes = 5\n[[workload]]\ntype = \"ticks\"\nevery = "
    "\"200ms\"\ncount = 100\n"
    "[[expect]]\nchecker = \"few-ticks\"\n[faults]\nintensity = \"1/2\"\n";

TEST(Runner, PassesWhatKeepsItsPromises) {
  const auto report = report_of("[[expect]]\nchecker = \"few-ticks\"");

  EXPECT_EQ(report.verdict, report::Verdict::passed) << report.stop;
  ASSERT_EQ(report.promises.size(), 1U);
  EXPECT_EQ(report.promises.front().summary, "40 ticks");
  ASSERT_EQ(report.anomalies.size(), 1U);
  EXPECT_EQ(report.anomalies.front().count, 4);
  EXPECT_EQ(report.anomalies.front().clause, "T-2");
}

TEST(Runner, EndsWithTheFactThatBreaksAPromise) {
  const auto report = report_of("[[expect]]\nchecker = \"few-ticks\"\nbelow = 7");

  EXPECT_EQ(report.verdict, report::Verdict::violated);
  ASSERT_EQ(report.violations.size(), 1U);
  EXPECT_EQ(report.violations.front().clause, "T-1");
  EXPECT_EQ(report.violations.front().facts.size(), 1U);
  EXPECT_EQ(report.replay_command, "logquake run x.toml --seed 1");
}

TEST(Runner, DoesNotJudgeWhatCannotBeJudged) {
  const auto report = report_of("[[expect]]\nchecker = \"few-ticks\"\nbelow = 0");

  EXPECT_EQ(report.verdict, report::Verdict::unknown);
  EXPECT_EQ(report.stop, "few-ticks: there was no bound");
}

TEST(Runner, TakesALackOfConvergenceForABrokenPromise) {
  const auto report = report_of("settle = \"2s\"\n[trial]\ndeed = \"never-converge\"");

  EXPECT_EQ(report.verdict, report::Verdict::violated);
  ASSERT_EQ(report.violations.size(), 1U);
  EXPECT_EQ(report.violations.front().checker, "liveness");
  EXPECT_EQ(report.violations.front().clause, "T-3");
  EXPECT_EQ(report.violations.front().message,
            "not converged after healing within 2s: trial-1 waits for a better world");
  EXPECT_EQ(report.pending, std::vector<std::string>{"trial-1 waits for a better world"});
}

TEST(Runner, TakesAFailedCheckForACrash) {
  const auto report = report_of("[trial]\ndeed = \"fail-check\"");

  EXPECT_EQ(report.verdict, report::Verdict::crashed);
  EXPECT_NE(report.stop.find("the trial wants it so"), std::string::npos) << report.stop;
}

TEST(Runner, TellsWhoWaitsWhenNothingCanHappenAnyMore) {
  const auto report = report_of("[trial]\ndeed = \"deadlock\"");

  EXPECT_EQ(report.verdict, report::Verdict::crashed);
  EXPECT_TRUE(report.stop.starts_with("deadlock: ")) << report.stop;
  EXPECT_NE(report.stop.find("trial-1/main waits for nobody"), std::string::npos) << report.stop;
}

TEST(Runner, TakesASpinningTaskForACrash) {
  const auto report = report_of("[trial]\ndeed = \"spin\"");

  EXPECT_EQ(report.verdict, report::Verdict::crashed);
  EXPECT_TRUE(report.stop.starts_with("watchdog")) << report.stop;
}

TEST(Runner, NamesTheTaskWhoseStackRanOver) {
  const auto scenario = trial("[trial]\ndeed = \"overflow\"");

  const auto result =
      run_in_child([&] { return report::json_report(run(scenario, {}).report); }, 60s);

  EXPECT_EQ(result.how, WorkResult::How::died);
  EXPECT_TRUE(
      result.last_words.starts_with("overflow: the stack of the task trial-1/main ran over"))
      << result.last_words;
}

TEST(Runner, GivesTheSameFingerprintTwiceRecordedOrNot) {
  const auto scenario = trial(busy);
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto once = run(scenario, {.seed = seed}).report;
    const auto twice = run(scenario, {.seed = seed}).report;
    const auto recorded = run(scenario, {.seed = seed, .strategy = {}, .record = true}).report;

    EXPECT_EQ(once.verdict, report::Verdict::passed) << once.stop;
    EXPECT_EQ(once.fingerprint, twice.fingerprint);
    EXPECT_EQ(once.fingerprint, recorded.fingerprint);
    EXPECT_EQ(once.events, recorded.events);
    EXPECT_TRUE(once.facts.empty());
    EXPECT_FALSE(recorded.facts.empty());
  }
}

TEST(Runner, GivesTheSameFingerprintAtEveryLogLevel) {
  const auto scenario = trial(busy);
  const auto silent = run(scenario, {.seed = 2}).report;
  testing::internal::CaptureStderr();
  const auto chatty = run(scenario, {.seed = 2, .log = sim::Level::trace}).report;
  const auto log = testing::internal::GetCapturedStderr();

  EXPECT_EQ(silent.fingerprint, chatty.fingerprint);
  EXPECT_NE(log.find("trial.ticked"), std::string::npos) << log.substr(0, 500);
}

TEST(Runner, GivesEachSeedAnotherRun) {
  const auto scenario = trial(busy);

  EXPECT_NE(run(scenario, {.seed = 1}).report.fingerprint,
            run(scenario, {.seed = 2}).report.fingerprint);
}

TEST(Runner, ShowsWhereTwoRunsPart) {
  const auto result = run_twice(trial("[trial]\ndeed = \"drift\""), {});

  EXPECT_EQ(result.report.verdict, report::Verdict::nondeterministic);
  EXPECT_NE(result.report.stop.find("the first differing fact"), std::string::npos)
      << result.report.stop;
  EXPECT_NE(result.report.stop.find("trial.ticked"), std::string::npos) << result.report.stop;
}

TEST(Runner, NamesARunByAllThatMakesIt) {
  const auto scenario = trial("", {{"trial.nodes=3"}, {"trial.lazy"}});
  const auto report =
      run(scenario, {.seed = 9, .strategy = sim::Strategy{.kind = sim::Strategy::Kind::pct}})
          .report;

  EXPECT_EQ(
      report.replay_command,
      "logquake run x.toml --seed 9 --strategy pct:3 --defect trial.lazy --set trial.nodes=3");
  const auto name = parse_run_name(report.name);
  ASSERT_TRUE(name.ok());
  EXPECT_EQ(name->seed, 9U);
  EXPECT_EQ(name->content_hash, scenario.content_hash());
}

TEST(RunDirectory, HoldsTheWholeRun) {
  const sim::testing::ScratchFolder folder("run-directory");
  const auto path = folder / "run";
  const auto scenario = trial(busy);
  const auto result = run(scenario, {.seed = 3, .strategy = {}, .record = true});

  ASSERT_TRUE(write_directory(path, files_of_run(scenario, result)).ok());
  const auto stored = read_run_directory(path);

  ASSERT_TRUE(stored.ok());
  EXPECT_EQ(stored->scenario_toml, scenario.toml());
  EXPECT_EQ(report::json_report(stored->report), report::json_report(result.report));
  ASSERT_EQ(stored->report.facts.size(), result.report.facts.size());
  EXPECT_EQ(stored->report.facts.back().fields_json, result.report.facts.back().fields_json);
  EXPECT_TRUE(std::filesystem::exists(path + "/plan.toml"));
  EXPECT_TRUE(std::filesystem::exists(path + "/report.html"));
  EXPECT_TRUE(write_directory(path, files_of_run(scenario, result)).ok())
      << "our own may be replaced";
}

TEST(RunDirectory, LeavesOtherPeoplesFilesAlone) {
  const sim::testing::ScratchFolder folder("run-directory");
  const auto path = folder / "precious";
  std::filesystem::create_directories(path + "/photos");

  const auto written = write_directory(path, {{"result.json", "{}"}});

  EXPECT_TRUE(written.is(ErrorCode::already_exists));
  EXPECT_FALSE(std::filesystem::exists(path + "/result.json"));
}

}  // namespace
}  // namespace logquake::scenario
