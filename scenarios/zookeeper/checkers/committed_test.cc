#include "scenarios/zookeeper/checkers/committed.h"

#include <gtest/gtest.h>

#include "scenarios/zookeeper/checkers/ensemble_testing.h"
#include "sim/trace/kernel_facts.h"

namespace logquake::scenario {
namespace {

using testing::Clauses;
using testing::EnsembleWitness;
using testing::z;

// Server a leads epoch 1; a and b have two transactions durably, c has one.
EnsembleWitness witness() {
  EnsembleWitness witness(zookeeper_committed(testing::three_servers()));
  return witness.establish("a", 1, z(0, 0)).log("a", 1, 1, 2).log("b", 1, 1, 2).log("c", 1, 1, 1);
}
zookeeper::TransactionCommitted commit(std::int64_t epoch, std::int64_t counter) {
  return {z(epoch, counter)};
}
zookeeper::ServerRecovered recovery(zookeeper::Zxid zxid) {
  zookeeper::ServerRecovered recovered;
  recovered.zxid = zxid;
  return recovered;
}
EnsembleWitness both_committed() { return witness().on("a", commit(1, 1)).on("a", commit(1, 2)); }

TEST(ZookeeperCommitted, StaysWithLaterLeaders) {  // Z-INV-6
  EXPECT_EQ(both_committed().establish("b", 2, z(1, 2)).broken(), Clauses{});
  EXPECT_TRUE(both_committed().establish("c", 2, z(1, 1)).broken().contains("Z-INV-6"));
}

TEST(ZookeeperCommitted, IsNotCutOffByWhoHoldsIt) {  // Z-INV-6
  const zookeeper::HistoryTruncated cut{z(1, 2), z(1, 1)};

  EXPECT_EQ(witness().on("a", commit(1, 1)).on("b", cut).broken(), Clauses{});
  EXPECT_EQ(both_committed().on("b", cut).broken(), Clauses{"Z-INV-6"});
}

TEST(ZookeeperCommitted, MayBeCutOffWhereItWasNotCommittedWhenThatWasChosen) {  // Z-SY-13
  const zookeeper::LearnerSynchronized chosen{2, "TRUNC", z(1, 2), z(1, 1)};
  const zookeeper::HistoryTruncated cut{z(1, 2), z(1, 1)};
  const auto committed_without_it = witness().log("c", 1, 2, 2).on("a", commit(1, 1));

  EXPECT_EQ(EnsembleWitness(committed_without_it)
                .on("a", chosen)
                .on("a", commit(1, 2))
                .on("b", cut)
                .broken(),
            Clauses{});
  EXPECT_EQ(EnsembleWitness(committed_without_it)
                .on("a", commit(1, 2))
                .on("a", chosen)
                .on("b", cut)
                .broken(),
            Clauses{"Z-INV-6"});
  // Its earlier ack does not count any more.
  EXPECT_EQ(
      witness().on("a", commit(1, 1)).on("a", chosen).on("a", commit(1, 2)).on("b", cut).broken(),
      Clauses{"Z-INV-6"});
}

TEST(ZookeeperCommitted, IsNotReplacedByLess) {  // Z-INV-6
  const auto replaced_by = [](zookeeper::Zxid zxid) {
    return both_committed()
        .on("b", zookeeper::HistoryReplaced{z(1, 2), zxid, 0})
        .on("b", zookeeper::SnapshotTaken{zxid, 100})
        .broken();
  };

  EXPECT_EQ(replaced_by(z(2, 0)), Clauses{});
  EXPECT_EQ(replaced_by(z(1, 1)), Clauses{"Z-INV-6"});
}

TEST(ZookeeperCommitted, ComesBackFromTheDiskOfWhoHadSyncedIt) {  // Z-INV-6, Z-PT-13
  EXPECT_EQ(both_committed().on("b", recovery(z(1, 2))).broken(), Clauses{});
  EXPECT_EQ(both_committed().on("c", recovery(z(1, 1))).broken(), Clauses{});
  EXPECT_EQ(both_committed().on("b", recovery(z(1, 1))).broken(), Clauses{"Z-INV-6"});
}

TEST(ZookeeperCommitted, MayBeForgottenWithTheDisk) {  // Z-ST-7
  auto facts = both_committed();
  facts.on("b", sim::NodeLostDisk{.node = "b", .now = "empty"}).on("b", recovery(z(0, 0)));

  EXPECT_EQ(facts.establish("c", 2, z(1, 1)).broken(), Clauses{});
  EXPECT_EQ(facts.excused(), Clauses{"Z-ST-7"});
}

TEST(ZookeeperCommitted, IsDurableAtAQuorumAndInOrder) {  // Z-INV-11
  EXPECT_EQ(witness().on("a", commit(1, 1)).on("a", commit(1, 2)).broken(), Clauses{});
  EXPECT_EQ(witness().on("a", commit(1, 2)).broken(), Clauses{"Z-INV-11"});
  EXPECT_EQ(
      both_committed().log("a", 1, 3, 3).log("b", 1, 3, 3, false).on("a", commit(1, 3)).broken(),
      Clauses{"Z-INV-11"});
}

TEST(ZookeeperCommitted, IsLostWithoutForceSyncAllTheSame) {  // Z-INV-6, Z-BC-2
  EnsembleWitness unsynced(zookeeper_committed(testing::three_servers(), false));
  unsynced.establish("a", 1, z(0, 0)).log("a", 1, 1, 1, false).log("b", 1, 1, 1, false);
  unsynced.on("a", commit(1, 1));

  EXPECT_EQ(unsynced.broken(), Clauses{});
  EXPECT_EQ(unsynced.excused(), Clauses{"Z-BC-2"});
  EXPECT_EQ(unsynced.on("a", recovery(z(0, 0))).establish("a", 2, z(0, 0)).broken(),
            Clauses{"Z-INV-6"});
}

TEST(ZookeeperCommitted, IsTheWholeHistoryOfANewLeader) {  // Z-INV-11, Z-SY-9
  EXPECT_EQ(witness().establish("b", 2, z(1, 2)).broken(), Clauses{});
  EXPECT_EQ(witness().log("b", 1, 3, 3).establish("b", 2, z(1, 3)).broken(), Clauses{"Z-INV-11"});
}

TEST(ZookeeperCommitted, IsNothingThatANewerLeaderDoesNotHave) {  // Z-INV-22
  const auto told_after = [](zookeeper::Zxid history) {
    zookeeper::WriteAcknowledged told;
    told.zxid = z(1, 2);
    return witness().establish("c", 2, history).on("client", told).broken();
  };

  EXPECT_EQ(told_after(z(1, 1)), Clauses{"Z-INV-22"});
  EXPECT_EQ(witness().establish("b", 2, z(1, 2)).on("a", commit(1, 1)).broken(), Clauses{});
}

TEST(ZookeeperCommitted, IsWhatAStandaloneServersClientsWereTold) {  // Z-INV-6
  zookeeper::WriteAcknowledged told;
  told.zxid = z(0, 7);
  const auto recovered_to = [&](std::int64_t counter) {
    return EnsembleWitness(zookeeper_committed(testing::one_server()))
        .on("a", recovery(z(0, 0)))
        .on("a", zookeeper::ServerStarted{"standalone", z(0, 0)})
        .on("client", told)
        .on("a", recovery(z(0, counter)))
        .broken();
  };

  EXPECT_EQ(recovered_to(7), Clauses{});
  EXPECT_EQ(recovered_to(6), Clauses{"Z-INV-6"});
}

}  // namespace
}  // namespace logquake::scenario
