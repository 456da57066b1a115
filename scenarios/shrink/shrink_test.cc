#include "scenarios/shrink/shrink.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "scenarios/engine/document.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/trial_kit.h"
#include "scenarios/shrink/reduction.h"
#include "scenarios/shrink/shrunk_story.h"

namespace logquake::scenario {
namespace {

const Catalog catalog = trial_catalog();

std::optional<Scenario> read(const std::string& text) {
  Problems problems("x.toml");
  auto document = parse_document(text, problems);
  return read_scenario(std::move(*document), "x.toml", catalog, {}, problems);
}

const std::string busy =
    "about = \"They tick.\"\n[trial]\nnodes = 4\n"
    "[[workload]]\ntype = \"ticks\"\nevery = \"10ms\"\ncount = 300\n"
    "[[fault]]\nat = \"1s\"\npause = { node = \"trial-1\", for = \"20ms\" }\n"
    "[faults]\nmix = \"network, clock\"\nintensity = \"1/1\"\n"
    "[[expect]]\nchecker = \"few-ticks\"\nbelow = 100\n";

Shrunk shrunk_with(const std::string& text, ShrinkRequest request,
                   const ShrinkListener& listener = {}) {
  const auto scenario = read(text);
  auto shrunk = shrink(*scenario, catalog, 5, strategy_for(*scenario, 5), request, listener);
  EXPECT_TRUE(shrunk) << shrunk.error().message;
  return std::move(*shrunk);
}

TEST(Shrink, FindsTheSmallestThatBreaksTheSamePromise) {
  const auto shrunk = shrunk_with(busy, {.jobs = 2});

  EXPECT_EQ(shrunk.end, ShrinkEnd::minimal);
  EXPECT_EQ(unfinished_text(shrunk), "");
  EXPECT_EQ(shrunk.failure.clause, "T-1");
  EXPECT_GT(shrunk.before.steps, 1);
  EXPECT_EQ(shrunk.after.steps, 0);
  // A hundred ticks of four nodes are 25 for each; with three nodes it would be more for each.
  EXPECT_EQ(shrunk.after.operations, 25);
  EXPECT_EQ(shrunk.scenario.strategy->kind, sim::Strategy::Kind::fifo);
  EXPECT_EQ(shrunk.after.length, shortest_load);
}

TEST(Shrink, EveryScenarioItTakesFailsAlikeFromItsOwnFile) {
  int better = 0;
  const ShrinkListener listener{
      .progress = {}, .better = [&better](const Scenario& scenario, const report::RunReport& told) {
        ++better;
        const auto again = read(scenario.toml());
        ASSERT_TRUE(again.has_value()) << scenario.toml();
        const auto report = run(*again, {.seed = 5}).report;
        ASSERT_EQ(report.violations.size(), 1U);
        EXPECT_EQ(report.violations.front().checker, "few-ticks");
        EXPECT_EQ(report.violations.front().clause, "T-1");
        EXPECT_EQ(report.fingerprint, told.fingerprint);
      }};

  const auto shrunk = shrunk_with(busy, {.jobs = 2}, listener);

  EXPECT_EQ(better, static_cast<int>(shrunk.taken.size()) + 1);
  EXPECT_GT(better, 3);
}

TEST(Shrink, IsTheSameForAnyNumberOfJobs) {
  const auto alone = shrunk_with(busy, {.jobs = 1});
  const auto together = shrunk_with(busy, {.jobs = 3});

  EXPECT_EQ(alone.scenario.toml(), together.scenario.toml());
  EXPECT_EQ(alone.taken, together.taken);
  EXPECT_EQ(alone.runs, together.runs);
  // Likewise where it ends early.
  const auto early = shrunk_with(busy, {.most_runs = 9, .jobs = 1});
  const auto both_early = shrunk_with(busy, {.most_runs = 9, .jobs = 3});
  EXPECT_EQ(early.end, ShrinkEnd::runs);
  EXPECT_EQ(early.runs, 9);
  EXPECT_EQ(early.taken, both_early.taken);
}

TEST(Shrink, EachOfItsBoundsEndsItAndIsToldAtTheTopOfTheStory) {
  struct Case {
    ShrinkRequest request;
    ShrinkEnd end;
    std::string why;
  };
  const std::vector<Case> cases{
      {{.most_runs = 9}, ShrinkEnd::runs, "it had tried 9 candidates, as many as it may (--runs)"},
      {{.most_cpu = 1ns}, ShrinkEnd::cpu, "it had used up its CPU time ("},
      {{.time = 1ns}, ShrinkEnd::time, "its real time was over ("},
  };
  for (const auto& [request, end, why] : cases) {
    const auto shrunk = shrunk_with(busy, request);

    EXPECT_EQ(shrunk.end, end) << why;
    const auto story = story_of(shrunk, shrunk.report, std::nullopt);
    const auto told = "The search was not at its end: " + why;
    EXPECT_LT(story.find(told), story.find("## What is left")) << story;
  }
}

TEST(Shrink, InterruptedItGivesTheBestSoFar) {
  std::string last;
  bool taken_one = false;
  const ShrinkListener listener{
      .progress =
          [&taken_one](const ShrinkProgress& progress) {
            taken_one = taken_one || !progress.news.empty();
            return !taken_one;
          },
      .better = [&last](const Scenario& scenario,
                        const report::RunReport&) { last = scenario.toml(); }};

  const auto shrunk = shrunk_with(busy, {.jobs = 2}, listener);

  EXPECT_EQ(shrunk.end, ShrinkEnd::interrupted);
  EXPECT_EQ(shrunk.taken.size(), 1U);
  EXPECT_EQ(shrunk.scenario.toml(), last);
}

TEST(Shrink, ARunThatPassesIsNotShrunk) {
  const auto scenario = read("[trial]\n");

  const auto shrunk =
      shrink(*scenario, catalog, 5, sim::Strategy{}, ShrinkRequest{}, ShrinkListener{});

  ASSERT_FALSE(shrunk);
  EXPECT_EQ(shrunk.error().code, ErrorCode::not_found);
}

TEST(Shrink, CrashesShrinkTooAlsoThoseOfTheProcess) {
  for (const std::string deed : {"fail-check", "abort", "throw"}) {
    const auto shrunk =
        shrunk_with("[trial]\ndeed = \"" + deed +
                        "\"\nnodes = 3\n[[workload]]\ntype = \"ticks\"\ncount = 100\n"
                        "[faults]\nmix = \"clock\"\nintensity = \"1/1\"\n",
                    {.jobs = 2});

    EXPECT_EQ(shrunk.failure.checker, "crash") << deed;
    EXPECT_EQ(shrunk.after.steps, 0) << deed;
    EXPECT_EQ(shrunk.scenario.document.find("workload"), nullptr) << deed;
  }
}

TEST(Shrink, NeverTakesAnotherFailureForTheOne) {
  // Without a bound the verdict is unknown, with fewer ticks the run passes.
  const auto shrunk = shrunk_with(
      "[trial]\nnodes = 1\n[[workload]]\ntype = \"ticks\"\ncount = 100\n"
      "[[expect]]\nchecker = \"few-ticks\"\nbelow = 30\n",
      {.jobs = 2});

  EXPECT_EQ(shrunk.failure.checker, "few-ticks");
  EXPECT_EQ(shrunk.after.operations, 30);
}

TEST(Shrink, TheFileSaysWhatBreaksAndASentenceForEachStep) {
  auto scenario = read(
      "name = \"told\"\n[trial]\n[[workload]]\ntype = \"ticks\"\ncount = 9\n"
      "[[fault]]\nnumber = 3\nat = \"1s\"\npause = { node = \"trial-1\", for = \"20ms\" }\n"
      "[[fault]]\non = { fact = \"trial.ticked\" }\nclock_step = { node = \"trial-1\", by = \"1s\" "
      "}\n");
  const Failure failure{"few-ticks", "T-1", "", "too few\nof them"};

  const auto text = annotated_toml(*scenario, failure, "lq1:told");

  EXPECT_EQ(text.substr(0, text.find("\nname")), "# Breaks T-1 (few-ticks): too few\n# lq1:told");
  EXPECT_NE(text.find("# at 1s: trial-1 freezes for 20ms\n[[fault]]\nnumber = 3\n"),
            std::string::npos)
      << text;
  EXPECT_NE(
      text.find("# on the 1st trial.ticked: the wall clock of trial-1 jumps by 1s\n[[fault]]\n"),
      std::string::npos)
      << text;
  const auto again = read(text);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->content_hash(), scenario->content_hash());
}

TEST(Shrink, TheStoryTellsWhatIsLeftWhatBreaksAndTheNearestRunThatPasses) {
  const auto shrunk = shrunk_with(busy, {.jobs = 2});
  const auto files = files_of_shrunk(shrunk, catalog);

  const auto& story = files.back().second;
  EXPECT_EQ(files.back().first, "story.md");
  for (const auto* part :
       {"breaks T-1 (few-ticks)", "They tick.", "    logquake replay lq1:", "## What is left",
        "- load, ticks: every 10ms, count 25", "## What breaks", "ticked for the 100th time",
        "## The nearest run that passes", "takes workload.0.count from 25 to 24",
        "only in the failing run", "## What was taken out"}) {
    EXPECT_NE(story.find(part), std::string::npos) << part << "\n" << story;
  }
  std::vector<std::string> names;
  for (const auto& [name, content] : files) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"scenario.toml", "plan.toml", "result.json",
                                             "report.html", "trace.jsonl", "story.md"}));
}

}  // namespace
}  // namespace logquake::scenario
