#include "scenarios/kafka/checkers/controller_epochs.h"

#include <gtest/gtest.h>

#include <utility>

#include "models/broker/controller/zookeeper_schema.h"
#include "models/quorum/facts.h"
#include "scenarios/engine/checker_testing.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using kafka::BrokerId;
using testing::Clauses;
using testing::Witness;
using zookeeper::SessionId;
using zookeeper::Zxid;

const std::string path = "/brokers/topics/t/partitions/0/state";

/// What ZooKeeper tells of brokers 1 to 3, whose sessions are 1 to 3 and, once they have expired,
/// 11 to 13. One transaction after the other.
class Ensemble {
 public:
  Ensemble() {
    for (int broker = 1; broker <= 3; ++broker) {
      for (const int session : {broker, broker + 10}) {
        witness_.state(zookeeper::SessionCreated{
            .session = SessionId(session), .client = format("broker-{}", broker), .zxid = next()});
      }
    }
    witness_.state(zookeeper::SessionCreated{
        .session = SessionId(99), .client = "operator-1", .zxid = next()});
  }

  /// One transaction: whoever is elected creates /controller and raises the epoch.
  Ensemble& elect(int broker, int epoch) {
    const auto zxid = next();
    witness_.state(zookeeper::ZnodeCreated{
        .path = "/controller",
        .zxid = zxid,
        .session = SessionId(broker),
        .ephemeral_owner = SessionId(broker),
        .data = kafka::znode::write_controller(BrokerId(broker), WallTime{})});
    witness_.state(zookeeper::ZnodeChanged{.path = "/controller_epoch",
                                           .zxid = zxid,
                                           .session = SessionId(broker),
                                           .data = format("{}", epoch)});
    return *this;
  }
  /// The next leader epoch is written; the first one creates the state.
  Ensemble& write(int session, int epoch) {
    const auto text = state(leader_epoch_++, epoch);
    if (version_++ == 0) {
      witness_.state(zookeeper::ZnodeCreated{
          .path = path, .zxid = next(), .session = SessionId(session), .data = text});
    } else {
      witness_.state(zookeeper::ZnodeChanged{.path = path,
                                             .zxid = next(),
                                             .session = SessionId(session),
                                             .version = version_ - 1,
                                             .data = text});
    }
    return *this;
  }
  /// A leader changes the ISR: the leader epoch stays, and so does the controller's.
  Ensemble& change_isr(int session, int epoch) {
    witness_.state(zookeeper::ZnodeChanged{.path = path,
                                           .zxid = next(),
                                           .session = SessionId(session),
                                           .version = version_++,
                                           .data = state(leader_epoch_ - 1, epoch)});
    return *this;
  }
  Ensemble& remove(const std::string& what, int session) {
    witness_.state(
        zookeeper::ZnodeDeleted{.path = what, .zxid = next(), .session = SessionId(session)});
    return *this;
  }
  /// Some transactions took effect of which nobody lived to tell.
  Ensemble& crash() {
    zxid_ += 5;
    witness_.state(zookeeper::ServerStarted{.mode = "standalone", .zxid = Zxid(zxid_)});
    return *this;
  }
  Clauses broken() {
    witness_.end();
    return witness_.broken();
  }

 private:
  Zxid next() { return Zxid(++zxid_); }
  static std::string state(int leader_epoch, int controller_epoch) {
    return kafka::znode::write_state(
        {.leader = BrokerId(1),
         .leader_epoch = kafka::LeaderEpoch(leader_epoch),
         .isr = {BrokerId(1)},
         .controller_epoch = kafka::ControllerEpoch(controller_epoch)});
  }

  Witness witness_{controller_epochs_have_one_owner()};
  std::int64_t zxid_ = 0;
  int version_ = 0;
  int leader_epoch_ = 0;
};

const Clauses broken{"Z-INV-27"};

// Z-INV-27: grouped by epoch, each epoch owned by one broker, epochs increasing.
TEST(ControllerEpochs, PassWhereEachEpochIsOneBrokers) {
  Ensemble ensemble;

  ensemble.elect(1, 1).write(1, 1).write(1, 1).elect(2, 2).write(2, 2);
  ensemble.remove("/isr_change_notification/isr_change_0000000001", 2);
  ensemble.elect(1, 3).write(1, 3).remove(path, 1);

  EXPECT_EQ(ensemble.broken(), Clauses{});
}

TEST(ControllerEpochs, BreakWhereAFormerControllerWrites) {
  EXPECT_EQ(Ensemble().elect(1, 1).write(1, 1).elect(2, 2).write(1, 1).broken(), broken);
  EXPECT_EQ(Ensemble().elect(1, 1).write(1, 1).elect(2, 2).remove(path, 1).broken(), broken);
  EXPECT_EQ(Ensemble()
                .elect(1, 1)
                .elect(2, 2)
                .remove("/isr_change_notification/isr_change_0000000001", 1)
                .broken(),
            broken);
}

TEST(ControllerEpochs, BreakWhereTwoBrokersWriteUnderOneEpoch) {  // Z-KZ-11
  EXPECT_EQ(Ensemble().elect(1, 1).write(1, 1).write(2, 1).broken(), broken);
}

TEST(ControllerEpochs, BreakWhereAnElectionDoesNotRaiseTheEpoch) {
  EXPECT_EQ(Ensemble().elect(1, 2).elect(2, 2).broken(), broken);
  EXPECT_EQ(Ensemble().elect(1, 2).elect(2, 1).broken(), broken);
}

TEST(ControllerEpochs, LeaveOtherWritersAlone) {
  EXPECT_EQ(Ensemble().elect(1, 1).write(1, 1).elect(2, 2).change_isr(3, 1).broken(), Clauses{});
  EXPECT_EQ(Ensemble().elect(1, 1).remove("/brokers/topics/t", 99).broken(), Clauses{});
  EXPECT_EQ(Ensemble().elect(1, 1).remove("/brokers/ids/2", 2).broken(), Clauses{});
}

// Under which of its sessions a broker writes is not this clause's business.
TEST(ControllerEpochs, LookAtBrokersNotAtSessions) {
  EXPECT_EQ(Ensemble().elect(1, 1).write(1, 1).write(11, 1).broken(), Clauses{});
}

TEST(ControllerEpochs, TakeAnElectionThatNobodyLivedToTellFromItsFirstWrite) {
  EXPECT_EQ(Ensemble().elect(1, 1).write(1, 1).crash().remove(path, 2).broken(), Clauses{});
  EXPECT_EQ(Ensemble().elect(1, 1).write(1, 1).crash().write(2, 2).write(2, 2).broken(), Clauses{});
  EXPECT_EQ(Ensemble().elect(1, 1).write(1, 1).crash().write(2, 2).write(1, 1).broken(), broken);
}

}  // namespace
}  // namespace logquake::scenario
