#include "scenarios/shrink/fewer_steps.h"

#include <gtest/gtest.h>

#include <vector>

#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using sim::AfterStep;
using sim::AtInstant;
using sim::OnFact;

std::string text_of(const sim::FaultPlan& plan) {
  std::string text;
  const auto numbers = sim::numbers_of(plan);
  for (std::size_t at = 0; at < numbers.size(); ++at) {
    text += format("{} {}: {}; ", numbers[at], sim::sentence_of(plan.steps[at].when),
                   sim::sentence_of(plan.steps[at].what));
  }
  return text;
}

sim::FaultPlan plan() {
  sim::FaultPlan plan;
  plan.steps.push_back({AtInstant{3s}, sim::ProcessCrash{"a"}});
  plan.steps.push_back({AfterStep{0, 2s}, sim::Restart{"a"}});
  plan.steps.push_back({AfterStep{1, 1s}, sim::Pause{"b", 1s}});
  plan.steps.push_back({OnFact{.kind = "x"}, sim::PowerLoss{"c"}});
  plan.steps.push_back({AfterStep{3, 5s}, sim::Pause{"a", 1s}});
  return plan;
}

TEST(FewerSteps, TakesARestartOutWithItsCrashAndRebindsWhoFollowedIt) {
  EXPECT_EQ(text_of(without(plan(), {0})),
            "2 at 6s: b freezes for 1s; 3 on the 1st x: c loses power; "
            "4 5s after step 3: a freezes for 1s; ");
}

TEST(FewerSteps, LeavesACrashWithoutItsRestart) {
  EXPECT_EQ(text_of(without(plan(), {1, 3, 4})),
            "0 at 3s: the process on a crashes; 2 3s after step 0: b freezes for 1s; ");
}

TEST(FewerSteps, LetsAFollowerOfAFactWaitForTheFact) {
  EXPECT_EQ(text_of(without(plan(), {0, 3})),
            "2 at 6s: b freezes for 1s; 4 on the 1st x: a freezes for 1s; ");
}

TEST(FewerSteps, TakesOutEverything) {
  EXPECT_TRUE(without(plan(), {0, 1, 2, 3, 4}).steps.empty());
  EXPECT_EQ(text_of(without(plan(), {})), text_of(plan()));
}

TEST(FewerSteps, ListsNumbersInRanges) {
  EXPECT_EQ(list_of({3}), "3");
  EXPECT_EQ(list_of({2, 5, 6, 7, 9}), "2, 5 to 7, 9");
}

}  // namespace
}  // namespace logquake::scenario
