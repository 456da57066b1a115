#include "scenarios/zookeeper/checkers/leadership.h"

#include <gtest/gtest.h>

#include "scenarios/zookeeper/checkers/ensemble_testing.h"

namespace logquake::scenario {
namespace {

using testing::Clauses;
using testing::EnsembleWitness;
using testing::z;

EnsembleWitness witness() { return EnsembleWitness(zookeeper_leadership()); }

TEST(ZookeeperLeadership, IsOneServersInEachEpoch) {  // Z-INV-1
  EXPECT_EQ(witness().establish("a", 1, z(0, 0)).establish("b", 2, z(1, 3)).broken(), Clauses{});
  EXPECT_EQ(witness().establish("a", 1, z(0, 0)).establish("b", 1, z(0, 0)).broken(),
            Clauses{"Z-INV-1"});
  EXPECT_EQ(witness().establish("a", 1, z(0, 0)).propose("b", 1, 1, 1).broken(),
            Clauses{"Z-INV-1"});
}

// Z-INV-1, Z-ZX-3: a counter that has run over into the next epoch.
TEST(ZookeeperLeadership, ComesBeforeProposals) {
  auto led = witness().establish("a", 1, z(0, 0));

  EXPECT_EQ(EnsembleWitness(led).propose("a", 1, 1, 1).broken(), Clauses{});
  EXPECT_EQ(EnsembleWitness(led).propose("a", 2, 0, 0).broken(), Clauses{"Z-INV-1"});
}

TEST(ZookeeperLeadership, GivesAZxidToOneTransaction) {  // Z-INV-22
  const auto proposed = witness().establish("a", 1, z(0, 0)).propose("a", 1, 1, 1);

  EXPECT_EQ(EnsembleWitness(proposed).log("b", 1, 1, 1).deliver("b", 1, 1).broken(), Clauses{});
  EXPECT_EQ(EnsembleWitness(proposed).on("b", zookeeper::TransactionAppended{z(1, 1), 7}).broken(),
            Clauses{"Z-INV-22"});
}

}  // namespace
}  // namespace logquake::scenario
