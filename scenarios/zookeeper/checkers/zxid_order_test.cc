#include "scenarios/zookeeper/checkers/zxid_order.h"

#include <gtest/gtest.h>

#include "scenarios/zookeeper/checkers/ensemble_testing.h"

namespace logquake::scenario {
namespace {

using testing::Clauses;
using testing::EnsembleWitness;
using testing::z;

EnsembleWitness witness() { return EnsembleWitness(zookeeper_zxid_order()); }

TEST(ZookeeperZxidOrder, GrowsInEachLog) {  // Z-INV-8
  EXPECT_EQ(witness().log("a", 1, 1, 2).log("a", 2, 1, 1).broken(), Clauses{});
  EXPECT_EQ(witness().log("a", 1, 1, 2).log("a", 1, 2, 2).broken(), Clauses{"Z-INV-8"});
  EXPECT_EQ(witness()
                .log("a", 1, 1, 2)
                .on("a", zookeeper::HistoryTruncated{z(1, 2), z(1, 1)})
                .log("a", 1, 2, 2)
                .broken(),
            Clauses{});
}

TEST(ZookeeperZxidOrder, LetsASnapshotRunAheadOfTheLog) {  // Z-INV-8, Z-BC-2
  const auto story = [](std::int64_t next) {
    return witness()
        .log("a", 1, 1, 2)
        .deliver("a", 1, 3)
        .on("a", zookeeper::SnapshotTaken{z(1, 3), 100})
        .log("a", 1, next, next)
        .broken();
  };
  EXPECT_EQ(story(3), Clauses{});
  EXPECT_EQ(story(2), Clauses{"Z-INV-8"});
}

TEST(ZookeeperZxidOrder, NeverGoesBackForAServersClients) {  // Z-INV-8
  EXPECT_EQ(witness().deliver("a", 1, 4).serve("a", 2, z(1, 4)).broken(), Clauses{});
  EXPECT_EQ(witness().deliver("a", 1, 4).serve("b", 2, z(1, 3)).broken(), Clauses{});
  EXPECT_EQ(witness().deliver("a", 1, 4).serve("a", 2, z(1, 3)).broken(), Clauses{"Z-INV-8"});
}

TEST(ZookeeperZxidOrder, BindsAStandaloneServer) {  // Z-INV-8
  const auto started_at = [](std::int64_t counter) {
    return witness()
        .on("a", zookeeper::ServerStarted{"standalone", z(0, 5)})
        .on("a", zookeeper::ServerStarted{"standalone", z(0, counter)})
        .broken();
  };

  EXPECT_EQ(started_at(5), Clauses{});
  EXPECT_EQ(started_at(4), Clauses{"Z-INV-8"});
}

}  // namespace
}  // namespace logquake::scenario
