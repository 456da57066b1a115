#include "scenarios/engine/fault_mix.h"

#include <gtest/gtest.h>

#include "scenarios/engine/fault_reader.h"

namespace logquake::scenario {
namespace {

FaultTargets three_brokers() {
  FaultTargets targets;
  for (const auto* node : {"broker-1", "broker-2", "broker-3"})
    targets.nodes.push_back({node, "broker", {}});
  return targets;
}

std::string text_of(const std::vector<sim::FaultStep>& steps) {
  return to_toml(to_value(sim::FaultPlan{steps}));
}

const FaultMix everything{{fault_families.begin(), fault_families.end()}, {1, 2}};

TEST(FaultMix, IsAFunctionOfTheSeed) {
  const auto targets = three_brokers();

  EXPECT_EQ(text_of(draw_faults(everything, targets, 180s, 7)),
            text_of(draw_faults(everything, targets, 180s, 7)));
  EXPECT_NE(text_of(draw_faults(everything, targets, 180s, 7)),
            text_of(draw_faults(everything, targets, 180s, 8)));
}

TEST(FaultMix, DrawsNothingFromNothing) {
  EXPECT_TRUE(draw_faults({}, three_brokers(), 180s, 7).empty());
  EXPECT_TRUE(draw_faults(everything, {}, 180s, 7).empty());
}

TEST(FaultMix, StrikesWithinNineTenthsOfTheLoad) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    for (const auto& step : draw_faults(everything, three_brokers(), 100s, seed)) {
      if (const auto* at = std::get_if<sim::AtInstant>(&step.when)) {
        EXPECT_LE(at->since_start, 90s);
      }
    }
  }
}

TEST(FaultMix, BringsBackWhateverItTakesDown) {
  int crashes = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const auto steps = draw_faults(everything, three_brokers(), 180s, seed, 5);
    for (std::size_t at = 0; at < steps.size(); ++at) {
      const bool goes_down = std::holds_alternative<sim::ProcessCrash>(steps[at].what) ||
                             std::holds_alternative<sim::PowerLoss>(steps[at].what);
      if (!goes_down) continue;
      ++crashes;
      ASSERT_LT(at + 1, steps.size());
      EXPECT_EQ(std::get<sim::AfterStep>(steps[at + 1].when).step, static_cast<int>(at) + 5);
      EXPECT_TRUE(std::holds_alternative<sim::Restart>(steps[at + 1].what));
    }
  }
  EXPECT_GT(crashes, 100);
}

TEST(FaultMix, TakesDownNoMoreThanAMinority) {
  struct Outage {
    Duration from, to;
  };
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    std::vector<Outage> outages;
    const auto steps = draw_faults(everything, three_brokers(), 180s, seed);
    for (std::size_t at = 0; at + 1 < steps.size(); ++at) {
      const auto* back = std::get_if<sim::AfterStep>(&steps[at + 1].when);
      if (back == nullptr) continue;
      const auto from = std::get<sim::AtInstant>(steps[at].when).since_start;
      outages.push_back({from, from + back->delay});
    }
    for (std::size_t one = 0; one < outages.size(); ++one) {
      for (std::size_t other = one + 1; other < outages.size(); ++other) {
        EXPECT_FALSE(outages[one].from < outages[other].to && outages[other].from < outages[one].to)
            << seed;
      }
    }
  }
}

TEST(FaultMix, SparesWhatItIsToldToSpare) {
  auto targets = three_brokers();
  targets.nodes[0].spared = {"crash", "network", "disk", "clock"};
  targets.nodes[1].spared = {"power_loss"};
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    for (const auto& step : draw_faults(everything, targets, 180s, seed)) {
      const auto text = sim::sentence_of(step.what);
      EXPECT_EQ(text.find("broker-1"), std::string::npos) << text;
      if (const auto* loss = std::get_if<sim::PowerLoss>(&step.what)) {
        EXPECT_EQ(loss->node, "broker-3");
      }
    }
  }
}

TEST(FaultMix, ReachesEveryKindOfItsFamilies) {
  std::set<std::string_view> kinds;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    for (const auto& step : draw_faults(everything, three_brokers(), 180s, seed))
      kinds.insert(sim::key_of(step.what));
  }

  EXPECT_EQ(kinds.size(), 25U);  // twenty-four of the families, and restart
}

TEST(FaultMix, DrawsAFamilyTheSameWithAndWithoutTheOthers) {
  const FaultMix clocks{{FaultFamily::clock}, {1, 2}};
  const auto only_clocks = [](const std::vector<sim::FaultStep>& steps) {
    std::vector<sim::FaultStep> found;
    for (const auto& step : steps) {
      if (std::holds_alternative<sim::ClockStep>(step.what) ||
          std::holds_alternative<sim::ClockDrift>(step.what)) {
        found.push_back(step);
      }
    }
    return found;
  };
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    EXPECT_EQ(text_of(draw_faults(clocks, three_brokers(), 180s, seed)),
              text_of(only_clocks(draw_faults(everything, three_brokers(), 180s, seed))));
  }
}

}  // namespace
}  // namespace logquake::scenario
