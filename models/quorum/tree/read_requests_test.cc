#include "models/quorum/tree/read_requests.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "models/quorum/tree/request_preparer.h"
#include "models/quorum/tree/rules_harness.h"

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

TEST(Reads, AreRefusedWithoutTheNode) {  // Z-ER-5, Z-DM-2, Z-OBS-12, Z-OBS-86
  Reads reads;
  for (const auto op : {OpCode::get_data, OpCode::exists, OpCode::get_children,
                        OpCode::get_children2, OpCode::get_acl, OpCode::get_all_children_number}) {
    for (const auto* path : {"/none", "none", "/zookeeper/", "//zookeeper", "/./zookeeper"}) {
      const auto reply = reads.answer(op, path);
      EXPECT_EQ(reply.error, no_node) << name_of(op) << " " << path;
      EXPECT_EQ(reply.zxid, reads.rules.tree.last_zxid());
    }
    EXPECT_EQ(reads.code(op, ""), ok);  // the root
    const bool looks = op == OpCode::exists;
    EXPECT_EQ(reads.code(op, std::string("/m/\0", 4)), looks ? bad_arguments : no_node);
  }
}

TEST(Reads, WatchTheEmptyPathWhereTheyAskByIt) {  // as recorded: nothing ever happens there
  Reads reads;
  for (const auto op : {OpCode::get_data, OpCode::exists, OpCode::get_children}) {
    Request request;
    request.operation.op = op;
    request.operation.watch = true;
    ASSERT_EQ(reads.answer(request).error, ok);
  }

  EXPECT_TRUE(reads.watches.has(ConnectionId(1), "", WatcherType::data));
  EXPECT_TRUE(reads.watches.has(ConnectionId(1), "", WatcherType::children));
  EXPECT_FALSE(reads.watches.has(ConnectionId(1), "/", WatcherType::any));
  for (const auto& event : reads.rules.apply(reads.rules.prepare(create_op("/a", ""))).events)
    EXPECT_TRUE(reads.watches.fire(event).empty());
}

TEST(Reads, CountEveryDescendant) {  // Z-WP-13
  Reads reads;
  for (const auto* path : {"/a", "/a/b", "/a/b/c", "/ab"}) reads.make(path, open_acl());

  EXPECT_EQ(reads.answer(OpCode::get_all_children_number, "/a").result.number, 2);
  EXPECT_EQ(reads.answer(OpCode::get_all_children_number, "/").result.number, 4 + 3);
  EXPECT_EQ(reads.answer(OpCode::get_all_children_number, "").result.number, 1 + 4 + 3);
}

TEST(Reads, ListChildrenAndEphemeralsInByteOrder) {  // Z-DM-20, Z-OBS-82
  Reads reads;
  for (const auto* path : {"/e/b", "/e/B", "/e/a"}) {
    reads.rules.run(create_op("/e", ""));
    reads.rules.run(create_op(path, "", CreateMode::ephemeral));
  }
  const std::vector<std::string> names{"B", "a", "b"};

  EXPECT_EQ(reads.answer(OpCode::get_children, "/e").result.names, names);
  EXPECT_FALSE(reads.answer(OpCode::get_children, "/e").result.stat.has_value());
  EXPECT_EQ(reads.answer(OpCode::get_children2, "/e").result.stat->num_children, 3);
  EXPECT_EQ(reads.answer(OpCode::get_ephemerals, "/e/").result.names.size(), 3u);
  EXPECT_EQ(reads.answer(OpCode::get_ephemerals, "/none").error, ok);
  EXPECT_TRUE(reads.answer(OpCode::get_ephemerals, "/none").result.names.empty());
}

Request reading(std::vector<Operation> members) {
  Request request;
  request.operation.op = OpCode::multi_read;
  request.members = std::move(members);
  return request;
}

Operation list_op(std::string path) {
  auto operation = children_op(std::move(path));
  operation.op = OpCode::get_children;
  return operation;
}

