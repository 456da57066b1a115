// The gossip scenario passes as it stands, and each defect of the model is caught in it; the
// checkers, besides, on facts made by hand.
#include <gtest/gtest.h>

#include <string>

#include "models/gossip/defects.h"
#include "models/gossip/facts.h"
#include "scenarios/engine/checker_testing.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/scenario.h"
#include "scenarios/gossip/gossip_kit.h"
#include "scenarios/gossip/rumours_reach_all.h"

namespace logquake::scenario {
namespace {

using gossip::NodeStarted;
using gossip::RumourAcknowledged;
using gossip::RumourHeard;
using gossip::RumourId;
using testing::Clauses;
using testing::Witness;

Clauses broken_in(std::uint64_t seeds, const std::vector<std::string>& defects) {
  Catalog catalog;
  catalog.add(gossip_kit()).add_library(LOGQUAKE_SOURCE_DIR "/scenarios/library");
  Problems problems("gossip");
  const auto scenario = load_scenario("gossip", catalog, {.defects = defects}, problems);
  EXPECT_TRUE(scenario.has_value()) << problems.to_text();
  Clauses clauses;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    for (const auto& violation : run(*scenario, {.seed = seed}).report.violations)
      clauses.insert(violation.clause);
  }
  return clauses;
}

TEST(GossipDefects, AreCaughtByTheClauseThatEachBreaks) {
  constexpr std::uint64_t seeds = 10;

  EXPECT_EQ(broken_in(seeds, {}), Clauses{});
  EXPECT_EQ(broken_in(seeds, {std::string(gossip::skip_anti_entropy.name)}), Clauses{"G-INV-1"});
  EXPECT_TRUE(
      broken_in(seeds, {std::string(gossip::forget_after_restart.name)}).contains("G-INV-2"));
}

TEST(RumoursReachAll, BreaksWhereANodeMissesAnAcknowledgedRumour) {
  const auto factory = rumours_reach_all({"a", "b"});
  const RumourHeard by_a{.node = "a", .rumour = RumourId(7), .from = "teller", .by = "tell"};
  const RumourHeard by_b{.node = "b", .rumour = RumourId(7), .from = "a", .by = "push"};
  const RumourAcknowledged acknowledged{.node = "a", .rumour = RumourId(7)};

  EXPECT_EQ(Witness(factory).state(by_a).state(acknowledged).state(by_b).end().broken(), Clauses{});
  EXPECT_EQ(Witness(factory).state(by_a).state(acknowledged).end().broken(), Clauses{"G-INV-1"});
  // Nothing is promised for rumours that nobody acknowledged, and before all has healed.
  EXPECT_EQ(Witness(factory).state(by_a).end().broken(), Clauses{});
  EXPECT_EQ(Witness(factory).state(by_a).state(acknowledged).end(false).broken(), Clauses{});
  // What a start has lost is not known any more.
  EXPECT_EQ(Witness(factory)
                .state(by_a)
                .state(acknowledged)
                .state(by_b)
                .state(NodeStarted{.node = "b", .known = {}})
                .end()
                .broken(),
            Clauses{"G-INV-1"});
}

TEST(AcknowledgedRumoursSurvive, BreaksWhereAStartHasForgottenOne) {
  const auto factory = acknowledged_rumours_survive();
  const RumourAcknowledged acknowledged{.node = "a", .rumour = RumourId(7)};

  EXPECT_EQ(Witness(factory)
                .state(acknowledged)
                .state(NodeStarted{.node = "a", .known = {RumourId(7)}})
                .end()
                .broken(),
            Clauses{});
  EXPECT_EQ(
      Witness(factory).state(acknowledged).state(NodeStarted{.node = "a", .known = {}}).broken(),
      Clauses{"G-INV-2"});
  EXPECT_EQ(
      Witness(factory).state(acknowledged).state(NodeStarted{.node = "b", .known = {}}).broken(),
      Clauses{});
}

}  // namespace
}  // namespace logquake::scenario
