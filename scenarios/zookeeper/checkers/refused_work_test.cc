#include "scenarios/zookeeper/checkers/refused_work.h"

#include <gtest/gtest.h>

#include "scenarios/zookeeper/checkers/ensemble_testing.h"

namespace logquake::scenario {
namespace {

using testing::Clauses;
using testing::EnsembleWitness;
using testing::z;

using zookeeper::ErrorCode;
using zookeeper::OpCode;
using zookeeper::SessionId;

EnsembleWitness witness() { return EnsembleWitness(zookeeper_refused_work()); }

TEST(ZookeeperRefusedWork, LeavesNoTrace) {  // Z-INV-21
  zookeeper::WriteRefused refused;
  refused.zxid = z(1, 3);
  const auto created_at = [&](std::int64_t counter) {
    const zookeeper::ZnodeCreated created{"/x", z(1, counter), SessionId(7), SessionId(), ""};
    return witness().on("a", refused).on("b", created).broken();
  };

  EXPECT_EQ(created_at(4), Clauses{});
  EXPECT_EQ(created_at(3), Clauses{"Z-INV-21"});
}

TEST(ZookeeperRefusedWork, IsAWholeMulti) {  // Z-INV-23
  zookeeper::ReplyReceived reply;
  reply.op = OpCode::multi;
  reply.zxid = z(1, 3);
  reply.members = {{ErrorCode::ok, "/x", -1}, {ErrorCode::no_node, "", -1}};
  const zookeeper::ZnodeCreated created{"/x", z(1, 3), SessionId(7), SessionId(), ""};

  EXPECT_EQ(witness().on("client", reply).broken(), Clauses{});
  EXPECT_EQ(witness().on("a", created).on("client", reply).broken(), Clauses{"Z-INV-23"});
}

}  // namespace
}  // namespace logquake::scenario
