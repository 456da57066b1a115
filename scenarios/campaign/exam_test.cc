#include "scenarios/campaign/exam.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "scenarios/campaign/exam_report.h"
#include "scenarios/engine/trial_kit.h"
#include "sim/base/format.h"
#include "sim/testing/scratch_folder.h"

namespace logquake::scenario {
namespace {

namespace fs = std::filesystem;

/// A library whose scenarios fail by settings of theirs, not by the defect: what is looked at is
/// the exam.
class Exam : public testing::Test {
 protected:
  Exam() {
    write("calm", "[trial]\nnodes = 2\n");
    write("seven", "[trial]\nnodes = 2\ndeed = \"fail-check\"\nonly-seed = 7\n");
    write("ticks",
          "[trial]\nnodes = 2\n[[workload]]\ntype = \"ticks\"\nevery = \"10ms\"\ncount = 20\n"
          "[[expect]]\nchecker = \"few-ticks\"\nbelow = 15\n");
    catalog_.add_library(folder_.string());
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / (name + ".toml")) << text;
  }
  static ExamPaper paper_about(const std::string& scenario, const std::string& clause) {
    ExamPaper paper;
    paper.questions = {{"trial.lazy", {scenario, scenario, {}}, {clause}}};
    return paper;
  }
  ExamReport sit(const ExamPaper& paper, const ExamRequest& request,
                 const std::vector<std::string>& defects = {}) {
    Problems problems("?");
    auto report = sit_exam(paper, defects, request, catalog_, problems,
                           [](const std::string&) { return true; });
    EXPECT_TRUE(report.has_value()) << problems.to_text();
    return std::move(*report);
  }

