#include <nlohmann/json.hpp>

#include "scenarios/cli/asking_testing.h"

namespace logquake::scenario {
namespace {

using Json = nlohmann::json;

class RegressionsCommand : public testing::Asking {
 protected:
  RegressionsCommand() {
    write("kept/ticks.toml",
          "name = \"ticks\"\nlength = \"5s\"\n[trial]\nnodes = 2\n[[workload]]\ntype = \"ticks\"\n"
          "every = \"10ms\"\ncount = 20\n[[expect]]\nchecker = \"few-ticks\"\nbelow = 100\n");
  }
  void keep(std::string_view entries) { write("kept/regressions.toml", entries); }

  static constexpr std::string_view passes =
      "[[regression]]\nname = \"ticks\"\nguards = \"Two nodes tick twenty times.\"\n"
      "scenario = \"./ticks.toml\"\nseed = 3\n";
  static constexpr std::string_view breaks =
      "[[regression]]\nname = \"many\"\nguards = \"The tenth tick is found.\"\n"
      "scenario = \"./ticks.toml\"\nsets = [\"expect.0.below=10\"]\nexpect = \"violated\"\n"
      "checker = \"few-ticks\"\n";
};

TEST_F(RegressionsCommand, RunsAllThatIsKept) {
  keep(std::string(passes) + std::string(breaks));

  const auto answer = ask({"regressions", "kept", "--jobs", "2"});

  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(answer.out,
            "ok      ticks: Two nodes tick twenty times.\n"
            "ok      many: The tenth tick is found.\n2 of 2 as expected\n");
}

TEST_F(RegressionsCommand, TellsWhatHasComeBack) {
  auto back = std::string(passes);
  back += "sets = [\"trial.deed=abort\"]\n";
  keep(back + std::string(breaks));

  const auto answer = ask({"regressions", "kept"});
  const auto json = Json::parse(ask({"regressions", "kept", "--format", "json"}).out);

  EXPECT_EQ(answer.code, 1) << answer.err;
  EXPECT_NE(answer.out.find("FAILED  ticks: "), std::string::npos) << answer.out;
  EXPECT_NE(answer.out.find("expected passed, found crashed: "), std::string::npos) << answer.out;
  EXPECT_NE(answer.out.find("reproduce: logquake run kept/ticks.toml --seed 3"), std::string::npos)
      << answer.out;
  EXPECT_EQ(json.at("failed"), 1);
  EXPECT_EQ(json.at("regressions").at(0).at("verdict"), "crashed");
  EXPECT_EQ(json.at("regressions").at(1).at("as_expected"), true);
}

TEST_F(RegressionsCommand, FailsWhereADefectIsNoLongerFound) {
  auto missed = std::string(breaks);
  missed.replace(missed.find("below=10"), 8, "below=99");
  keep(missed);

  const auto answer = ask({"regressions", "kept"});

  EXPECT_EQ(answer.code, 1);
  EXPECT_NE(answer.out.find("expected violated by few-ticks, found passed"), std::string::npos)
      << answer.out;
}

TEST_F(RegressionsCommand, CannotTellARunThatCannotBeJudged) {
  keep(std::string(passes) + "sets = [\"expect.0.below=0\"]\n");

  EXPECT_EQ(ask({"regressions", "kept"}).code, 2);
}

TEST_F(RegressionsCommand, RefusesBadFilesWithTheirPlace) {
  keep("[[regression]]\nname = \"a\"\nguards = \"b\"\nscenario = \"gosip\"\n");
  const auto unknown = ask({"regressions", "kept"});
  keep("[[regression]\n");
  const auto broken = ask({"regressions", "kept"});
  const auto nowhere = ask({"regressions", "nowhere"});

  EXPECT_EQ(unknown.code, 4);
  EXPECT_NE(unknown.err.find("did you mean \"gossip\""), std::string::npos) << unknown.err;
  EXPECT_NE(unknown.err.find("regression \"a\" of kept/regressions.toml cannot be run"),
            std::string::npos)
      << unknown.err;
  EXPECT_EQ(broken.code, 4);
  EXPECT_NE(broken.err.find("kept/regressions.toml:1:"), std::string::npos) << broken.err;
  EXPECT_EQ(nowhere.code, 4);
  EXPECT_NE(nowhere.err.find("nowhere/regressions.toml: cannot be read"), std::string::npos)
      << nowhere.err;
}

}  // namespace
}  // namespace logquake::scenario
