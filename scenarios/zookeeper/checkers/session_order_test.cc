#include "scenarios/zookeeper/checkers/session_order.h"

#include <gtest/gtest.h>

#include "models/quorum/facts.h"
#include "models/quorum/service/reply_facts.h"
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

TEST(ZookeeperSessionOrder, LeavesWritesOfAMovedSessionWithoutAnswer) {  // Z-SE-15
  const auto refused = [](const std::string& server, zookeeper::ErrorCode error) {
    return witness()
        .on(server,
            zookeeper::WriteRefused{.session = SessionId(7), .zxid = z(1, 3), .error = error})
        .on("a", zookeeper::WriteReplied{SessionId(7), z(1, 3)})
        .broken();
  };

  EXPECT_EQ(refused("a", zookeeper::ErrorCode::session_moved), Clauses{"Z-SE-15"});
  EXPECT_EQ(refused("b", zookeeper::ErrorCode::session_moved), Clauses{}) << "that is another's";
  EXPECT_EQ(refused("a", zookeeper::ErrorCode::bad_version), Clauses{});
}

}  // namespace
}  // namespace logquake::scenario
