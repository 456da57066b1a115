#include "scenarios/kafka/checkers/controllers_take_turns.h"

#include <gtest/gtest.h>

#include "models/broker/zookeeper_schema.h"
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

/// Session 1 is the controller of epoch 1 and has created the state, with leader epoch 0.
class OneController : public Witness {
 public:
  OneController() : Witness(controllers_take_turns()) {
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
  Witness witness(controllers_take_turns());

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

}  // namespace
}  // namespace logquake::scenario
