#include "scenarios/engine/concrete.h"

#include <gtest/gtest.h>

#include <string>

#include "scenarios/engine/document.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/trial_kit.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

const Catalog catalog = trial_catalog();

Scenario trial(const std::string& text) {
  Problems problems("x.toml");
  auto document = parse_document(text, problems);
  auto scenario = read_scenario(std::move(*document), "x.toml", catalog, {}, problems);
  EXPECT_TRUE(scenario.has_value()) << problems.to_text();
  return std::move(*scenario);
}

const std::string chancy =
    "[trial]\nnodes = 4\n[[workload]]\ntype = \"ticks\"\nevery = \"50ms\"\ncount = 300\n"
    "[[fault]]\nat = \"1s\"\npause = { node = \"any trial\", for = \"20ms\" }\n"
    "probability = \"1/2\"\n"
    "[[fault]]\nafter = { step = 0, delay = \"1s\" }\nprocess_crash = { node = \"any trial\" }\n"
    "[[fault]]\non = { fact = \"trial.ticked\", each = \"1/40\" }\n"
    "pause = { node = \"any trial\", for = \"30ms\" }\nprobability = \"2/3\"\n"
    "[[fault]]\nat = \"3s\"\nswizzle = { node = \"all trial\", for = \"1s\" }\n"
    "[faults]\nmix = \"network, crash, clock\"\nintensity = \"1/2\"\nbuggify = true\n"
    "[healing]\nwho = \"drawn\"\n";

TEST(Concrete, RunsLikeTheOriginalUnderEverySeed) {
  const auto original = trial(chancy);
  int with_fewer_steps = 0;
  int healed_by_quorum = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const auto strategy = strategy_for(original, seed);

    const auto settled = concrete(original, catalog, seed, strategy);

    ASSERT_TRUE(settled) << settled.error().message;
    const auto expected = run(original, {.seed = seed});
    const auto found = run(*settled, {.seed = seed});
    healed_by_quorum += settled->healing.who == Healing::Who::quorum ? 1 : 0;
    EXPECT_NE(settled->healing.who, Healing::Who::drawn);
    EXPECT_EQ(found.report.fingerprint, expected.report.fingerprint) << seed << settled->toml();
    EXPECT_EQ(found.report.events, expected.report.events);
    with_fewer_steps += settled->plan.steps.size() < plan_for(original, seed).steps.size() ? 1 : 0;
  }
  EXPECT_GT(with_fewer_steps, 20);
  EXPECT_GT(healed_by_quorum, 20);
  EXPECT_LT(healed_by_quorum, 40);
}

TEST(Concrete, LeavesNothingToDrawAndSettlesOnce) {
  const auto original = trial(chancy);

  const auto settled = concrete(original, catalog, 7, strategy_for(original, 7));

  ASSERT_TRUE(settled) << settled.error().message;
  EXPECT_TRUE(settled->mix.families.empty());
  EXPECT_TRUE(settled->buggify);
  EXPECT_TRUE(settled->strategy.has_value());
  for (const auto& step : settled->plan.steps) {
    EXPECT_EQ(step.probability, (Ratio{1, 1}));
    const auto* on = std::get_if<sim::OnFact>(&step.when);
    EXPECT_TRUE(on == nullptr || !on->each.has_value());
  }
  const auto again = concrete(*settled, catalog, 7, *settled->strategy);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->toml(), settled->toml());
}

TEST(Concrete, StandsAlone) {
  const auto original = trial(chancy);
  const auto settled = concrete(original, catalog, 3, strategy_for(original, 3));
  ASSERT_TRUE(settled) << settled.error().message;

  const auto from_file = trial(settled->toml());

  EXPECT_EQ(from_file.content_hash(), settled->content_hash());
  EXPECT_EQ(run(from_file, {.seed = 3}).report.fingerprint,
            run(original, {.seed = 3}).report.fingerprint);
}

/// Whom the step of that number struck first.
std::string struck_by(const Scenario& scenario, int number) {
  for (const auto& struck : run(scenario, {.seed = 9}).struck) {
    if (struck.step == number) return struck.sentence;
  }
  return {};
}

TEST(Concrete, ThatAStepIsGoneChangesNoOtherOnesLuck) {
  const std::string head =
      "strategy = \"fifo\"\n[trial]\nnodes = 9\n"
      "[[workload]]\ntype = \"ticks\"\nevery = \"10ms\"\ncount = 100\n";
  const auto step = [](int number) {
    return format(
        "[[fault]]\nnumber = {}\nat = \"{}ms\"\npause = {{ node = \"any trial\", for = "
        "\"5ms\" }}\n",
        number, number * 100 + 100);
  };

  const auto all = trial(head + step(0) + step(1) + step(2));
  const auto last = trial(head + step(2));

  EXPECT_FALSE(struck_by(all, 2).empty());
  EXPECT_EQ(struck_by(last, 2), struck_by(all, 2));
}

TEST(Concrete, NumbersAreReadAndMistakesInThemAreTold) {
  const auto scenario = trial(
      "[trial]\n[[fault]]\nnumber = 4\nat = \"1s\"\nprocess_crash = { node = \"trial-1\" }\n"
      "[[fault]]\nafter = { step = 4, delay = \"1s\" }\nrestart = { node = \"crashed\" }\n");
  EXPECT_EQ(sim::numbers_of(scenario.plan), (std::vector<int>{4, 5}));

  const auto problems_with = [](const std::string& second) {
    Problems problems("x.toml");
    auto document = parse_document(
        "[trial]\n[[fault]]\nnumber = 4\nat = \"1s\"\nprocess_crash = { node = \"trial-1\" }\n" +
            second,
        problems);
    static_cast<void>(read_scenario(std::move(*document), "x.toml", catalog, {}, problems));
    return problems.to_text();
  };
  EXPECT_EQ(problems_with("[[fault]]\nafter = { step = 3 }\nrestart = { node = \"crashed\" }\n"),
            "x.toml:7:18: fault.1.after.step: no earlier step has the number 3\n");
  EXPECT_NE(problems_with("[[fault]]\nnumber = 4\nat = \"2s\"\nrestart = { node = \"crashed\" }\n")
                .find("fault.1.number: expected a whole number from 5 to 1000000, found 4"),
            std::string::npos)
      << problems_with("[[fault]]\nnumber = 4\nat = \"2s\"\nrestart = { node = \"crashed\" }\n");
}

}  // namespace
}  // namespace logquake::scenario
