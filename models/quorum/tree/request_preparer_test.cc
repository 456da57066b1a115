// Validation against the recorded checks of a real 3.8.0 (section 9 of the specification).
#include "models/quorum/tree/request_preparer.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "models/quorum/tree/rules_harness.h"

namespace logquake::zookeeper {
namespace {

using testing::Rules;
using enum ErrorCode;

Operation create_with(std::string path, std::int32_t flags, OpCode op = OpCode::create) {
  auto operation = create_op(std::move(path), "");
  operation.op = op;
  operation.flags = flags;
  return operation;
}

std::vector<ErrorCode> codes(const std::vector<OperationResult>& results) {
  std::vector<ErrorCode> out;
  for (const auto& result : results) out.push_back(result.error);
  return out;
}

struct PathCase {
  std::string path;
  ErrorCode create, set, remove;
};

class MalformedPaths : public ::testing::TestWithParam<PathCase> {};

TEST_P(MalformedPaths, AreNoticedWhenEachOperationLooks) {  // Z-DM-2, Z-OBS-86
  Rules rules;
  ASSERT_EQ(rules.code(create_op("/m", "")), ok);

  EXPECT_EQ(rules.code(create_op(GetParam().path, "")), GetParam().create);
  EXPECT_EQ(rules.code(set_op(GetParam().path, "")), GetParam().set);
  EXPECT_EQ(rules.code(remove_op(GetParam().path)), GetParam().remove);
}

INSTANTIATE_TEST_SUITE_P(
    Observed, MalformedPaths,
    ::testing::Values(PathCase{"m", bad_arguments, bad_arguments, bad_arguments},
                      PathCase{"/m/", bad_arguments, bad_arguments, no_node},
                      PathCase{"/m//a", no_node, bad_arguments, no_node},
                      PathCase{"/m/./a", no_node, bad_arguments, no_node},
                      PathCase{"", bad_arguments, bad_arguments, bad_arguments},
                      PathCase{"/m/\x01", bad_arguments, bad_arguments, no_node},
                      PathCase{std::string("/m/\0", 4), bad_arguments, bad_arguments,
                               bad_arguments}));

TEST(RequestPreparer, RefusesCreatesAsObserved) {  // Z-OBS-9, Z-OBS-81
  Rules rules;
  ASSERT_EQ(rules.code(create_op("/a", "")), ok);

  EXPECT_EQ(rules.code(create_op("/a", "")), node_exists);
  EXPECT_EQ(rules.code(create_op("/none/a", "")), no_node);
  EXPECT_EQ(rules.code(create_op("/", "")), node_exists);
  EXPECT_EQ(rules.code(create_op("/.", "")), bad_arguments);
  EXPECT_EQ(rules.code(create_op("/..", "")), bad_arguments);
  EXPECT_EQ(rules.code(create_op("/\x7f", "")), bad_arguments);
}

TEST(RequestPreparer, RefusesAccessListsThatItCannotJudge) {  // Z-ACL-4, Z-OBS-10
  Rules rules;
  const auto with_acl = [](Acl acl) {
    return create_op("/a", "", CreateMode::persistent, std::move(acl));
  };

  EXPECT_EQ(rules.code(with_acl({})), invalid_acl);
  EXPECT_EQ(rules.code(with_acl({{31, "nonsense", "x"}})), invalid_acl);
  EXPECT_EQ(rules.code(with_acl({{31, "auth", ""}})), invalid_acl);
  EXPECT_EQ(rules.code(with_acl({{31, "world", "somebody"}})), invalid_acl);
}

TEST(RequestPreparer, ConsumesAZxidForARefusal) {  // Z-DM-18, Z-OBS-11
  Rules rules;
  const auto before = rules.tree.last_zxid();

  rules.run(create_op("/a", ""));
  rules.run(create_op("/a", ""));
  rules.run(set_op("/none", ""));
  rules.run(set_op("/a", "x"));

  EXPECT_EQ(rules.tree.last_zxid(), before + 4);
  EXPECT_EQ(rules.stat("/a").czxid, before + 1);
  EXPECT_EQ(rules.stat("/a").mzxid, before + 4);
}

TEST(RequestPreparer, ComparesVersions) {  // Z-DM-5, Z-DM-11, Z-OBS-13
  Rules rules;
  rules.run(create_op("/a", ""));

  EXPECT_EQ(rules.code(set_op("/a", "x", 7)), bad_version);
  EXPECT_EQ(rules.run(set_op("/a", "x", 0)).stat->version, 1);
  EXPECT_EQ(rules.run(set_op("/a", "x")).stat->version, 2);
  EXPECT_EQ(rules.code(remove_op("/a", 1)), bad_version);
  EXPECT_EQ(rules.code(remove_op("/a", 2)), ok);
}

TEST(RequestPreparer, KeepsTheBuiltInNodes) {  // Z-DM-12, Z-OBS-15
  Rules rules;

  EXPECT_EQ(rules.code(remove_op("/")), bad_arguments);
  EXPECT_EQ(rules.code(remove_op("/zookeeper")), bad_arguments);
  EXPECT_EQ(rules.code(remove_op("/zookeeper/quota")), bad_arguments);
  EXPECT_EQ(rules.code(remove_op("/zookeeper/config")), bad_arguments);
  EXPECT_EQ(rules.code(create_op("/zookeeper/foo", "")), ok);
  EXPECT_EQ(rules.code(set_op("/", "x")), ok);
}

TEST(RequestPreparer,
     NumbersSequentialChildrenByAllCreations) {  // Z-DM-8, Z-DM-9, Z-DM-10, Z-OBS-16, Z-OBS-17,
                                                 // Z-OBS-18
  Rules rules;
  const auto sequential = [](std::string path) {
    return create_op(std::move(path), "", CreateMode::persistent_sequential);
  };
  rules.run(create_op("/p", ""));

  EXPECT_EQ(rules.run(sequential("/p/s-")).path, "/p/s-0000000000");
  EXPECT_EQ(rules.run(sequential("/p/s-")).path, "/p/s-0000000001");
  EXPECT_EQ(rules.run(create_op("/p/plain", "")).path, "/p/plain");
  EXPECT_EQ(rules.run(sequential("/p/s-")).path, "/p/s-0000000003");
  EXPECT_EQ(rules.stat("/p").cversion, 4);
  EXPECT_EQ(rules.stat("/p").num_children, 4);
  rules.run(remove_op("/p/plain"));
  EXPECT_EQ(rules.stat("/p").cversion, 5);
  EXPECT_EQ(rules.stat("/p").num_children, 3);
  EXPECT_EQ(rules.run(sequential("/p/s-")).path, "/p/s-0000000004");
  EXPECT_EQ(rules.run(sequential("/p/")).path, "/p/0000000005");
  EXPECT_EQ(rules.code(create_op("/p/0000000005", "")), node_exists);
  EXPECT_EQ(rules.run(sequential("/p/.")).path, "/p/.0000000006");
}

TEST(RequestPreparer, RefusesToOrphanOrToNestUnderEphemerals) {  // Z-DM-12, Z-DM-14, Z-OBS-19
  Rules rules;
  rules.run(create_op("/a", ""));
  rules.run(create_op("/a/b", ""));
  rules.run(create_op("/e", "", CreateMode::ephemeral));

  EXPECT_EQ(rules.code(remove_op("/a")), not_empty);
  EXPECT_EQ(rules.code(create_op("/e/x", "")), no_children_for_ephemerals);
  EXPECT_EQ(rules.code(create_op("/e/x", "", CreateMode::persistent_sequential)),
            no_children_for_ephemerals);
}

TEST(RequestPreparer, ShowsOwnersOfEphemeralsOnly) {  // Z-DM-15, Z-DM-16, Z-OBS-20
  PreparerSettings settings;
  settings.extended_types = true;
  Rules rules(settings);
  rules.run(create_op("/e", "", CreateMode::ephemeral));
  rules.run(create_op("/c", "", CreateMode::container));
  rules.run(create_ttl_op("/t", "", 1000));

  EXPECT_EQ(rules.stat("/e").ephemeral_owner, SessionId(7));
  EXPECT_EQ(rules.stat("/t").ephemeral_owner, SessionId());
  EXPECT_EQ(rules.stat("/c").ephemeral_owner, SessionId());
}

struct FlagCase {
  OpCode op;
  std::int32_t flags;
  std::int64_t ttl;
  ErrorCode plain, extended, in_multi;  // the last with extended types
};

class Flags : public ::testing::TestWithParam<FlagCase> {};

TEST_P(Flags, BelongToTheirOperation) {  // Z-DM-13, Z-DM-16, Z-DM-23, Z-ER-3, Z-ER-9
  const auto& row = GetParam();
  PreparerSettings settings;
  settings.extended_types = true;
  Rules plain;
  Rules extended(settings);
  Rules multi(settings);
  auto operation = create_with("/a", row.flags, row.op);
  operation.ttl = row.ttl;

  EXPECT_EQ(plain.code(operation), row.plain);
  EXPECT_EQ(extended.code(operation), row.extended);
  EXPECT_EQ(multi.apply(multi.prepare_multi({operation})).results.front().error, row.in_multi);
}

INSTANTIATE_TEST_SUITE_P(  // Z-OBS-21, Z-OBS-99; Z-OBS-22, Z-OBS-100 corrected
    Table, Flags,
    ::testing::Values(
        FlagCase{OpCode::create, 9, 0, bad_arguments, bad_arguments, bad_arguments},
        FlagCase{OpCode::create, -1, 0, bad_arguments, bad_arguments, bad_arguments},
        FlagCase{OpCode::create, 3, 0, ok, ok, ok}, FlagCase{OpCode::create2, 3, 0, ok, ok, ok},
        FlagCase{OpCode::create, 4, 0, bad_arguments, bad_arguments, ok},
        FlagCase{OpCode::create2, 4, 0, bad_arguments, bad_arguments, ok},
        FlagCase{OpCode::create, 5, 7, unimplemented, bad_arguments, marshalling_error},
        FlagCase{OpCode::create_container, 4, 0, ok, ok, ok},
        FlagCase{OpCode::create_container, 0, 0, bad_arguments, bad_arguments, ok},
        FlagCase{OpCode::create_ttl, 5, 1, unimplemented, ok, ok},
        FlagCase{OpCode::create_ttl, 6, 1, unimplemented, ok, ok},
        FlagCase{OpCode::create_ttl, 5, 0, unimplemented, bad_arguments, bad_arguments},
        FlagCase{OpCode::create_ttl, 5, -1, unimplemented, bad_arguments, bad_arguments},
        FlagCase{OpCode::create_ttl, 5, 0xFFFFFFFFFF, unimplemented, ok, ok},
        FlagCase{OpCode::create_ttl, 5, 0x10000000000, unimplemented, bad_arguments, bad_arguments},
        FlagCase{OpCode::create_ttl, 0, 5, bad_arguments, bad_arguments, ok},
        FlagCase{OpCode::create_ttl, 0, -1, bad_arguments, bad_arguments, ok},
        FlagCase{OpCode::create_ttl, 4, 5, bad_arguments, bad_arguments, ok}));

TEST(RequestPreparer, LeavesReconfigurationOff) {  // Z-DM-17, Z-OBS-82
  Rules rules;
  Operation reconfig;
  reconfig.op = OpCode::reconfig;

  EXPECT_EQ(rules.code(reconfig), reconfig_disabled);
}

TEST(RequestPreparer, ChecksFlagsBeforeTheSession) {  // Z-ER-3
  Rules rules;
  rules.caller.session_error = session_expired;

  EXPECT_EQ(rules.code(create_with("/a", 9)), bad_arguments);
  EXPECT_EQ(rules.code(create_with("a", 0)), session_expired);
  EXPECT_EQ(rules.code(set_op("/none", "")), session_expired);
}

struct OrderCase {
  Operation operation;
  ErrorCode first;
};

class CheckOrder : public ::testing::TestWithParam<OrderCase> {};

// Each operation breaks two rules; which one is told?
TEST_P(CheckOrder, TellsTheFirstBrokenRule) {  // Z-ER-3, Z-ER-4
  Rules rules;
  rules.caller.identities = identities_of_host("owner-1");
  const Acl own{{permission::all, "ip", "owner-1"}};
  rules.run(create_op("/own", "", CreateMode::persistent, own));
  rules.run(create_op("/own/child", "", CreateMode::persistent, own));
  rules.run(create_op("/open", ""));
  rules.run(create_op("/open/child", ""));
  rules.run(create_op("/e", "", CreateMode::ephemeral));
  rules.caller.identities = identities_of_host("client-1");

  if (GetParam().operation.op == OpCode::check) {
    const auto multi = rules.prepare_multi({GetParam().operation});
    EXPECT_EQ(rules.apply(multi).results.front().error, GetParam().first);
  } else {
    EXPECT_EQ(rules.code(GetParam().operation), GetParam().first);
  }
}

Operation set_acl_op(std::string path, Acl acl, std::int32_t version) {
  Operation operation;
  operation.op = OpCode::set_acl;
  operation.path = std::move(path);
  operation.acl = std::move(acl);
  operation.version = version;
  return operation;
}

INSTANTIATE_TEST_SUITE_P(
    Table, CheckOrder,
    ::testing::Values(
        OrderCase{create_op("no-slash", "", CreateMode::persistent, {}), bad_arguments},
        OrderCase{create_op("/none/a", "", CreateMode::persistent, {}), invalid_acl},
        OrderCase{create_op("/none/.", ""), no_node}, OrderCase{create_op("/own/.", ""), no_auth},
        OrderCase{create_op("/own/child", ""), no_auth},
        OrderCase{create_op("/e/.", ""), bad_arguments}, OrderCase{remove_op("/own/none"), no_auth},
        OrderCase{remove_op("/open/none", 9), no_node},
        OrderCase{remove_op("/open", 9), bad_version},
        OrderCase{set_op("/none/", ""), bad_arguments}, OrderCase{set_op("/own", "", 9), no_auth},
        OrderCase{set_acl_op("/none/", {}, 0), bad_arguments},
        OrderCase{set_acl_op("/none", {}, 0), invalid_acl},
        OrderCase{set_acl_op("/own", open_acl(), 9), no_auth},
        OrderCase{check_op("/none/", 9), bad_arguments}, OrderCase{check_op("/own", 9), no_auth}));

TEST(RequestPreparer, AnswersASessionThatIsGone) {  // Z-ER-2, Z-ER-3, Z-ER-4
  Rules rules;
  rules.run(create_op("/a", ""));
  rules.caller.session_error = session_expired;
  const auto before = rules.tree.last_zxid();

  for (const auto& operation :
       {create_op("a", ""), remove_op("a"), set_op("a", ""), set_acl_op("a", {}, 0)})
    EXPECT_EQ(rules.code(operation), session_expired);
  EXPECT_EQ(rules.tree.last_zxid(), before + 4);  // Z-DM-18
  const auto multi = rules.prepare_multi({check_op("/a", 0), remove_op("/a")});
  EXPECT_EQ(codes(rules.apply(multi).results),
            (std::vector<ErrorCode>{session_expired, runtime_inconsistency}));
}

TEST(RequestPreparer, TellsWhatItCannotDecode) {  // Z-ER-3, Z-ER-10, Z-DM-18, Z-OBS-101
  Rules rules;
  const auto code = [&](OpCode op) {
    Request request;
    request.operation.op = op;
    request.undecodable = true;
    EXPECT_TRUE(consumes_zxid(request)) << name_of(op);
    return rules.apply(rules.preparer.prepare(rules.caller, request)).results.front().error;
  };
  const auto before = rules.tree.last_zxid();

  for (const auto op : {OpCode::create, OpCode::create2, OpCode::create_ttl, OpCode::remove,
                        OpCode::set_data, OpCode::set_acl, OpCode::multi})
    EXPECT_EQ(code(op), marshalling_error) << name_of(op);
  EXPECT_EQ(rules.tree.last_zxid(), before + 7);
  rules.caller.session_error = session_expired;
  EXPECT_EQ(code(OpCode::create), marshalling_error);
  EXPECT_EQ(code(OpCode::multi), marshalling_error);
  EXPECT_EQ(code(OpCode::set_data), session_expired);
}

TEST(RequestPreparer, GivesANewNodeTheZxidAndTimeOfItsTransaction) {  // Z-DM-4, Z-DM-19
  Rules rules;
  const auto opened = rules.tree.last_zxid();  // the session's own (Z-OBS-33)
  rules.caller.time = 4711;
  const auto stat = rules.run(create_op("/a", "abc")).stat;

  EXPECT_EQ(opened, Zxid(1));
  EXPECT_EQ(stat->czxid, opened + 1);
  EXPECT_EQ(stat->mzxid, stat->czxid);
  EXPECT_EQ(stat->pzxid, stat->czxid);
  EXPECT_EQ(stat->ctime, 4711);
  EXPECT_EQ(stat->mtime, 4711);
  EXPECT_EQ(stat->version + stat->cversion + stat->aversion, 0);
  EXPECT_EQ(stat->data_length, 3);
}

TEST(RequestPreparer, ChecksRightsOfTheParentForCreateAndDelete) {  // Z-ACL-2
  Rules rules;
  const Acl own{{permission::all, "ip", "client-1"}};
  rules.run(create_op("/own", "", CreateMode::persistent, own));
  rules.run(create_op("/own/child", ""));
  rules.caller.identities = identities_of_host("client-2");

  EXPECT_EQ(rules.code(create_op("/own/other", "")), no_auth);
  EXPECT_EQ(rules.code(remove_op("/own/child")), no_auth);
  EXPECT_EQ(rules.code(set_op("/own", "")), no_auth);
  EXPECT_EQ(rules.code(set_op("/own/child", "")), ok);
  EXPECT_EQ(rules.code(remove_op("/own")), not_empty);
}

TEST(RequestPreparer, CountsSettingsOfTheAccessListApart) {  // Z-DM-6, Z-OBS-27
  Rules rules;
  rules.run(create_op("/a", ""));
  const auto before = rules.stat("/a");
  Operation set_acl;
  set_acl.op = OpCode::set_acl;
  set_acl.path = "/a";
  set_acl.acl = open_acl();

  EXPECT_EQ(rules.code(set_acl), ok);
  EXPECT_EQ(rules.stat("/a").aversion, 1);
  EXPECT_EQ(rules.stat("/a").mzxid, before.mzxid);
  set_acl.version = 0;
  EXPECT_EQ(rules.code(set_acl), bad_version);
}

TEST(RequestPreparer, JudgesAgainstWhatIsOutstanding) {  // Z-DM-21
  Rules rules;
  const auto created = rules.prepare(create_op("/a", ""));
  const auto set = rules.prepare(set_op("/a", "x", 0));
  const auto again = rules.prepare(set_op("/a", "y", 0));
  const auto child = rules.prepare(create_op("/a/b", ""));
  const auto removed = rules.prepare(remove_op("/a"));

  EXPECT_EQ(rules.apply(created).results.front().error, ok);
  EXPECT_EQ(rules.apply(set).results.front().error, ok);
  EXPECT_EQ(rules.apply(again).results.front().error, bad_version);
  EXPECT_EQ(rules.apply(child).results.front().error, ok);
  EXPECT_EQ(rules.apply(removed).results.front().error, not_empty);
}

TEST(RequestPreparer, CloseTakesOutstandingEphemeralsAndLeavesThoseBeingDeleted) {  // Z-SE-9
  Rules rules;
  rules.run(create_op("/old", "", CreateMode::ephemeral));
  rules.run(create_op("/going", "", CreateMode::ephemeral));
  const auto going = rules.prepare(remove_op("/going"));
  const auto coming = rules.prepare(create_op("/coming", "", CreateMode::ephemeral));
  const auto close = rules.preparer.prepare_close(rules.caller, 9);
  rules.apply(going);
  rules.apply(coming);

  const auto applied = rules.apply(close);

  EXPECT_EQ(close.changes.front().paths, (std::vector<std::string>{"/coming", "/old"}));
  EXPECT_EQ(applied.events.size(), 2u);
  EXPECT_EQ(rules.tree.ephemerals_of(SessionId(7)).size(), 0u);
  EXPECT_EQ(rules.tree.sessions().size(), 0u);
  EXPECT_EQ(rules.stat("/").pzxid, close.zxid);
}

TEST(RequestPreparer, DeletesTheParentOfWhatACloseIsAboutToRemove) {  // Z-DM-21, Z-OBS-89 corrected
  const auto code_with = [](bool defective) {
    PreparerSettings settings;
    settings.close_keeps_child_count = defective;
    Rules rules(settings);
    rules.run(create_op("/p", ""));
    rules.run(create_op("/p/e", "", CreateMode::ephemeral));
    const auto close = rules.preparer.prepare_close(rules.caller, 9);
    const auto removed = rules.prepare(remove_op("/p"));
    rules.apply(close);
    return rules.apply(removed).results.front().error;
  };

  EXPECT_EQ(code_with(false), ok);
  EXPECT_EQ(code_with(true), not_empty);
}

TEST(Multi, SeesItsOwnEarlierMembers) {  // Z-MU-2, Z-OBS-34
  Rules rules;
  const auto transaction =
      rules.prepare_multi({create_op("/m", ""), create_op("/m/c", ""), set_op("/m", "1", 0),
                           check_op("/m", 1), set_op("/m", "2"), remove_op("/m/c")});

  const auto results = rules.apply(transaction).results;

  EXPECT_EQ(codes(results), std::vector<ErrorCode>(6, ok));
  EXPECT_EQ(results[2].stat->version, 1);
  EXPECT_EQ(results[4].stat->version, 2);
  const auto stat = rules.stat("/m");
  EXPECT_EQ(stat.version, 2);
  EXPECT_EQ(stat.cversion, 2);
  EXPECT_EQ(stat.mzxid, transaction.zxid);
  EXPECT_EQ(stat.czxid, transaction.zxid);
  EXPECT_EQ(stat.pzxid, transaction.zxid);
}

TEST(Multi, FailsAsAWholeAndChangesNothing) {  // Z-MU-3, Z-OBS-35
  Rules rules;
  const auto before = rules.stat("/");
  const auto transaction =
      rules.prepare_multi({create_op("/x", ""), set_op("/none", ""), create_op("/y", "")});
  const auto next = rules.prepare(create_op("/s-", "", CreateMode::persistent_sequential));

  const auto applied = rules.apply(transaction);

  EXPECT_EQ(codes(applied.results), (std::vector<ErrorCode>{ok, no_node, runtime_inconsistency}));
  EXPECT_TRUE(applied.events.empty());
  EXPECT_EQ(rules.stat("/"), before);
  EXPECT_EQ(rules.tree.last_zxid(), transaction.zxid);
  EXPECT_EQ(rules.apply(next).results.front().path, "/s-0000000000");
}

TEST(Multi, NumbersItsSequentialMembersOneByOne) {  // Z-MU-2, Z-OBS-36
  Rules rules;
  const auto member = create_op("/s-", "", CreateMode::persistent_sequential);

  const auto results = rules.apply(rules.prepare_multi({member, member, member})).results;

  EXPECT_EQ(results[0].path, "/s-0000000000");
  EXPECT_EQ(results[2].path, "/s-0000000002");
}

TEST(Multi, CreatesAndDeletesOneNode) {  // Z-MU-2, Z-MU-7
  Rules rules;
  const auto applied =
      rules.apply(rules.prepare_multi({create_op("/a", ""), remove_op("/a"), create_op("/a", "")}));

  EXPECT_EQ(codes(applied.results), std::vector<ErrorCode>(3, ok));
  EXPECT_EQ(applied.events, (std::vector<TreeEvent>{{EventType::node_created, "/a"},
                                                    {EventType::node_deleted, "/a"},
                                                    {EventType::node_created, "/a"}}));
}

TEST(Multi, AnswersWithTheTypesOfTheWire) {  // Z-WP-12, Z-MU-5; Z-OBS-38 corrected
  Rules rules;
  auto plain = create_op("/a", "");
  plain.op = OpCode::create;
  const auto done = rules.apply(rules.prepare_multi(
      {plain, create_op("/b", ""), create_op("/c", "", CreateMode::container)}));
  const auto failed = rules.apply(rules.prepare_multi({create_op("/d", ""), plain}));

  EXPECT_EQ(done.results[0].op, OpCode::create);
  EXPECT_FALSE(done.results[0].stat.has_value());
  EXPECT_EQ(done.results[1].op, OpCode::create2);
  EXPECT_TRUE(done.results[1].stat.has_value());
  EXPECT_EQ(done.results[2].op, OpCode::create2);
  EXPECT_TRUE(done.results[2].stat.has_value());
  EXPECT_EQ(failed.results[1].op, OpCode::error);
}

TEST(Multi, TellsTheStatOfACreate2) {  // Z-MU-5, Z-OBS-38
  for (const bool is_defective : {false, true}) {
    PreparerSettings settings;
    settings.multi_create_without_stat = is_defective;
    Rules rules(settings);
    const auto results = rules.apply(rules.prepare_multi({create_op("/a", "")})).results;

    EXPECT_EQ(results[0].op, is_defective ? OpCode::create : OpCode::create2);
    EXPECT_EQ(results[0].stat.has_value(), !is_defective);
    EXPECT_TRUE(rules.run(create_op("/b", "")).stat.has_value());  // outside of multis it tells
  }
}

TEST(Multi, NeedsTheRightToReadForACheck) {  // Z-ACL-2, Z-OBS-102
  Rules rules;
  rules.run(create_op("/a", "", CreateMode::persistent, {{permission::write, "world", "anyone"}}));

  EXPECT_EQ(codes(rules.apply(rules.prepare_multi({check_op("/a", 0)})).results),
            std::vector<ErrorCode>{no_auth});
}

TEST(Multi, TakesNoOtherMember) {  // Z-MU-1, Z-OBS-98
  for (const int op : {3, 4, 7, 8, 9, 14, 20, 22, 99, -11}) {
    Rules rules;
    auto other = set_op("/", "x");
    other.op = static_cast<OpCode>(op);
    const auto alone = rules.prepare_multi({other});
    const auto last = rules.prepare_multi({create_op("/a", ""), other});

    EXPECT_EQ(rules.apply(alone).results.front().error, marshalling_error) << op;
    EXPECT_EQ(rules.apply(last).results.front().error, marshalling_error) << op;
    EXPECT_EQ(last.op, OpCode::error) << op;  // so the header tells it, with no body
    EXPECT_EQ(last.zxid, alone.zxid + 1);
    EXPECT_EQ(rules.code(create_op("/a", "")), ok) << op;
  }
}

// Recorded: conformance/zookeeper. It is noticed in its turn, so not behind another failure.
TEST(Multi, CannotDecodeATimeToLiveInAnotherMember) {  // Z-MU-1, Z-DM-23
  Rules rules;
  auto timed = create_op("/b", "");
  timed.flags = static_cast<std::int32_t>(CreateMode::persistent_with_ttl);
  const auto whole = rules.prepare_multi({create_op("/a", ""), timed});
  const auto behind = rules.prepare_multi({set_op("/none", ""), timed});

  EXPECT_EQ(whole.op, OpCode::error);
  EXPECT_EQ(rules.apply(whole).results.front().error, marshalling_error);
  EXPECT_EQ(behind.op, OpCode::multi);
  EXPECT_EQ(rules.apply(behind).results.front().error, no_node);
  EXPECT_EQ(rules.code(create_op("/a", "")), ok);  // nothing is left outstanding
}

TEST(Multi, MayBeEmptyButNotMixed) {  // Z-MU-1, Z-MU-4, Z-OBS-37, Z-OBS-98
  Rules rules;
  const auto empty = rules.prepare_multi({});
  const auto mixed = rules.prepare_multi({create_op("/a", ""), get_op("/a")});

  EXPECT_TRUE(rules.apply(empty).results.empty());
  EXPECT_EQ(mixed.zxid, empty.zxid + 1);
  EXPECT_EQ(rules.apply(mixed).results.front().error, marshalling_error);
  EXPECT_EQ(std::as_const(rules.tree).find("/a"), nullptr);
}

}  // namespace
}  // namespace logquake::zookeeper
