#include "scenarios/engine/fact_kinds.h"

#include <gtest/gtest.h>

#include "scenarios/engine/fact_kinds_testing.h"
#include "scenarios/engine/trial_kit.h"

namespace logquake::scenario {
namespace {

TEST(FactKinds, AreAllThatKernelAndRunnerDeclare) {
  EXPECT_EQ(common_fact_kinds(),
            declared_fact_kinds({"sim/trace/kernel_facts.h", "scenarios/engine/run_facts.h"}));
}

TEST(FactKinds, AreTheKitsOwnAndTheCommonOnesEachOnce) {
  const auto kinds = fact_kinds_of(*trial_kit());

  EXPECT_EQ(kinds.size(), common_fact_kinds().size() + 1);
  EXPECT_EQ(kinds.back(), "trial.ticked");
}

}  // namespace
}  // namespace logquake::scenario
