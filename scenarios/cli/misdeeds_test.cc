// `logquake run` over a model that misbehaves: an exit code, a reason, the way back; never a hang,
// never a bare crash.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "scenarios/cli/command_line.h"
#include "scenarios/engine/last_words.h"
#include "scenarios/engine/trial_kit.h"
#include "sim/testing/scratch_folder.h"

namespace logquake::scenario {
namespace {

struct Misdeed {
  std::string deed;
  int code = 1;
  std::string reason;
};
void PrintTo(const Misdeed& misdeed, std::ostream* out) { *out << misdeed.deed; }

class MisdeedOnTheCommandLine : public testing::TestWithParam<Misdeed> {};

TEST_P(MisdeedOnTheCommandLine, HasAnExitCodeAReasonAndAWayBack) {
  const sim::testing::ScratchFolder folder("misdeed-" + GetParam().deed);
  std::filesystem::current_path(folder.path());
  std::ofstream("x.toml") << "[trial]\ndeed = \"" << GetParam().deed << "\"\n";
  std::vector<std::string> words{"logquake", "run",   "./x.toml",   "--seed", "4",
                                 "--out",    "there", "--patience", "2s"};
  if (GetParam().code == 3) words.emplace_back("--check-determinism");
  if (GetParam().deed == "devour-memory") {
    if (!memory_can_be_bounded()) GTEST_SKIP() << "sanitizers map terabytes";
    words.insert(words.end(), {"--memory", "512MiB"});
  }
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  testing::internal::CaptureStdout();
  const int code = run_command_line(static_cast<int>(words.size()), argv.data(), trial_catalog());
  const auto told = testing::internal::GetCapturedStdout();

  EXPECT_EQ(code, GetParam().code) << told;
  EXPECT_NE(told.find(GetParam().reason), std::string::npos) << told;
  EXPECT_NE(told.find("logquake run ./x.toml --seed 4"), std::string::npos) << told;
  EXPECT_TRUE(std::filesystem::exists(folder / "there/result.json"));
}

INSTANTIATE_TEST_SUITE_P(
    Table, MisdeedOnTheCommandLine,
    testing::Values(
        Misdeed{"overflow", 1, "overflow: the stack of the task trial-1/main ran over"},
        Misdeed{"throw", 1, "escaped: trial-1/main: let an exception out: a trial"},
        Misdeed{"throw-other", 1, "escaped: trial-1/main: let out something"},
        Misdeed{"throw-in-catch", 1, "escaped: trial-1/main: let an exception out: mine"},
        Misdeed{"throw-while-dying", 1, "escaped: trial-1/main: let an exception out: a last word"},
        Misdeed{"never-yield", 1, "no end after 2s of real time: the task trial-1/main has not"},
        Misdeed{"deadlock", 1, "trial-1/main waits for nobody"},
        Misdeed{"leak", 1, "leak: trial-1 has 16385 connections open"},
        Misdeed{"spin", 1, "watchdog: time stands still"},
        Misdeed{"devour-memory", 1, "exhausted its memory of 512 MiB: the task trial-"},
        Misdeed{"abort", 1, "abort in the task trial-1/main"},
        Misdeed{"address-order", 3, "trial.ticked node=trial-1 number=1"},
        Misdeed{"hidden-drift", 3, "/drifter goes on"}));

}  // namespace
}  // namespace logquake::scenario
