#include "scenarios/zookeeper/checkers/session_order.h"

#include <gtest/gtest.h>

#include "scenarios/zookeeper/checkers/ensemble_testing.h"

namespace logquake::scenario {
namespace {

using testing::Clauses;
using testing::EnsembleWitness;
using testing::z;

using zookeeper::SessionId;

zookeeper::RequestSent sent(std::int32_t xid) {
  return {.session = SessionId(7), .xid = xid, .op = zookeeper::OpCode::exists};
}
zookeeper::ReplyReceived reply(std::int32_t xid, zookeeper::Zxid zxid) {
  return {.session = SessionId(7), .xid = xid, .op = zookeeper::OpCode::exists, .zxid = zxid};
}
EnsembleWitness witness() {
  return EnsembleWitness(zookeeper_session_order()).on("c", sent(1)).on("c", sent(2));
}

TEST(ZookeeperSessionOrder, IsThatOfTheRequests) {  // Z-INV-16
  EXPECT_EQ(witness().on("c", reply(1, z(1, 3))).on("c", reply(2, z(1, 3))).broken(), Clauses{});
  EXPECT_EQ(witness().on("c", reply(2, z(1, 3))).broken(), Clauses{"Z-INV-16"});
  EXPECT_EQ(witness().on("c", zookeeper::ReplyOutOfOrder{SessionId(7), 2, 1, {}}).broken(),
            Clauses{"Z-INV-16"});
  EXPECT_EQ(witness()
                .on("c", zookeeper::RequestLost{SessionId(7), 1, {}, "", {}})
                .on("c", reply(2, z(1, 3)))
                .broken(),
            Clauses{});
}

TEST(ZookeeperSessionOrder, NeverGoesBack) {  // Z-INV-16, Z-RD-4
  EXPECT_EQ(witness().on("c", reply(1, z(1, 3))).on("c", reply(2, z(1, 2))).broken(),
            Clauses{"Z-INV-16"});
}

}  // namespace
}  // namespace logquake::scenario
