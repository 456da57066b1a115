#include "scenarios/kafka/checkers/controllers_take_turns.h"

#include <gtest/gtest.h>

#include "models/broker/controller/zookeeper_schema.h"
#include "models/quorum/facts.h"
#include "scenarios/engine/checker_testing.h"

namespace logquake::scenario {
namespace {

using testing::Clauses;
using testing::Witness;
using zookeeper::SessionId;

const std::string path = "/brokers/topics/t/partitions/0/state";

std::string state_text(int leader_epoch, int controller_epoch) {
  return kafka::znode::write_state({.leader = kafka::BrokerId(1),
                                    .leader_epoch = kafka::LeaderEpoch(leader_epoch),
                                    .isr = {kafka::BrokerId(1)},
                                    .controller_epoch = kafka::ControllerEpoch(controller_epoch)});
}
zookeeper::ZnodeChanged epoch_raised(int epoch, int session) {
  return {
      .path = "/controller_epoch", .session = SessionId(session), .data = std::to_string(epoch)};
}
zookeeper::ZnodeChanged state_written(int leader_epoch, int controller_epoch, int session,
                                      int version = 1) {
  return {.path = path,
          .session = SessionId(session),
          .version = version,
          .data = state_text(leader_epoch, controller_epoch)};
}

/// Of a server whose transactions are told one after the other.
class Server {
 public:
  template <class Fact>
  Server& state(Fact fact) {
    fact.zxid = zookeeper::Zxid(++zxid_);
    witness_.state(fact);
    return *this;
  }
  /// A server starts, and this is the last transaction that it has.
  Server& start(std::string mode, std::int64_t zxid) {
    witness_.state(
        zookeeper::ServerStarted{.mode = std::move(mode), .zxid = zookeeper::Zxid(zxid)});
    zxid_ = zxid;
    return *this;
  }
  /// A member that lags behind tells of a transaction that was told before.
  template <class Fact>
  Server& repeat(Fact fact, std::int64_t zxid) {
    fact.zxid = zookeeper::Zxid(zxid);
    witness_.state(fact);
    return *this;
  }
  void end() { witness_.end(); }
  Clauses broken() const { return witness_.broken(); }

 private:
  Witness witness_{controllers_take_turns()};
  std::int64_t zxid_ = 0;
};

/// Session 1 is the controller of epoch 1 and has created the state, with leader epoch 0.
class OneController : public Server {
 public:
  OneController() {
    state(epoch_raised(1, 1));
    state(zookeeper::ZnodeCreated{.path = path, .session = SessionId(1), .data = state_text(0, 1)});
  }
};

TEST(ControllersTakeTurns, PassesTheControllerOfTheHighestEpoch) {
  OneController witness;

  witness.state(state_written(1, 1, 1)).state(epoch_raised(2, 2)).state(state_written(2, 2, 2, 2));
  witness.state(zookeeper::ZnodeDeleted{.path = path, .session = SessionId(2)}).end();

  EXPECT_EQ(witness.broken(), Clauses{});
}

TEST(ControllersTakeTurns, BreaksWhereAFormerControllerWrites) {
  EXPECT_EQ(OneController().state(epoch_raised(2, 2)).state(state_written(1, 1, 1)).broken(),
            Clauses{"K-INV-14"});
  EXPECT_EQ(OneController()
                .state(epoch_raised(2, 2))
                .state(zookeeper::ZnodeDeleted{.path = path, .session = SessionId(1)})
                .broken(),
            Clauses{"K-INV-14"});
}

TEST(ControllersTakeTurns, BreaksWhereAControllerWritesUnderASessionThatDidNotElectIt) {
  EXPECT_EQ(OneController().state(state_written(1, 1, 3)).broken(), Clauses{"K-INV-14"});
}

TEST(ControllersTakeTurns, LeavesTheIsrChangesOfLeadersAlone) {
  EXPECT_EQ(OneController().state(state_written(0, 1, 9)).broken(), Clauses{});
  EXPECT_EQ(OneController().state(epoch_raised(2, 2)).state(state_written(0, 1, 9)).broken(),
            Clauses{});
}

// The creation was durable, but the server died before it could state it.
TEST(ControllersTakeTurns, DoNotBlameALeaderForAStateThatNobodyLivedToSeeCreated) {
  Server witness;

  witness.state(epoch_raised(1, 1)).state(state_written(0, 1, 9));

  EXPECT_EQ(witness.broken(), Clauses{});
}

// A server that dies between making a write durable and stating it leaves a gap in the versions.
TEST(ControllersTakeTurns, DoNotBlameALeaderForAnEpochThatNobodyLivedToState) {
  EXPECT_EQ(OneController().state(state_written(1, 1, 9, 2)).broken(), Clauses{});
  EXPECT_EQ(
      OneController().state(state_written(1, 1, 9, 2)).state(state_written(2, 1, 9, 3)).broken(),
      Clauses{"K-INV-14"});
}

TEST(ControllersTakeTurns, TakeAnElectionThatNobodyLivedToStateFromItsFirstWrite) {
  EXPECT_EQ(OneController().state(state_written(1, 2, 2)).broken(), Clauses{});
  EXPECT_EQ(OneController().state(state_written(1, 2, 2)).state(state_written(2, 1, 1, 2)).broken(),
            Clauses{"K-INV-14"});
}

TEST(ControllersTakeTurns, HearEachTransactionOfAnEnsembleOnce) {
  OneController witness;

  witness.state(epoch_raised(2, 2)).repeat(epoch_raised(1, 1), 1).state(state_written(2, 2, 2));

  EXPECT_EQ(witness.broken(), Clauses{});
}

TEST(ControllersTakeTurns, DoNotBlameWhoDeletesAfterAnElectionThatNobodyLivedToState) {
  const zookeeper::ZnodeDeleted deleted{.path = path, .session = SessionId(2)};

  EXPECT_EQ(OneController().start("standalone", 3).state(deleted).broken(), Clauses{});
  EXPECT_EQ(OneController().start("standalone", 2).state(deleted).broken(), Clauses{"K-INV-14"});
}

TEST(ControllersTakeTurns, BeginAnewWhereTheServerHasLostWhatItWasTold) {
  OneController witness;

  witness.state(epoch_raised(2, 2)).start("standalone", 2).state(state_written(1, 1, 3));

  EXPECT_EQ(witness.broken(), Clauses{});
}

}  // namespace
}  // namespace logquake::scenario
