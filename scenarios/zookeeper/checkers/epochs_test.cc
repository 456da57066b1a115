#include "scenarios/zookeeper/checkers/epochs.h"

#include <gtest/gtest.h>

#include "scenarios/zookeeper/checkers/ensemble_testing.h"
#include "sim/trace/kernel_facts.h"

namespace logquake::scenario {
namespace {

using testing::Clauses;
using testing::EnsembleWitness;
using testing::z;

using zookeeper::EpochAdopted;
using zookeeper::EpochPromised;
using zookeeper::EpochsRead;
using zookeeper::NewLeaderAcked;
using zookeeper::ProposalAcked;

EnsembleWitness witness() {
  return EnsembleWitness(zookeeper_epochs()).on("a", EpochPromised{2}).on("a", EpochAdopted{2});
}

TEST(ZookeeperEpochs, GrowAndTheCurrentOneIsPromised) {  // Z-INV-10
  EXPECT_EQ(witness().on("a", EpochPromised{3}).on("a", EpochsRead{3, 2, z(2, 5)}).broken(),
            Clauses{});
  EXPECT_EQ(witness().on("a", EpochPromised{1}).broken(), Clauses{"Z-INV-10"});
  EXPECT_EQ(witness().on("a", EpochAdopted{1}).broken(), Clauses{"Z-INV-10"});
  EXPECT_EQ(witness().on("a", EpochAdopted{3}).broken(), Clauses{"Z-INV-10"});
}

TEST(ZookeeperEpochs, SurviveARestart) {  // Z-INV-10, Z-DI-9
  EXPECT_EQ(witness().on("a", EpochsRead{2, 2, z(1, 5)}).broken(), Clauses{});
  EXPECT_EQ(witness().on("a", EpochsRead{1, 1, z(1, 5)}).broken(), Clauses{"Z-INV-10"});
  EXPECT_EQ(witness().on("a", EpochsRead{2, 1, z(1, 5)}).broken(), Clauses{"Z-INV-10"});
  EXPECT_EQ(witness().on("a", EpochsRead{2, 2, z(3, 5)}).broken(), Clauses{"Z-INV-10"});
}

TEST(ZookeeperEpochs, AreAcknowledgedOnceTheyAreDurable) {  // Z-INV-10, Z-SY-6
  EXPECT_EQ(witness().log("a", 1, 1, 2).on("a", NewLeaderAcked{2}).broken(), Clauses{});
  EXPECT_EQ(witness().on("a", EpochPromised{3}).on("a", NewLeaderAcked{3}).broken(),
            Clauses{"Z-INV-10"});
  EXPECT_EQ(witness().log("a", 1, 1, 2, false).on("a", NewLeaderAcked{2}).broken(),
            Clauses{"Z-INV-10"});
  EXPECT_EQ(witness()
                .on("a", zookeeper::HistoryReplaced{z(0, 0), z(1, 3), 0})
                .on("a", NewLeaderAcked{2})
                .broken(),
            Clauses{"Z-INV-10"});
}

TEST(ZookeeperEpochs, AreAcknowledgedOnceMoreAfterUptodate) {  // Z-SY-8
  const auto synchronized = witness().on("a", NewLeaderAcked{2}).log("a", 2, 1, 1, false);
  const auto looking_again =
      EnsembleWitness(synchronized).on("a", zookeeper::ElectionStarted{2, z(2, 1), 2});

  EXPECT_EQ(EnsembleWitness(synchronized).on("a", NewLeaderAcked{2}).broken(), Clauses{});
  EXPECT_EQ(EnsembleWitness(looking_again).on("a", NewLeaderAcked{2}).broken(),
            Clauses{"Z-INV-10"});
}

TEST(ZookeeperEpochs, AreLivedInByDurableAcks) {  // Z-INV-10, Z-BC-2
  EXPECT_EQ(witness().log("a", 2, 1, 1).on("a", ProposalAcked{z(2, 1)}).broken(), Clauses{});
  EXPECT_EQ(witness().log("a", 2, 1, 1, false).on("a", ProposalAcked{z(2, 1)}).broken(),
            Clauses{"Z-INV-10"});
}

TEST(ZookeeperEpochs, AreGoneWithTheDisk) {  // Z-ST-7
  EXPECT_EQ(witness()
                .on("a", sim::NodeLostDisk{.node = "a", .now = "empty"})
                .on("a", EpochsRead{0, 0, z(0, 0)})
                .broken(),
            Clauses{});
}

}  // namespace
}  // namespace logquake::scenario
