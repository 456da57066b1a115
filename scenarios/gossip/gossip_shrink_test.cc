// Planted defects of the smallest model, hunted by seeds and shrunk to a known size.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "models/gossip/defects.h"
#include "scenarios/engine/concrete.h"
#include "scenarios/engine/document.h"
#include "scenarios/engine/runner.h"
#include "scenarios/gossip/gossip_kit.h"
#include "scenarios/shrink/shrink.h"
#include "scenarios/shrink/shrunk_story.h"

namespace logquake::scenario {
namespace {

class GossipShrink : public testing::Test {
 protected:
  GossipShrink() {
    catalog_.add(gossip_kit()).add_library(LOGQUAKE_SOURCE_DIR "/scenarios/library");
  }

  Scenario load(const std::vector<std::string>& defects) {
    Problems problems("gossip");
    auto scenario = load_scenario("gossip", catalog_, {{}, defects}, problems);
    EXPECT_TRUE(scenario.has_value()) << problems.to_text();
    return std::move(*scenario);
  }
  std::optional<Scenario> read(const std::string& text) {
    Problems problems("shrunk.toml");
    auto document = parse_document(text, problems);
    return read_scenario(std::move(*document), "shrunk.toml", catalog_, {}, problems);
  }
  static std::uint64_t first_failing_seed(const Scenario& scenario) {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
      if (run(scenario, {.seed = seed}).report.verdict == report::Verdict::violated) return seed;
    }
    return 0;
  }
  Shrunk shrunk(const Scenario& scenario, std::uint64_t seed, int jobs) {
    auto result =
        shrink(scenario, catalog_, seed, strategy_for(scenario, seed), {.jobs = jobs}, {});
    EXPECT_TRUE(result) << result.error().message;
    return std::move(*result);
  }

  Catalog catalog_;
};

TEST_F(GossipShrink, ALostRumourNeedsOneFaultAndOneRumour) {
  const auto scenario = load({std::string(gossip::forget_after_restart.name)});
  const auto seed = first_failing_seed(scenario);
  ASSERT_NE(seed, 0U);

  const auto small = shrunk(scenario, seed, 2);

  EXPECT_EQ(small.end, scenario::ShrinkEnd::minimal);
  EXPECT_LE(small.after.steps, 2) << small.scenario.toml();
  EXPECT_LE(small.after.operations, 3) << small.scenario.toml();
  // The file fails in the same way by itself, and passes once the defect is mended.
  const auto from_file = read(annotated_toml(small.scenario, small.failure, small.report.name));
  ASSERT_TRUE(from_file.has_value());
  const auto again = run(*from_file, {.seed = seed}).report;
  EXPECT_TRUE(fails_alike(again, small.failure));
  EXPECT_EQ(again.fingerprint, small.report.fingerprint);
  auto mended = small.scenario.document;
  mended.remove("defects");
  EXPECT_EQ(run(*read(to_toml(mended)), {.seed = seed}).report.verdict, report::Verdict::passed);
}

TEST_F(GossipShrink, IsTheSameForAnyNumberOfJobs) {
  const auto scenario = load({std::string(gossip::skip_anti_entropy.name)});
  const auto seed = first_failing_seed(scenario);
  ASSERT_NE(seed, 0U);

  const auto alone = shrunk(scenario, seed, 1);
  const auto together = shrunk(scenario, seed, 3);

  EXPECT_EQ(alone.scenario.toml(), together.scenario.toml());
  EXPECT_EQ(alone.taken, together.taken);
  EXPECT_LE(alone.after.steps, 2) << alone.scenario.toml();
}

TEST_F(GossipShrink, ConcreteRunsAreTheRunsThatTheyCameFrom) {
  const auto scenario = load({});
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const auto settled = concrete(scenario, catalog_, seed, strategy_for(scenario, seed));
    ASSERT_TRUE(settled) << settled.error().message;
    EXPECT_EQ(run(*settled, {.seed = seed}).report.fingerprint,
              run(scenario, {.seed = seed}).report.fingerprint)
        << seed;
  }
}

}  // namespace
}  // namespace logquake::scenario
