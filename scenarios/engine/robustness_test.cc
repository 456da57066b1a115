// Whatever a model does that no program should ends with a verdict and a
// message that names the culprit.
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "reports/json_report.h"
#include "scenarios/engine/document.h"
#include "scenarios/engine/last_words.h"
#include "scenarios/engine/report_reader.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/trial_kit.h"
#include "scenarios/engine/worker_pool.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

constexpr Duration patience = 2s;

Scenario trial(const std::string& text) {
  static const Catalog catalog = trial_catalog();
  Problems problems("x.toml");
  auto document = parse_document(text, problems);
  auto scenario = read_scenario(std::move(*document), "x.toml", catalog, {}, problems);
  EXPECT_TRUE(scenario.has_value()) << problems.to_text();
  return std::move(*scenario);
}

// As `logquake run` does: in a child, whose death is a report too.
report::RunReport alone(const Scenario& scenario, std::uint64_t seed) {
  const auto result = run_in_child(
      [&] { return report::json_report(run(scenario, {.seed = seed}).report); }, patience);
  if (result.how == WorkResult::How::delivered) return parse_result(result.payload).value();
  return report_of_dead_run(scenario, seed, {}, result.last_words);
}

struct Misdeed {
  std::string deed;
  std::string begins;   // what the report's reason begins with
  std::string names{};  // what it also says
  report::Verdict verdict = report::Verdict::crashed;
  std::string keys{};  // of the scenario
};
void PrintTo(const Misdeed& misdeed, std::ostream* out) { *out << misdeed.deed; }

class AMisdeed : public testing::TestWithParam<Misdeed> {
 protected:
  static Scenario scenario() {
    return trial(
        format("{}\n[trial]\ndeed = \"{}\"\nonly-seed = 2\n", GetParam().keys, GetParam().deed));
  }
};

TEST_P(AMisdeed, EndsItsRunWithAVerdictAndAMessage) {
  const auto report = alone(scenario(), 2);

  EXPECT_EQ(report.verdict, GetParam().verdict) << report.stop;
  EXPECT_TRUE(report.stop.starts_with(GetParam().begins)) << report.stop;
  EXPECT_NE(report.stop.find(GetParam().names), std::string::npos) << report.stop;
  EXPECT_EQ(report.replay_command.rfind("logquake run x.toml --seed 2", 0), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Table, AMisdeed,
    testing::Values(
        Misdeed{"overflow", "overflow: the stack of the task trial-1/main ran over"},
        Misdeed{"throw", "escaped: trial-1/main: let an exception out: a trial"},
        Misdeed{"throw-other",
                "escaped: trial-1/main: let out something that is no std::exception"},
        Misdeed{"throw-in-catch", "escaped: trial-1/main: let an exception out: mine"},
        Misdeed{"throw-while-dying", "escaped: trial-1/main: let an exception out: a last word"},
        Misdeed{"never-yield",
                "no end after 2s of real time: the task trial-1/main has not blocked",
                "at logquake::scenario::never_yield()"},
        Misdeed{"hang", "no end after 2s of real time: the task trial-1/main has not blocked"},
        Misdeed{"spin", "watchdog: time stands still"},
        Misdeed{"deadlock",
                "deadlock: nothing can happen any more: ", "trial-1/main waits for nobody"},
        Misdeed{"leak", "leak: trial-1 has 16385 connections open, ",
                "of them with trial-server-1, and its task \"main\" has opened the last"},
        Misdeed{"abort", "abort in the task trial-1/main: the process died of signal 6"},
        Misdeed{"tick", "the run reached its bound of 20 events", "", report::Verdict::unknown,
                "max-events = 20"}));

TEST(Robustness, ARunThatIsLongButAliveIsToldWithWhatItDid) {
  const auto result = run_in_child(
      [] {
        const auto scenario = trial(
            "length = \"100h\"\n[[workload]]\ntype = \"ticks\"\n"
            "every = \"1us\"\ncount = 1000000000000\n");
        return report::json_report(run(scenario, {}).report);
      },
      1s);

  EXPECT_EQ(result.how, WorkResult::How::hung);
  EXPECT_TRUE(result.last_words.starts_with("no end after 1s of real time")) << result.last_words;
  EXPECT_EQ(result.last_words.find("has not blocked"), std::string::npos) << result.last_words;
}

TEST(RealTimeLimit, SpeaksOnStderrWhereThereIsNoParentToRead) {
  const auto compute_for_ever = [] {
    const RealTimeLimit limit(300ms);
    never_yield();
  };

  EXPECT_EXIT(compute_for_ever(), testing::ExitedWithCode(1), "no end after 300ms of real time");
}

TEST(RealTimeLimit, IsOverWithItsScope) {
  { const RealTimeLimit limit(20ms); }
  ::usleep(100'000);
}

}  // namespace
}  // namespace logquake::scenario
