// `logquake shrink` as a person meets it: by directory, by name, by hunt; and what it refuses.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "scenarios/cli/asking_testing.h"

namespace logquake::scenario {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
constexpr auto read = testing::content_of;

class ShrinkCommand : public testing::Asking {
 protected:
  /// Hunts a planted defect; the directory of the hunt.
  std::string failing_hunt() {
    const auto hunt = ask({"hunt", "gossip", "--seeds", "1..20", "--defect",
                           "gossip.forget-after-restart", "--out", "hunt"});
    EXPECT_EQ(hunt.code, 1) << hunt.out << hunt.err;
    return "hunt";
  }
};

TEST_F(ShrinkCommand, ShrinksAHuntsFailureIntoADirectoryThatReplayAndReportRead) {
  const auto answer = ask({"shrink", failing_hunt(), "--out", "small"});

  ASSERT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(answer.out.substr(0, answer.out.find('\n')), "small/scenario.toml");
  EXPECT_NE(answer.out.find("## What is left"), std::string::npos) << answer.out;
  for (const auto* file :
       {"scenario.toml", "plan.toml", "result.json", "report.html", "story.md", "trace.jsonl"}) {
    EXPECT_TRUE(fs::exists(fs::path("small") / file)) << file;
  }
  const auto replayed = ask({"replay", "small", "--out", "again"});
  EXPECT_EQ(replayed.code, 1) << replayed.err;
  EXPECT_EQ(replayed.err.find("has changed"), std::string::npos) << replayed.err;
  EXPECT_EQ(ask({"report", "small"}).code, 0);
  // Its name brings it back too, and says where the scenario has changed meanwhile.
  const auto name = Json::parse(read("small/result.json")).at("name").get<std::string>();
  EXPECT_EQ(name.find_first_of(" '\"$&;()\\"), std::string::npos) << name;
  const auto by_name = ask({"replay", name, "--out", "by-name"});
  EXPECT_EQ(by_name.code, 1) << by_name.err;
  EXPECT_EQ(by_name.err, "");
  std::ofstream("small/scenario.toml", std::ios::app)
      << "\n[[fault]]\nat = \"1ms\"\nclock_step = { node = \"gossip-1\", by = \"1ms\" }\n";
  const auto changed = ask({"replay", name, "--out", "changed"});
  EXPECT_EQ(changed.code, 1) << changed.err;
  EXPECT_NE(changed.err.find("the scenario has changed since"), std::string::npos) << changed.err;
}

TEST_F(ShrinkCommand, TellsProgramsInJson) {
  const auto hunt = failing_hunt();
  const auto name =
      Json::parse(read(hunt + "/hunt.json")).at("failures").at(0).at("name").get<std::string>();

  const auto answer = ask({"shrink", name, "--jobs", "1", "--format", "json"});

  ASSERT_EQ(answer.code, 0) << answer.err;
  const auto told = Json::parse(answer.out);
  EXPECT_TRUE(told.at("minimal"));
  EXPECT_EQ(told.at("end"), "minimal");
  EXPECT_LE(told.at("after").at("steps"), 2);
  EXPECT_GT(told.at("before").at("steps"), told.at("after").at("steps"));
  EXPECT_FALSE(told.at("taken").empty());
  EXPECT_TRUE(fs::exists(fs::path(told.at("directory").get<std::string>()) / "story.md"));
  EXPECT_TRUE(fs::exists("store/latest/scenario.toml"));
  EXPECT_NE(answer.err.find(" fault step"), std::string::npos) << answer.err;
}

TEST_F(ShrinkCommand, SaysAtTheTopThatItWasNotAtItsEnd) {
  const auto answer = ask({"shrink", failing_hunt(), "--runs", "2", "--out", "small"});

  ASSERT_EQ(answer.code, 0) << answer.err;
  const auto told = answer.out.find("The search was not at its end: it had tried 2 candidates");
  EXPECT_LT(told, answer.out.find("## What is left")) << answer.out;
  EXPECT_NE(read("small/story.md").find("The search was not at its end"), std::string::npos);
}

TEST_F(ShrinkCommand, RefusesWhatDidNotFailAndWhatIsNoRun) {
  EXPECT_EQ(ask({"run", "gossip", "--seed", "1", "--out", "passed"}).code, 0);

  const auto passed = ask({"shrink", "passed", "--out", "none"});
  EXPECT_EQ(passed.code, 2);
  EXPECT_EQ(passed.err, "logquake: shrink: the run of gossip under seed 1 does not fail\n");
  EXPECT_FALSE(fs::exists("none"));
  const auto nothing = ask({"shrink", "gossip"});
  EXPECT_EQ(nothing.code, 4);
  EXPECT_EQ(nothing.err,
            "logquake: shrink: expected a run directory or a run's name (lq1:...), found "
            "\"gossip\"\n");
  for (const std::string flag : {"--time", "--cpu", "--runs", "--jobs"})
    EXPECT_EQ(ask({"shrink", "passed", flag, "soon"}).code, 4) << flag;
  EXPECT_EQ(ask({"shrink", "passed", "--jobs", "0"}).code, 4);
  EXPECT_EQ(ask({"hunt", "gossip", "--seeds", "1..3", "--out", "good"}).code, 0);
  const auto good = ask({"shrink", "good"});
  EXPECT_EQ(good.code, 4);
  EXPECT_EQ(good.err,
            "logquake: shrink: good: holds a hunt in which nothing failed; `logquake run SCENARIO "
            "--seed N` brings back one of its runs\n");
}

TEST_F(ShrinkCommand, FollowsAHuntThatAsksForIt) {
  const auto hunt = ask({"hunt", "gossip", "--seeds", "1..5", "--defect",
                         "gossip.forget-after-restart", "--shrink", "--out", "hunt"});

  EXPECT_EQ(hunt.code, 1) << hunt.err;
  EXPECT_NE(hunt.out.find("## What is left"), std::string::npos) << hunt.out;
  EXPECT_TRUE(hunt.out.ends_with("reproduce: logquake replay hunt/shrunk-1\n")) << hunt.out;
  EXPECT_TRUE(fs::exists("hunt/shrunk-1/scenario.toml"));
  EXPECT_EQ(ask({"replay", "hunt/shrunk-1", "--out", "again"}).code, 1);

  const auto json =
      ask({"hunt", "gossip", "--seeds", "1..2", "--defect", "gossip.forget-after-restart",
           "--shrink", "--format", "json", "--out", "other"});
  EXPECT_TRUE(Json::accept(json.out)) << json.out;
  EXPECT_TRUE(fs::exists("other/shrunk-1/story.md"));
}

}  // namespace
}  // namespace logquake::scenario
