#include "models/quorum/read_requests.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "models/quorum/rules_harness.h"

namespace logquake::zookeeper {
namespace {

using testing::Rules;
using enum ErrorCode;

// A tree to read from, as client-1 on connection 1.
struct Reads {
  Reply answer(const Request& request) {
    return answer_read(reader, request, rules.tree, watches).reply;
  }
  Reply answer(OpCode op, std::string path) {
    Request request;
    request.operation.op = op;
    request.operation.path = std::move(path);
    return answer(request);
  }
  ErrorCode code(OpCode op, std::string path) { return answer(op, std::move(path)).error; }
  void make(std::string path, Acl acl) {
    const auto made = rules.code(create_op(std::move(path), "data", CreateMode::persistent, acl));
    ASSERT_EQ(made, ok);
  }

  Rules rules;
  WatchTable watches;
  Reader reader{ConnectionId(1), SessionId(7), identities_of_host("client-1")};
};

TEST(Reads, NeedTheRightToReadButForExists) {  // Z-ACL-2, Z-OBS-28, Z-OBS-102
  Reads reads;
  reads.make("/own", {{permission::all, "digest", "ann:hash"}});
  reads.make("/administered", {{permission::admin, "ip", "client-1"}});

  EXPECT_EQ(reads.code(OpCode::get_data, "/own"), no_auth);
  EXPECT_EQ(reads.code(OpCode::get_children, "/own"), no_auth);
  EXPECT_EQ(reads.code(OpCode::get_children2, "/own"), no_auth);
  EXPECT_EQ(reads.code(OpCode::get_acl, "/own"), no_auth);
  EXPECT_EQ(reads.code(OpCode::get_all_children_number, "/own"), no_auth);
  EXPECT_EQ(reads.code(OpCode::exists, "/own"), ok);
  EXPECT_EQ(reads.code(OpCode::get_acl, "/administered"), ok);
  EXPECT_EQ(reads.code(OpCode::get_data, "/administered"), no_auth);
  reads.reader.identities.push_back({"digest", "ann:hash"});
  EXPECT_EQ(reads.code(OpCode::get_data, "/own"), ok);
  EXPECT_EQ(reads.answer(OpCode::get_acl, "/own").result.acl.front().id, "ann:hash");
}

TEST(Reads, HideTheSecretsOfAnAccessList) {  // Z-ACL-5
  Reads reads;
  reads.make("/a", {{permission::read, "world", "anyone"}, {31, "digest", "ann:hash"}});

  EXPECT_EQ(reads.answer(OpCode::get_acl, "/a").result.acl.back().id, "ann:x");
  EXPECT_TRUE(reads.answer(OpCode::get_acl, "/a").result.stat.has_value());
}

TEST(Reads, TellWhoTheClientIs) {  // Z-OBS-26
  Reads reads;
  EXPECT_EQ(reads.answer(OpCode::who_am_i, "").result.identities, (Identities{{"ip", "client-1"}}));
  reads.reader.identities.push_back({"digest", digest_of("user:pass")});
  EXPECT_EQ(reads.answer(OpCode::who_am_i, "").result.identities,
            (Identities{{"ip", "client-1"}, {"digest", "user"}}));
}

}  // namespace
}  // namespace logquake::zookeeper