TEST(MultiRead, AnswersEachMemberForItself) {  // Z-MU-6, Z-WP-12, Z-OBS-39
  Reads reads;
  reads.make("/a", open_acl());

  const auto reply = reads.answer(
      reading({get_op("/a"), list_op("/"), get_op("/none"), list_op("mal//formed"), get_op("/a")}));

  EXPECT_EQ(reply.error, ok);
  ASSERT_EQ(reply.members.size(), 5u);
  EXPECT_EQ(reply.members[0].data, "data");
  EXPECT_EQ(reply.members[0].op, OpCode::get_data);
  EXPECT_EQ(reply.members[1].names, (std::vector<std::string>{"a", "zookeeper"}));
  EXPECT_EQ(reply.members[2].error, no_node);
  EXPECT_EQ(reply.members[2].op, OpCode::error);
  EXPECT_EQ(reply.members[3].error, no_node);
  EXPECT_TRUE(reply.members[4].ok());
}

TEST(MultiRead, LeavesNoWatch) {  // Z-MU-6; recorded: conformance/zookeeper
  Reads reads;
  reads.make("/a", open_acl());

  EXPECT_EQ(reads.answer(reading({get_op("/a", Watch::once)})).error, ok);
  EXPECT_EQ(reads.watches.size(), 0);
}

TEST(MultiRead, TakesNoOtherMember) {  // Z-MU-6, Z-OBS-98
  for (const auto& other :
       {check_op("/a", 0), exists_op("/a"), create_op("/b", ""), children_op("/a")}) {
    Reads reads;
    reads.make("/a", open_acl());

    const auto reply = reads.answer(reading({get_op("/a", Watch::once), other}));

    EXPECT_EQ(reply.error, marshalling_error);
    EXPECT_TRUE(reply.members.empty());
    EXPECT_EQ(reply.zxid, reads.rules.tree.last_zxid());
    EXPECT_EQ(reads.watches.size(), 0);
  }
}

TEST(Reads, ThatCannotBeDecodedAreTold) {  // Z-ER-10, Z-DM-2, Z-DM-18, Z-OBS-101
  Reads reads;
  for (const auto op : {OpCode::get_data, OpCode::multi_read, OpCode::set_watches, OpCode::sync,
                        OpCode::add_watch, OpCode::reconfig}) {
    Request request;
    request.operation.op = op;
    request.undecodable = true;
    EXPECT_FALSE(consumes_zxid(request));
    EXPECT_EQ(reads.answer(request).error, marshalling_error) << name_of(op);
  }
}

TEST(Reads, EchoTheNumberOfTheirRequest) {  // Z-WP-6, Z-OBS-8
  Reads reads;
  Request request;
  request.operation = get_op("/");
  for (const auto xid : {1, 0x6b00fa9f, -2147483647, 0}) {
    request.xid = xid;
    EXPECT_EQ(reads.answer(request).xid, xid);
  }
  request.operation.op = OpCode::ping;
  request.xid = xid::ping;
  EXPECT_EQ(reads.answer(request).xid, -2);
  EXPECT_EQ(reads.answer(request).zxid, reads.rules.tree.last_zxid());
  EXPECT_EQ(reads.answer(request).error, ok);
}

TEST(Reads, SendWhatWasMissedBeforeTheAnswer) {  // Z-WT-12, Z-WT-15, Z-OBS-51, Z-OBS-97
  Reads reads;
  Request request;
  request.xid = xid::set_watches;
  request.operation.op = OpCode::set_watches;
  request.watches.data = request.watches.child = {"/gone"};

  const auto answer = answer_read(reads.reader, request, reads.rules.tree, reads.watches);

  EXPECT_EQ(answer.events.size(), 2u);  // the carrier sends them first
  EXPECT_EQ(answer.reply.xid, -8);
  EXPECT_EQ(answer.reply.error, ok);
}

}  // namespace
}  // namespace logquake::zookeeper
