#include <nlohmann/json.hpp>

#include "scenarios/cli/asking_testing.h"

namespace logquake::scenario {
namespace {

using Json = nlohmann::json;

class DiffCommand : public testing::Asking {
 protected:
  DiffCommand() {
    write("ticks.toml",
          "name = \"ticks\"\nlength = \"5s\"\n[trial]\nnodes = 2\n[[workload]]\ntype = \"ticks\"\n"
          "every = \"10ms\"\ncount = 20\n");
  }
  std::string run(const std::string& folder, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"run", "./ticks.toml", "--out", folder};
    words.insert(words.end(), more.begin(), more.end());
    ask(words);
    return Json::parse(testing::content_of(folder_ / folder / "result.json")).at("name");
  }
};

TEST_F(DiffCommand, FindsARunTheSameAsItself) {
  const auto name = run("one");

  const auto answer = ask({"diff", "one", name});

  EXPECT_EQ(answer.code, 0) << answer.out << answer.err;
  EXPECT_TRUE(answer.out.ends_with("It is the same run, event for event.\n")) << answer.out;
}

TEST_F(DiffCommand, DoesNotStopAtTheFirstShiftedNanosecond) {
  run("one");
  const auto slower = run("two", {"--set", "workload.0.every=11ms"});

  const auto answer = ask({"diff", "one", slower});

  EXPECT_EQ(answer.code, 0) << answer.out << answer.err;
  EXPECT_NE(answer.out.find("  - workload.0.every = \"10ms\"\n  + workload.0.every = \"11ms\"\n"),
            std::string::npos)
      << answer.out;
  EXPECT_TRUE(answer.out.ends_with("The runs tell the same; only instants and numbers differ.\n"))
      << answer.out;
}

TEST_F(DiffCommand, ShowsTheFirstFactThatOnlyOneHasAndWhatFollowed) {
  run("one");
  write("crash.toml", testing::content_of("ticks.toml") +
                          "[[fault]]\nat = \"95ms\"\nprocess_crash = { node = \"trial-2\" }\n"
                          "[[fault]]\nafter = { step = 0, delay = \"1s\" }\nrestart = { node = "
                          "\"trial-2\" }\n");
  ask({"run", "./crash.toml", "--out", "two"});

  const auto text = ask({"diff", "one", "two"});
  const auto json = ask({"diff", "one", "two", "--format", "json"});

  EXPECT_EQ(text.code, 1) << text.err;
  EXPECT_NE(text.out.find("Steps of the plan that only one has\n  + "), std::string::npos)
      << text.out;
  EXPECT_TRUE(text.out.ends_with("The runs differ.\n"));
  EXPECT_EQ(json.code, 1);
  const auto difference = Json::parse(json.out);
  EXPECT_EQ(difference.at("same"), false);
  EXPECT_EQ(difference.at("plan").size(), 2U);
  EXPECT_EQ(difference.at("second").at("parting").at("kind"), "fault.struck") << json.out;
  EXPECT_FALSE(difference.at("second").at("followed").empty());
}

TEST_F(DiffCommand, ComparesHowTheRunsEnd) {
  run("one");
  write("ticks.toml",
        testing::content_of("ticks.toml") + "[[expect]]\nchecker = \"few-ticks\"\nbelow = 15\n");
  run("two");

  const auto answer = ask({"diff", "one", "two"});

  EXPECT_EQ(answer.code, 1) << answer.out;
  EXPECT_NE(answer.out.find("  - passed\n  + violated; few-ticks (T-1): "), std::string::npos)
      << answer.out;
}

TEST_F(DiffCommand, RefusesWhatIsNoRun) {
  run("one");

  const auto second = ask({"diff", "one", "nothing"});
  const auto missing = ask({"diff", "one"});

  EXPECT_EQ(second.code, 4);
  EXPECT_EQ(second.err,
            "logquake: diff: expected a run directory or a run's name (lq1:...), found "
            "\"nothing\"\n");
  EXPECT_EQ(missing.code, 4);
}

}  // namespace
}  // namespace logquake::scenario
