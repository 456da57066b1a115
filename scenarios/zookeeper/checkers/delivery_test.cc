#include "scenarios/zookeeper/checkers/delivery.h"

#include <gtest/gtest.h>

#include "scenarios/zookeeper/checkers/ensemble_testing.h"

namespace logquake::scenario {
namespace {

using testing::Clauses;
using testing::EnsembleWitness;
using testing::z;

// Server a leads epoch 1 and has proposed three transactions; all logged them.
EnsembleWitness witness() {
  EnsembleWitness witness(zookeeper_delivery());
  for (const auto* node : {"a", "b"}) witness.serve(node, 1, z(0, 0));
  return witness.establish("a", 1, z(0, 0)).propose("a", 1, 1, 3);
}

TEST(ZookeeperDelivery, IsTheSameEverywhere) {  // Z-INV-2 to Z-INV-5
  auto facts = witness();
  for (int counter = 1; counter <= 3; ++counter) facts.deliver("a", 1, counter);
  facts.deliver("b", 1, 1).deliver("b", 1, 2);
  facts.establish("b", 2, z(1, 3)).propose("b", 2, 1, 1).deliver("a", 2, 1);

  EXPECT_EQ(facts.broken(), Clauses{}) << facts.told();
}

TEST(ZookeeperDelivery, IsOfWhatWasProposedAndOnce) {  // Z-INV-2
  EXPECT_EQ(witness().deliver("a", 1, 1).deliver("a", 1, 1).broken(), Clauses{"Z-INV-2"});
  EXPECT_EQ(witness().on("a", zookeeper::TransactionDelivered{z(1, 1), 7, 0}).broken(),
            Clauses{"Z-INV-2"});
  EXPECT_EQ(witness().deliver("a", 5, 1).broken(), Clauses{"Z-INV-2"});
  EXPECT_EQ(witness().propose("a", 1, 3, 3).broken(), Clauses{"Z-INV-2"});
}

TEST(ZookeeperDelivery, IsInTheOrderOfTheLeaderWithoutGaps) {  // Z-INV-5a
  EXPECT_EQ(witness().deliver("a", 1, 1).deliver("a", 1, 3).broken(), Clauses{"Z-INV-5a"});
  EXPECT_EQ(witness().deliver("a", 1, 2).broken(), Clauses{"Z-INV-5a"});
  EXPECT_EQ(witness().deliver("a", 1, 1).deliver("a", 1, 2).deliver("a", 1, 1).broken(),
            Clauses{"Z-INV-5a"});
}

TEST(ZookeeperDelivery, IsInTheOrderOfTheEpochs) {  // Z-INV-5b
  auto facts = witness();
  facts.deliver("a", 1, 1).establish("b", 2, z(1, 3)).propose("b", 2, 1, 1);

  EXPECT_EQ(facts.deliver("a", 2, 1).deliver("a", 1, 2).broken(), Clauses{"Z-INV-5b"});
}

TEST(ZookeeperDelivery, MissesNothingThatALeaderWithoutItWouldHave) {  // Z-INV-5c
  EXPECT_EQ(witness().deliver("a", 1, 1).establish("b", 2, z(0, 0)).broken(), Clauses{"Z-INV-5c"});
  EXPECT_EQ(witness().establish("b", 2, z(0, 0)).deliver("a", 1, 1).broken(), Clauses{"Z-INV-5c"});
}

TEST(ZookeeperDelivery, NeverBranches) {  // Z-INV-3, Z-INV-4
  auto facts = witness();
  facts.deliver("a", 1, 1).deliver("b", 1, 1).deliver("a", 1, 2);
  facts.establish("b", 2, z(1, 2)).propose("b", 2, 1, 1).deliver("b", 2, 1);

  EXPECT_EQ(facts.broken(), (Clauses{"Z-INV-3", "Z-INV-4"})) << facts.told();
}

TEST(ZookeeperDelivery, CountsWhatAServerInherits) {  // Z-INV-3
  auto facts = witness();
  facts.log("c", 1, 1, 1).log("c", 1, 3, 3).log("a", 1, 1, 3);

  facts.serve("a", 1, z(1, 3)).serve("c", 1, z(1, 3));

  EXPECT_TRUE(facts.broken().contains("Z-INV-3")) << facts.told();
}

}  // namespace
}  // namespace logquake::scenario
