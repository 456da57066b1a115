#include "scenarios/zookeeper/checkers/syncs.h"

#include <gtest/gtest.h>

#include "scenarios/zookeeper/checkers/ensemble_testing.h"

namespace logquake::scenario {
namespace {

using testing::Clauses;
using testing::EnsembleWitness;
using testing::z;

using zookeeper::OpCode;
using zookeeper::SessionId;

const zookeeper::RequestSent sync{.session = SessionId(7), .xid = 1, .op = OpCode::sync};
zookeeper::WriteAcknowledged acknowledged(zookeeper::Zxid zxid) {
  zookeeper::WriteAcknowledged told;
  told.zxid = zxid;
  return told;
}
zookeeper::ReplyReceived reply(zookeeper::Zxid zxid) {
  return {.session = SessionId(7), .xid = 1, .op = OpCode::sync, .zxid = zxid};
}
EnsembleWitness witness() {
  return EnsembleWitness(zookeeper_syncs()).on("d", acknowledged(z(1, 5))).on("c", sync);
}

TEST(ZookeeperSyncs, WaitForWhatWasAcknowledgedBefore) {  // Z-INV-20
  EXPECT_EQ(witness().on("d", acknowledged(z(1, 6))).on("c", reply(z(1, 5))).broken(), Clauses{});
  EXPECT_EQ(witness().on("c", reply(z(1, 4))).broken(), Clauses{"Z-INV-20"});
}

TEST(ZookeeperSyncs, AreExcusedAtADeposedLeader) {  // Z-SN-3
  auto facts = witness();
  facts.establish("b", 2, z(1, 5)).on("c", reply(z(1, 4)));

  EXPECT_EQ(facts.broken(), Clauses{});
  EXPECT_EQ(facts.excused(), Clauses{"Z-SN-3"});
}

}  // namespace
}  // namespace logquake::scenario
