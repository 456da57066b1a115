// The exam that comes along: no defect is left out, what it expects exists, and its command
// answers.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "scenarios/campaign/exam.h"
#include "scenarios/cli/command_line.h"
#include "scenarios/engine/runner.h"
#include "scenarios/gossip/gossip_kit.h"
#include "scenarios/kafka/kafka_kit.h"
#include "scenarios/zookeeper/zookeeper_kit.h"
#include "sim/base/format.h"
#include "sim/testing/scratch_folder.h"

namespace logquake::scenario {
namespace {

namespace fs = std::filesystem;

Catalog whole_catalog(const std::string& library) {
  Catalog catalog;
  catalog.add(gossip_kit()).add(kafka_kit()).add(zookeeper_kit()).add_library(library);
  return catalog;
}

class LibraryExam : public testing::Test {
 protected:
  ExamPaper paper() {
    Problems problems("?");
    auto read = read_exam(find_exam(catalog_).value_or("none"), catalog_, problems);
    EXPECT_TRUE(read.has_value()) << problems.to_text();
    return read.value_or(ExamPaper{});
  }

  Catalog catalog_ = whole_catalog(LOGQUAKE_SOURCE_DIR "/scenarios/library");
};

/// Everything that checkers and worlds are made of.
std::string checkers_text() {
  std::string text;
  for (const auto& entry : fs::recursive_directory_iterator(LOGQUAKE_SOURCE_DIR "/scenarios")) {
    const auto name = entry.path().filename().string();
    if (entry.path().extension() != ".cc" || name.ends_with("_test.cc")) continue;
    std::ostringstream content;
    content << std::ifstream(entry.path()).rdbuf();
    text += content.str();
  }
  return text;
}

TEST_F(LibraryExam, AsksForEveryDefectOrSaysWhyNot) {
  const auto exam = paper();
  std::set<std::string> asked;
  for (const auto& question : exam.questions) asked.insert(question.defect);
  for (const auto& excuse : exam.excuses) {
    EXPECT_GT(excuse.reason.size(), 20U) << excuse.defect;
    asked.insert(excuse.defect);
  }

  for (const auto& each : catalog_.defects())
    EXPECT_TRUE(asked.contains(std::string(each.defect.name))) << each.defect.name;
  EXPECT_EQ(asked.size(), catalog_.defects().size());
}

TEST_F(LibraryExam, ExpectsClausesThatACheckerNames) {
  const auto exam = paper();
  const auto text = checkers_text();
  std::set<std::string> clauses;
  for (const auto& question : exam.questions)
    clauses.insert(question.clauses.begin(), question.clauses.end());
  for (const auto& anomaly : exam.anomalies) clauses.insert(anomaly.clause);

  ASSERT_FALSE(clauses.empty());
  for (const auto& clause : clauses)
    EXPECT_NE(text.find("\"" + clause + "\""), std::string::npos) << clause;
}

TEST_F(LibraryExam, CanReadEveryScenarioWithItsDefect) {
  const auto exam = paper();
  std::vector<std::string> all;
  for (const auto& question : exam.questions) all.push_back(question.defect);
  Problems problems("?");

  const auto report = sit_exam(exam, all, {.campaigns = 0}, catalog_, problems,
                               [](const std::string&) { return true; });

  ASSERT_TRUE(report.has_value()) << problems.to_text();
  EXPECT_EQ(report->answers.size(), exam.questions.size());
}

TEST_F(LibraryExam, TellsStoriesThatPassWithoutTheirDefect) {
  std::set<std::string> stories;
  for (const auto& question : paper().questions) {
    if (question.scenario.name.starts_with("defects/")) stories.insert(question.scenario.path);
  }

  ASSERT_FALSE(stories.empty());
  for (const auto& story : stories) {
    Problems problems(story);
    const auto scenario = load_scenario(story, catalog_, {}, problems);
    ASSERT_TRUE(scenario.has_value()) << problems.to_text();
    const auto report = run(*scenario, {.seed = 1}).report;
    EXPECT_EQ(report.verdict, report::Verdict::passed) << story << ": " << report.stop;
  }
}

TEST_F(LibraryExam, FindsAGossipDefectAndNothingWithoutIt) {
  const std::string defect = "gossip.skip-anti-entropy";
  Problems problems("?");

  const auto report =
      sit_exam(paper(), {defect}, {.campaigns = 2, .jobs = 1, .seeds = 50, .shrinks = false},
               catalog_, problems, [](const std::string&) { return true; });

  ASSERT_TRUE(report.has_value()) << problems.to_text();
  const auto& answer = report->answers.at(0);
  EXPECT_TRUE(answer.found());
  EXPECT_TRUE(answer.as_expected()) << answer.clause();
  EXPECT_GT(answer.cpu(), Duration::zero());
  EXPECT_EQ(report->exit_code(), 0);
  const auto scenario = load_scenario(answer.scenario.path, catalog_, {}, problems);
  for (const auto& campaign : answer.campaigns) {
    const auto seed = campaign.first_seed + static_cast<std::uint64_t>(campaign.seeds) - 1;
    EXPECT_EQ(run(*scenario, {.seed = seed}).report.verdict, report::Verdict::passed) << seed;
  }
}

/// The command over a library of its own.
class ExamCommand : public testing::Test {
 protected:
  ExamCommand() {
    write("quiet.toml",
          "length = \"2s\"\n[gossip]\nnodes = 2\n[[workload]]\ntype = \"rumours\"\n"
          "count = 1\n[[expect]]\nchecker = \"rumours-reach-all\"\n");
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }
  void ask(const std::string& defect, const std::string& scenario) const {
    write("exam.toml", format("[[question]]\ndefect = \"{}\"\nscenario = \"{}\"\n"
                              "clause = \"G-INV-2\"\n",
                              defect, scenario));
  }
  int exam(std::vector<std::string> arguments, bool captures = true) {
    arguments.insert(arguments.begin(), {"logquake", "exam"});
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    const auto catalog = whole_catalog(folder_.string());
    if (!captures) return run_command_line(static_cast<int>(argv.size()), argv.data(), catalog);
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int code = run_command_line(static_cast<int>(argv.size()), argv.data(), catalog);
    std::fflush(stdout);
    out_ = testing::internal::GetCapturedStdout();
    err_ = testing::internal::GetCapturedStderr();
    return code;
  }

