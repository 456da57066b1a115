#include "scenarios/zookeeper/checkers/state_equality.h"

#include <gtest/gtest.h>

#include "scenarios/zookeeper/checkers/ensemble_testing.h"

namespace logquake::scenario {
namespace {

using testing::Clauses;
using testing::EnsembleWitness;
using testing::z;

zookeeper::TransactionDelivered delivered(std::uint64_t digest) { return {z(1, 1), 1001, digest}; }

EnsembleWitness witness() {
  return EnsembleWitness(zookeeper_state_equality()).on("a", delivered(5));
}

TEST(ZookeeperStateEquality, HoldsAtEqualZxids) {  // Z-INV-9
  EXPECT_EQ(witness().on("b", delivered(5)).broken(), Clauses{});
  EXPECT_EQ(witness().on("b", delivered(6)).broken(), Clauses{"Z-INV-9"});
  EXPECT_EQ(witness().on("b", zookeeper::ServingStarted{"follower", 1, z(1, 1), 6}).broken(),
            Clauses{"Z-INV-9"});
  // Markers are no transactions.
  EXPECT_EQ(witness()
                .on("a", zookeeper::ServingStarted{"leader", 2, z(2, 0), 7})
                .on("b", zookeeper::ServingStarted{"follower", 2, z(2, 0), 8})
                .broken(),
            Clauses{});
}

TEST(ZookeeperStateEquality, HoldsForWhatADiskGivesBack) {  // Z-INV-8
  zookeeper::ServerRecovered recovered;
  recovered.zxid = z(1, 1);
  recovered.digest = 6;

  EXPECT_EQ(witness().on("a", recovered).broken(), Clauses{"Z-INV-8"});
}

}  // namespace
}  // namespace logquake::scenario
