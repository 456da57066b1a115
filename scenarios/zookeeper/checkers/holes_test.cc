#include "scenarios/zookeeper/checkers/holes.h"

#include <gtest/gtest.h>

#include "scenarios/zookeeper/checkers/ensemble_testing.h"

namespace logquake::scenario {
namespace {

using testing::Clauses;
using testing::EnsembleWitness;
using testing::z;

EnsembleWitness witness() {
  return EnsembleWitness(zookeeper_holes()).establish("a", 1, z(0, 0)).propose("a", 1, 1, 3);
}

TEST(ZookeeperHoles, AreNowhereInALog) {  // Z-INV-7
  EXPECT_EQ(witness().log("b", 1, 1, 3).broken(), Clauses{});
  EXPECT_EQ(witness().log("b", 1, 1, 1).log("b", 1, 3, 3).broken(), Clauses{"Z-INV-7"});
  EXPECT_EQ(witness().log("b", 1, 2, 2).broken(), Clauses{"Z-INV-7"});
}

TEST(ZookeeperHoles, AreNotWhereASnapshotCoversThem) {  // Z-INV-7
  const auto after_snapshot = [](zookeeper::Zxid zxid) {
    return witness()
        .on("b", zookeeper::HistoryReplaced{z(0, 0), zxid, 0})
        .on("b", zookeeper::SnapshotTaken{zxid, 100})
        .log("b", 1, 3, 3)
        .broken();
  };

  EXPECT_EQ(after_snapshot(z(1, 2)), Clauses{});
  EXPECT_EQ(after_snapshot(z(1, 1)), Clauses{"Z-INV-7"});
}

TEST(ZookeeperHoles, AreNotBetweenProposals) {  // Z-INV-7, Z-ZX-1
  EXPECT_EQ(witness().propose("a", 1, 5, 5).broken(), Clauses{"Z-INV-7"});
  EXPECT_EQ(witness().establish("b", 2, z(1, 3)).propose("b", 2, 1, 1).broken(), Clauses{});
  EXPECT_EQ(witness().establish("b", 2, z(1, 3)).propose("b", 2, 2, 2).broken(),
            Clauses{"Z-INV-7"});
}

TEST(ZookeeperHoles, ShowWhereTheLeaderHadAnotherHistory) {  // Z-INV-7
  auto facts = witness();
  facts.log("b", 1, 1, 3).log("c", 1, 1, 2);
  facts.establish("b", 2, z(1, 3)).propose("b", 2, 1, 1);

  EXPECT_EQ(facts.log("c", 2, 1, 1).broken(), Clauses{"Z-INV-7"});
}

}  // namespace
}  // namespace logquake::scenario
