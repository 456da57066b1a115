#include "scenarios/engine/swarm.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "scenarios/engine/document.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/trial_kit.h"

namespace logquake::scenario {
namespace {

constexpr std::string_view two_settings = R"(
[trial]
nodes = 2
[[workload]]
type = "ticks"
every = "10ms"
count = 20
[swarm]
settings = [
  { key = "trial.nodes", among = [1, 3, 7], chance = "1/1" },
  { key = "workload.0.every", from = "5ms", to = "9ms" },
]
)";

struct Read {
  std::optional<Scenario> scenario;
  std::string problems;
};
Read read(std::string_view text) {
  // Scenarios borrow their kit.
  static const Catalog catalog = trial_catalog();
  Problems problems("x.toml");
  Read result;
  if (auto document = parse_document(text, problems))
    result.scenario = read_scenario(std::move(*document), "x.toml", catalog, {}, problems);
  result.problems = problems.to_text();
  return result;
}

TEST(Swarm, DrawsEachSettingWithinItsRangeOrNotAtAll) {
  const auto [scenario, problems] = read(two_settings);
  ASSERT_TRUE(scenario.has_value()) << problems;
  std::set<std::string> nodes;
  std::map<std::string, int> every;
  int without = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    bool has_every = false;
    for (const auto& drawn : drawn_settings(scenario->swarm, seed)) {
      if (drawn.key == "trial.nodes") nodes.insert(drawn.text);
      if (drawn.key == "workload.0.every") ++every[drawn.text];
      has_every = has_every || drawn.key == "workload.0.every";
    }
    without += has_every ? 0 : 1;
  }

  EXPECT_EQ(nodes, (std::set<std::string>{"1", "3", "7"}));
  EXPECT_EQ(every.size(), 5U);  // 5, 6, 7, 8 and 9 ms
  EXPECT_GT(every["\"5ms\""], every["\"7ms\""]);
  EXPECT_NEAR(without, 200, 50);
}

TEST(Swarm, DrawsASettingTheSameWhetherOthersAreThereOrNot) {
  const auto both = read(two_settings).scenario->swarm;
  auto one = both;
  one.settings.erase(one.settings.begin());
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    auto drawn = drawn_settings(both, seed);
    drawn.erase(drawn.begin());
    const auto alone = drawn_settings(one, seed);
    ASSERT_EQ(alone.size(), drawn.size());
    for (std::size_t at = 0; at < alone.size(); ++at)
      EXPECT_EQ(to_string(alone[at]), to_string(drawn[at]));
  }
}

TEST(Swarm, RunsWithWhatTheSeedDrewAndTellsIt) {
  const auto [scenario, problems] = read(two_settings);
  ASSERT_TRUE(scenario.has_value()) << problems;
  std::set<std::size_t> sizes;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto result = run(*scenario, {.seed = seed});
    ASSERT_EQ(result.report.verdict, report::Verdict::passed) << result.report.stop;
    ASSERT_FALSE(result.report.settings.empty());
    EXPECT_EQ(result.report.settings.front(),
              "trial.nodes = " + std::to_string(result.report.nodes.size()));
    sizes.insert(result.report.nodes.size());
    const auto own = for_seed(*scenario, seed);
    ASSERT_TRUE(own) << own.error().message;
    EXPECT_TRUE(own->swarm.settings.empty());
    EXPECT_EQ(run(*own, {.seed = seed}).report.fingerprint, result.report.fingerprint);
  }
  EXPECT_EQ(sizes, (std::set<std::size_t>{1, 3, 7}));
}

struct BadSwarm {
  std::string_view settings;
  std::string_view problem;
};
class BadSettings : public testing::TestWithParam<BadSwarm> {};

TEST_P(BadSettings, AreRefusedWithPlaceAndExpectation) {
  const auto text = "[trial]\n[swarm]\nsettings = [ " + std::string(GetParam().settings) + " ]\n";
  const auto [scenario, problems] = read(text);

  EXPECT_FALSE(scenario.has_value());
  EXPECT_EQ(problems, GetParam().problem);
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadSettings,
    testing::Values(
        BadSwarm{
            "{ key = \"trial.nodes\" }",
            "x.toml:3:22: swarm.settings.0.key: expected what it may be: `among`, or `from` and "
            "`to`\n"},
        BadSwarm{
            "{ key = \"trial.nodes\", from = 5, to = 2 }",
            "x.toml:3:52: swarm.settings.0.to: expected at least `from`, which is 5, and of its "
            "kind, found 2\n"},
        BadSwarm{
            "{ key = \"trial.nodes\", from = \"soon\", to = 2 }",
            "x.toml:3:44: swarm.settings.0.from: expected a whole number or a duration such as "
            "\"250ms\", found \"soon\"\n"},
        BadSwarm{"{ key = \"trial.nodes\", among = [] }",
                 "x.toml:3:45: swarm.settings.0.among: expected a list of values such as [3, 5], "
                 "found a list\n"},
        BadSwarm{"{ key = \"trial.nodes\", among = [2, -1] }",
                 "x.toml:3:14: swarm: with trial.nodes = -1: trial.nodes: expected a whole number "
                 "from 1 to 9, found -1\n"},
        BadSwarm{"{ key = \"trial.knots\", among = [2] }",
                 "x.toml:3:14: swarm: with trial.knots = 2: trial.knots: unknown key; expected "
                 "one of \"deed\", \"nodes\", \"note\", \"only-seed\"\n"}));

}  // namespace
}  // namespace logquake::scenario
