// The example's own tests: what a user of the package writes.
#include <gtest/gtest.h>

#include <stdexcept>

#include "counter_kit.h"
#include "reports/text_report.h"
#include "scenarios/engine/catalog.h"
#include "scenarios/engine/runner.h"

namespace counter {
namespace {

using namespace logquake;
using report::Verdict;

class Counter : public testing::Test {
 protected:
  Counter() { catalog_.add(counter_kit()); }

  scenario::Scenario load(std::vector<std::string> defects = {}) {
    scenario::Problems problems(COUNTER_SCENARIO);
    scenario::Overrides overrides;
    overrides.defects = std::move(defects);
    auto loaded = scenario::load_scenario(COUNTER_SCENARIO, catalog_, overrides, problems);
    if (!loaded) throw std::runtime_error(problems.to_text());
    return std::move(*loaded);
  }

 private:
  scenario::Catalog catalog_;
};

TEST_F(Counter, KeepsEveryAcknowledgedStepUnderFaults) {
  const auto scenario = load();

  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const auto result = scenario::run(scenario, {.seed = seed});
    ASSERT_EQ(result.report.verdict, Verdict::passed) << report::text_report(result.report);
    EXPECT_EQ(result.report.counts.at("steps acknowledged"), 200);
  }
}

TEST_F(Counter, IsCaughtWhenItTrustsItsOwnDisk) {
  const auto scenario = load({"counter.trust-own-disk"});

  int violated = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    violated += scenario::run(scenario, {.seed = seed}).report.verdict == Verdict::violated ? 1 : 0;
  }

  EXPECT_GT(violated, 0);
}

TEST_F(Counter, IsTheSameRunForTheSameSeed) {
  const auto scenario = load();

  const auto first = scenario::run(scenario, {.seed = 7});
  const auto second = scenario::run(scenario, {.seed = 7});

  EXPECT_EQ(first.report.fingerprint, second.report.fingerprint);
}

}  // namespace
}  // namespace counter
