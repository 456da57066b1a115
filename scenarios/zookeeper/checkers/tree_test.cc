#include "scenarios/zookeeper/checkers/tree.h"

#include <gtest/gtest.h>

#include "scenarios/zookeeper/checkers/ensemble_testing.h"

namespace logquake::scenario {
namespace {

using testing::Clauses;
using testing::EnsembleWitness;
using testing::z;

using zookeeper::SessionId;
using zookeeper::ZnodeChanged;
using zookeeper::ZnodeCreated;
using zookeeper::ZnodeDeleted;

ZnodeCreated created(std::string path, std::int64_t counter, SessionId owner = {}) {
  return {std::move(path), z(1, counter), SessionId(7), owner, ""};
}
ZnodeChanged set(std::string path, std::int64_t counter, std::int32_t version) {
  return {std::move(path), z(1, counter), SessionId(7), version, ""};
}
ZnodeDeleted deleted(std::string path, std::int64_t counter) {
  return {std::move(path), z(1, counter), SessionId(7)};
}
EnsembleWitness witness() {
  return EnsembleWitness(zookeeper_tree()).on("a", created("/p", 1)).on("a", created("/p/q", 2));
}

TEST(ZookeeperTree, HasAParentForEveryNode) {  // Z-INV-14
  EXPECT_EQ(witness().on("a", deleted("/p/q", 3)).on("a", deleted("/p", 4)).broken(), Clauses{});
  EXPECT_EQ(witness().on("a", created("/x/y", 3)).broken(), Clauses{"Z-INV-14"});
  EXPECT_EQ(witness().on("a", deleted("/p", 3)).broken(), Clauses{"Z-INV-14"});
  // The other members tell the same once more.
  EXPECT_EQ(witness().on("b", created("/p", 1)).on("b", created("/p/q", 2)).broken(), Clauses{});
}

TEST(ZookeeperTree, HasNothingBelowEphemerals) {  // Z-INV-14
  EXPECT_EQ(witness().on("a", created("/e", 3, SessionId(7))).on("a", created("/e/x", 4)).broken(),
            Clauses{"Z-INV-14"});
}

TEST(ZookeeperTree, CountsTheSetsOfEachNode) {  // Z-INV-14
  EXPECT_EQ(witness().on("a", set("/p", 3, 1)).on("a", set("/p", 4, 2)).broken(), Clauses{});
  EXPECT_EQ(witness().on("a", set("/p", 3, 1)).on("a", set("/p", 4, 3)).broken(),
            Clauses{"Z-INV-14"});
}

TEST(ZookeeperTree, HasStatsThatFit) {  // Z-INV-14
  zookeeper::ReplyReceived reply;
  reply.op = zookeeper::OpCode::get_data;
  reply.path = "/p";
  reply.data_bytes = 3;
  reply.stat.emplace();
  reply.stat->czxid = reply.stat->mzxid = reply.stat->pzxid = z(1, 1);
  reply.stat->data_length = 3;
  const auto broken_by = [](const zookeeper::ReplyReceived& one) {
    return witness().on("client", one).broken();
  };

  EXPECT_EQ(broken_by(reply), Clauses{});
  auto short_reply = reply;
  short_reply.data_bytes = 2;
  EXPECT_EQ(broken_by(short_reply), Clauses{"Z-INV-14"});
  auto early = reply;
  early.stat->mzxid = z(0, 9);
  EXPECT_EQ(broken_by(early), Clauses{"Z-INV-14"});
}

}  // namespace
}  // namespace logquake::scenario