  const sim::testing::ScratchFolder scratch_{"exam-command"};
  const fs::path& folder_ = scratch_.path();
  std::string out_;
  std::string err_;
};

TEST_F(ExamCommand, ToldToEndItTellsAndSavesWhatItHas) {
  ask("gossip.forget-after-restart", "quiet");
  const auto out = (folder_ / "out").string();
  for (const int signal : {SIGTERM, SIGINT}) {
    fs::remove_all(out);
    std::array<int, 2> from_child{};
    ASSERT_EQ(::pipe(from_child.data()), 0);
    const auto child = ::fork();
    if (child == 0) {
      ::dup2(from_child[1], STDERR_FILENO);
      // More seeds than it can come to the end of.
      _exit(exam(
          {"--seeds", "1000000", "--campaigns", "1", "--no-shrink", "--jobs", "1", "--out", out},
          false));
    }
    ::close(from_child[1]);
    // It speaks when it begins.
    char first = 0;
    ASSERT_EQ(::read(from_child[0], &first, 1), 1);
    ::kill(child, signal);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ::close(from_child[0]);
    ASSERT_TRUE(WIFEXITED(status)) << "it ended by itself";
    EXPECT_EQ(WEXITSTATUS(status), 2);
    EXPECT_TRUE(fs::exists(fs::path(out) / "exam.json"));
  }
}

TEST_F(ExamCommand, FailsWhereADefectIsNeverFound) {
  ask("gossip.forget-after-restart", "quiet");

  EXPECT_EQ(exam({"--campaigns", "1", "--seeds", "3", "--jobs", "1", "--no-shrink"}), 1);
  EXPECT_NE(out_.find("NOT FOUND: gossip.forget-after-restart in quiet from seed 1 on, 3 seeds"),
            std::string::npos)
      << out_;
}

TEST_F(ExamCommand, WritesJsonAndMarkdown) {
  ask("gossip.forget-after-restart", "quiet");
  const auto out = (folder_ / "told").string();

  EXPECT_EQ(exam({"--campaigns", "1", "--seeds", "1", "--format", "json", "--out", out}), 1);
  const auto told = nlohmann::json::parse(out_);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told.at(0).at("name"), "gossip.forget-after-restart");
  EXPECT_EQ(told.at(0).at("found"), false);
  EXPECT_TRUE(fs::exists(fs::path(out) / "exam.json"));
  EXPECT_TRUE(fs::exists(fs::path(out) / "exam.md"));
}

TEST_F(ExamCommand, TellsWhatIsWrongWithItsInput) {
  ask("gossip.forget-after-restart", "quite");
  EXPECT_EQ(exam({}), 4);
  EXPECT_NE(err_.find("exam.toml:3:"), std::string::npos) << err_;
  EXPECT_NE(err_.find("unknown scenario \"quite\"; did you mean \"quiet\"?"), std::string::npos)
      << err_;

  ask("gossip.forget-after-restart", "quiet");
  EXPECT_EQ(exam({"gossip.forget-after-start"}), 4);
  EXPECT_NE(err_.find("did you mean \"gossip.forget-after-restart\"?"), std::string::npos) << err_;
  EXPECT_EQ(exam({"--campaigns", "none"}), 4);
  EXPECT_EQ(exam({"--seeds", "1..5"}), 4);
}

}  // namespace
}  // namespace logquake::scenario
