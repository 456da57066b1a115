#include "scenarios/campaign/hunt.h"

#include <gtest/gtest.h>

#include "scenarios/engine/document.h"
#include "scenarios/engine/failure.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/trial_kit.h"
#include "sim/base/hash.h"

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

constexpr std::string_view busy =
    "length = \"40s\"\n[trial]\nnodes = 5\n[[workload]]\ntype = \"ticks\"\nevery = "
    "\"200ms\"\ncount = 100\n"
    "[[expect]]\nchecker = \"few-ticks\"\n[faults]\nintensity = \"1/2\"\n";

HuntReport hunted(const Scenario& scenario, std::uint64_t last, int jobs) {
  return hunt(scenario,
              {.first = 1, .last = last, .time = {}, .jobs = jobs, .strategy = {}, .patience = 2s},
              [](const HuntProgress&) { return true; });
}

TEST(Hunt, GivesTheSameForAnyNumberOfJobs) {
  auto text = std::string(busy);
  text += "[[fault]]\nat = \"3s\"\nprocess_crash = { node = \"any trial\" }\n";
  const auto scenario = trial(text, {{"expect.0.below=480"}, {}});
  const auto one = hunted(scenario, 12, 1);
  auto three = hunted(scenario, 12, 3);
  three.wall = one.wall;

  EXPECT_EQ(to_json(one), to_json(three));
  EXPECT_EQ(one.runs, 12);
  EXPECT_GT(one.violated, 0);
}

TEST(Hunt, RunsASeedAsItRunsAlone) {
  const auto scenario = trial(busy);
  const auto report = hunt(scenario, {.first = 5, .last = 5, .time = {}, .jobs = 1, .strategy = {}},
                           [](const HuntProgress&) { return true; });
  Fingerprint alone;
  alone.fold(run(scenario, {.seed = 5}).report.fingerprint);

  EXPECT_EQ(report.fingerprint, alone.value());
  EXPECT_EQ(report.probes.at("trial.tenth-tick"), 1);
  EXPECT_EQ(report.probes.at("trial.never"), 0);
}

struct Misdeed {
  std::string_view deed;
  std::string_view signature;
};
class HuntedMisdeed : public testing::TestWithParam<Misdeed> {};

TEST_P(HuntedMisdeed, IsAFindingWithItsName) {
  const auto scenario =
      trial("[trial]\nonly-seed = 3\n", {{"trial.deed=" + std::string(GetParam().deed)}, {}});

  const auto report = hunted(scenario, 6, 2);

  EXPECT_EQ(report.runs, 6);
  EXPECT_EQ(report.passed, 5);
  EXPECT_EQ(report.crashed, 1);
  ASSERT_EQ(report.failures.size(), 1U);
  EXPECT_EQ(report.failures.front().first_seed, 3U);
  EXPECT_TRUE(report.failures.front().signature.starts_with(GetParam().signature))
      << report.failures.front().signature;
  EXPECT_TRUE(parse_run_name(report.failures.front().name).ok());
  EXPECT_EQ(exit_code_of(report), 1);
}

INSTANTIATE_TEST_SUITE_P(
    Table, HuntedMisdeed,
    testing::Values(Misdeed{"abort", "abort in the task trial-#/main: the process"},
                    Misdeed{"exit", "the process exited with #"},
                    Misdeed{"hang", "no end after #s of real time"},
                    Misdeed{"never-yield", "no end after #s of real time"},
                    Misdeed{"fail-check", "failed_check: trial-#/main"},
                    Misdeed{"throw", "escaped: trial-#/main: let an exception out"},
                    Misdeed{"throw-other", "escaped: trial-#/main: let out something"},
                    Misdeed{"spin", "watchdog: time stands still"},
                    Misdeed{"deadlock", "deadlock: nothing"},
                    Misdeed{"leak", "leak: trial-# has # connections open"},
                    Misdeed{"overflow", "overflow: the stack of the task trial-#/main"}));

TEST(Hunt, GroupsFailuresThatDifferInTheirNumbersOnly) {
  const auto report = hunted(trial(busy, {{"expect.0.below=30"}, {}}), 8, 2);

  EXPECT_EQ(report.violated, 8);
  ASSERT_EQ(report.failures.size(), 1U);
  EXPECT_EQ(report.failures.front().count, 8);
  EXPECT_EQ(report.failures.front().signature, "T-1: trial-# ticked for the #th time");
}

TEST(Hunt, ReturnsTheWorstOfItsVerdicts) {
  HuntReport report;
  EXPECT_EQ(exit_code_of(report), 0);
  report.unknown = 1;
  EXPECT_EQ(exit_code_of(report), 2);
  report.crashed = 1;
  EXPECT_EQ(exit_code_of(report), 1);
  report.nondeterministic = 1;
  EXPECT_EQ(exit_code_of(report), 3);
}

}  // namespace
}  // namespace logquake::scenario