  const sim::testing::ScratchFolder scratch_{"sit-exam"};
  const fs::path& folder_ = scratch_.path();
  Catalog catalog_ = trial_catalog();
};

TEST_F(Exam, CountsTheSeedsUpToTheOneThatFailsForAnyNumberOfJobs) {
  for (const int jobs : {1, 3}) {
    const auto report = sit(paper_about("seven", "crash"),
                            {.campaigns = 1, .jobs = jobs, .seeds = 50, .shrinks = false});

    const auto& answer = report.answers.at(0);
    EXPECT_TRUE(answer.found());
    EXPECT_EQ(answer.seeds(), 7);
    EXPECT_EQ(answer.clause(), "crash");
    EXPECT_TRUE(answer.as_expected());
    EXPECT_NE(answer.campaigns.at(0).command.find("--seed 7"), std::string::npos);
    EXPECT_EQ(report.exit_code(), 0);
  }
}

TEST_F(Exam, KeepsWhatItHasFoundWhenItIsInterrupted) {
  auto paper = paper_about("ticks", "T-1");
  paper.questions.push_back(paper.questions.front());
  Problems problems("?");

  // After the line that tells of the first defect.
  const auto report =
      sit_exam(paper, {}, {.campaigns = 2, .jobs = 1, .seeds = 5, .shrinks = false}, catalog_,
               problems, [](const std::string& news) { return !news.starts_with("trial.lazy:"); });

  ASSERT_TRUE(report.has_value());
  EXPECT_TRUE(report->interrupted);
  ASSERT_EQ(report->answers.size(), 1U);
  EXPECT_TRUE(report->answers.front().found());
  EXPECT_EQ(report->exit_code(), 2);
  EXPECT_TRUE(to_text(*report).ends_with("interrupted: the rest was not asked\n"));
  EXPECT_NE(to_markdown(*report, "here").find("interrupted"), std::string::npos);
}

TEST_F(Exam, MeasuresTheTimeOfItsWorkers) {
  const auto report =
      sit(paper_about("ticks", "T-1"), {.campaigns = 1, .jobs = 1, .seeds = 5, .shrinks = false});

  const auto& answer = report.answers.at(0);
  EXPECT_EQ(answer.clause(), "T-1");
  EXPECT_EQ(answer.seeds(), 1);
  EXPECT_GT(answer.cpu(), Duration::zero());
  EXPECT_LT(answer.cpu(), 10s);
}

TEST_F(Exam, TellsWhatWasNotFoundAndFails) {
  const auto report =
      sit(paper_about("calm", "T-1"), {.campaigns = 2, .jobs = 2, .seeds = 4, .shrinks = false});

  const auto& answer = report.answers.at(0);
  EXPECT_FALSE(answer.found());
  EXPECT_EQ(answer.seeds(), 4);
  EXPECT_EQ(report.exit_code(), 1);
  EXPECT_NE(to_text(report).find("NOT FOUND: trial.lazy in calm from seed 1000001 on, 4 seeds"),
            std::string::npos)
      << to_text(report);
}

TEST_F(Exam, IsNotFoundUnlessEveryCampaignFindsIt) {
  // The second campaign never comes to seed 7.
  const auto report =
      sit(paper_about("seven", "crash"), {.campaigns = 2, .jobs = 2, .seeds = 9, .shrinks = false});

  EXPECT_FALSE(report.answers.at(0).found());
  EXPECT_EQ(report.answers.at(0).seeds(), 7);
  EXPECT_EQ(report.exit_code(), 1);
}

TEST_F(Exam, SaysWhereAnotherClauseThanTheExpectedOneWasNamed) {
  const auto report =
      sit(paper_about("ticks", "T-9"), {.campaigns = 1, .jobs = 1, .seeds = 5, .shrinks = false});

  EXPECT_TRUE(report.answers.at(0).found());
  EXPECT_FALSE(report.answers.at(0).as_expected());
  EXPECT_NE(to_markdown(report, "here").find("T-1; expected T-9"), std::string::npos);
}

TEST_F(Exam, LooksForTheAnomaliesThatAScenarioShouldShow) {
  ExamPaper paper;
  const ExamScenario ticks{"ticks", "ticks", {"expect.0.below=1000"}};
  paper.anomalies = {{ticks, "T-2"}, {ticks, "T-3"}};

  const auto report = sit(paper, {.campaigns = 1, .jobs = 1, .seeds = 3, .shrinks = false});

  EXPECT_EQ(report.sights.at(0).seed, 1U);
  EXPECT_EQ(report.sights.at(1).seed, 0U);
  EXPECT_EQ(report.sights.at(1).runs, 3);
  EXPECT_EQ(report.exit_code(), 1);
  EXPECT_NE(to_text(report).find("T-3 in ticks (expect.0.below=1000): never in 3 seeds"),
            std::string::npos)
      << to_text(report);
}

TEST_F(Exam, TellsHowSmallTheFirstFailureBecomes) {
  auto paper = paper_about("ticks", "T-1");
  paper.questions.front().scenario.sets = {"workload.0.count=200"};

  const auto report = sit(paper, {.campaigns = 1, .jobs = 1, .seeds = 5, .shrinks = true});

  const auto& story = report.answers.at(0).story;
  ASSERT_TRUE(story.has_value());
  EXPECT_EQ(story->steps, 0);
  EXPECT_LT(story->operations, 200);
  const auto text = to_text(report);
  EXPECT_NE(text.find(format("0 + {}", story->operations)), std::string::npos) << text;
}

TEST_F(Exam, TellsJsonAsItsSchemaSays) {
  const auto report =
      sit(paper_about("seven", "crash"), {.campaigns = 1, .jobs = 1, .seeds = 9, .shrinks = false});

  const auto told = nlohmann::json::parse(to_json(report));
  const auto schema = nlohmann::json::parse(exam_schema());

  ASSERT_EQ(told.size(), 1U);
  for (const auto& key : schema.at("items").at("required")) {
    EXPECT_TRUE(told.at(0).contains(key)) << key;
  }
  for (const auto& [key, value] : told.at(0).items())
    EXPECT_TRUE(schema.at("items").at("properties").contains(key)) << key;
  EXPECT_EQ(told.at(0).at("name"), "trial.lazy");
  EXPECT_EQ(told.at(0).at("found"), true);
}

TEST(ExamAnswer, TellsWhatSomeCampaignsWereToldBesideTheExpected) {
  ExamAnswer answer;
  answer.defect = "trial.lazy";
  answer.expected = {"T-1", "T-2"};
  for (const auto* clause : {"T-2", "crash", "T-2"})
    answer.campaigns.push_back({.found = true, .clause = clause});
  ExamReport report;
  report.answers = {answer};

  EXPECT_EQ(answer.unexpected(), std::vector<std::string>{"crash"});
  EXPECT_NE(to_markdown(report, "here").find("T-2; elsewhere crash"), std::string::npos);
}

}  // namespace
}  // namespace logquake::scenario
