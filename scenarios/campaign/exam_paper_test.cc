#include "scenarios/campaign/exam_paper.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "scenarios/engine/trial_kit.h"
#include "sim/testing/scratch_folder.h"

namespace logquake::scenario {
namespace {

namespace fs = std::filesystem;

/// A library folder with one scenario, one defect's story and an exam paper.
class ExamPaperFolder : public testing::Test {
 protected:
  ExamPaperFolder() {
    fs::create_directories(folder_ / "defects");
    write("calm.toml", "about = \"nothing happens\"\n[trial]\nnodes = 2\n");
    write("defects/lame.toml", "[trial]\nnodes = 2\n");
    catalog_.add_library(folder_.string());
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }
  std::optional<ExamPaper> read(const std::string& text) {
    write("exam.toml", text);
    problems_ = Problems("?");
    return read_exam((folder_ / "exam.toml").string(), catalog_, problems_);
  }
  /// The problems, each without the folder's path.
  std::string told() const {
    auto text = problems_.to_text();
    const auto path = folder_.string() + "/";
    for (auto at = text.find(path); at != std::string::npos; at = text.find(path))
      text.erase(at, path.size());
    return text;
  }

  const sim::testing::ScratchFolder scratch_{"exam"};
  const fs::path& folder_ = scratch_.path();
  Catalog catalog_ = trial_catalog();
  Problems problems_{"?"};
};

TEST_F(ExamPaperFolder, IsReadWithAllItsParts) {
  const auto paper = read(R"(
[[question]]
defect   = "trial.lazy"
scenario = "defects/lame"
set      = ["trial.nodes=3"]
clause   = ["T-1", "few-ticks"]

[[anomaly]]
scenario = "calm"
clause   = "T-2"
)");

  ASSERT_TRUE(paper.has_value()) << told();
  ASSERT_EQ(paper->questions.size(), 1U);
  const auto& question = paper->questions.front();
  EXPECT_EQ(question.defect, "trial.lazy");
  EXPECT_EQ(question.scenario.name, "defects/lame");
  EXPECT_EQ(question.scenario.path, (folder_ / "defects/lame.toml").string());
  EXPECT_EQ(question.scenario.sets, std::vector<std::string>{"trial.nodes=3"});
  EXPECT_EQ(question.clauses, (std::vector<std::string>{"T-1", "few-ticks"}));
  ASSERT_EQ(paper->anomalies.size(), 1U);
  EXPECT_EQ(paper->anomalies.front().scenario.path, "calm");
  EXPECT_EQ(paper->anomalies.front().clause, "T-2");
}

TEST_F(ExamPaperFolder, IsNoScenario) {
  read("");

  ASSERT_EQ(catalog_.library().size(), 1U);
  EXPECT_EQ(catalog_.library().front().name, "calm");
  EXPECT_EQ(find_exam(catalog_), (folder_ / "exam.toml").string());
}

TEST_F(ExamPaperFolder, TellsEveryMistakeWithItsLine) {
  const auto paper = read(R"([[question]]
defect   = "trial.lazi"
scenario = "clam"
clause   = "no-clause"

[[question]]
defect   = "trial.lazy"
scenario = "defects/nobody"
clause   = "T-1"
sets     = ["trial.nodes=3"]

[[unanswered]]
defect = "trial.lazy"
)");

  EXPECT_FALSE(paper.has_value());
  const auto text = told();
  for (const std::string expected :
       {"exam.toml:2:", "no defect is called \"trial.lazi\"; did you mean \"trial.lazy\"?",
        "exam.toml:3:", "unknown scenario \"clam\"; did you mean \"calm\"?",
        "exam.toml:4:", "expected a clause such as \"K-INV-1\" or a checker, found \"no-clause\"",
        "exam.toml:8:", "there is no file defects/nobody.toml",
        "exam.toml:10:", "sets: unknown key",
        "exam.toml:13:", "\"trial.lazy\" has been asked for already", "reason"}) {
    EXPECT_NE(text.find(expected), std::string::npos) << expected << " is not in\n" << text;
  }
}

}  // namespace
}  // namespace logquake::scenario
