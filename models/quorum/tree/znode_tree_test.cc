#include "models/quorum/tree/znode_tree.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "models/quorum/storage/storage.h"
#include "models/quorum/tree/rules_harness.h"
#include "models/quorum/wire/path.h"
#include "sim/base/format.h"
#include "sim/random.h"

namespace logquake::zookeeper {
namespace {

using testing::Rules;

TEST(ZnodeTree, StartsWithTheBuiltInNodes) {  // Z-DM-1, Z-OBS-80
  Rules rules;
  EXPECT_EQ(rules.tree.nodes().size(), 4u);  // and the internal root, which `srvr` counts too
  EXPECT_EQ(rules.stat("/").cversion, -1);

  rules.run(create_op("/a", ""));
  rules.run(create_op("/b", ""));

  EXPECT_EQ(rules.stat("/").cversion, 1);
  EXPECT_EQ(rules.stat("/").num_children, 3);
  EXPECT_EQ(rules.stat("/").czxid, Zxid());
  EXPECT_EQ(rules.stat("/").ctime, 0);
}

TEST(ZnodeTree, TellsAbsentDataFromEmptyData) {  // Z-DM-3, Z-OBS-14
  Rules rules;
  rules.run(create_op("/null", std::nullopt));
  rules.run(create_op("/empty", ""));

  EXPECT_EQ(std::as_const(rules.tree).find("/null")->data, std::nullopt);
  EXPECT_EQ(std::as_const(rules.tree).find("/empty")->data, "");
  EXPECT_EQ(rules.stat("/null").data_length, 0);
}

TEST(ZnodeTree, MovesOnlyThePzxidOfAParent) {  // Z-DM-7
  Rules rules;
  rules.run(create_op("/p", ""));
  const auto before = rules.stat("/p");
  rules.run(create_op("/p/c", ""));
  const auto created = rules.tree.last_zxid();
  rules.run(set_op("/p/c", "x"));

  const auto after = rules.stat("/p");

  EXPECT_EQ(after.pzxid, created);
  EXPECT_EQ(after.mzxid, before.mzxid);
  EXPECT_EQ(after.version, before.version);
}

// One random write; `paths` bounds the names so that they meet.
Operation random_write(sim::Random& random) {
  const auto parent = random.below(4);
  const auto child = random.below(4);
  const auto path = child == 0 ? format("/n{}", parent) : format("/n{}/c{}", parent, child);
  const auto version =
      random.chance({1, 3}) ? static_cast<std::int32_t>(random.below(3)) : any_version;
  const auto mode = static_cast<CreateMode>(random.below(4));
  switch (random.below(4)) {
    case 0:
    case 1:
      return create_op(path, format("{}", random.below(100)), mode);
    case 2:
      return set_op(path, format("{}", random.below(100)), version);
    default:
      return remove_op(path, version);
  }
}

TEST(ZnodeTree,
     HoldsWhatTheSimplestModelHolds) {  // Z-INV-14, Z-INV-21 against a map of path to data
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    sim::Random random(seed);
    Rules rules;
    std::map<std::string, std::string> oracle;
    std::map<std::string, std::int32_t> versions;
    for (int step = 0; step < 300; ++step) {
      auto operation = random_write(random);
      const auto result = rules.run(operation);
      if (!result.ok()) continue;
      if (operation.op == OpCode::create2) {
        EXPECT_EQ(oracle.count(result.path), 0u) << "seed " << seed;
        oracle[result.path] = *operation.data;
        versions[result.path] = 0;
      } else if (operation.op == OpCode::set_data) {
        ASSERT_EQ(oracle.count(operation.path), 1u) << "seed " << seed;
        oracle[operation.path] = *operation.data;
        EXPECT_EQ(result.stat->version, ++versions[operation.path]);
      } else {
        EXPECT_EQ(oracle.erase(operation.path), 1u) << "seed " << seed;
      }
    }
    std::map<std::string, std::string> held;
    for (const auto& [path, node] : rules.tree.nodes()) {
      if (!is_built_in(path)) held[path] = *node.data;
      for (const auto& child : node.children)
        EXPECT_NE(std::as_const(rules.tree).find((path == "/" ? "" : path) + "/" + child), nullptr);
      EXPECT_TRUE(!node.is_ephemeral() || node.children.empty());
      if (!is_built_in(path)) {
        EXPECT_NE(std::as_const(rules.tree).find(parent_of(path)), nullptr);
        EXPECT_LE(node.czxid, node.mzxid);
        EXPECT_LE(node.czxid, node.pzxid);
        EXPECT_EQ(node.version, versions[path]);
      }
    }
    EXPECT_EQ(held, oracle) << "seed " << seed;
  }
}

TEST(ZnodeTree,
     IsTheSameWhetherAppliedLateOrAtOnce) {  // Z-DM-21: validation looks at what is outstanding
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    sim::Random random(seed);
    Rules at_once;
    Rules late;
    std::vector<Transaction> outstanding;
    for (int step = 0; step < 200; ++step) {
      std::vector<Operation> members;
      for (auto count = random.below(4); count > 0; --count)
        members.push_back(random_write(random));
      at_once.apply(at_once.prepare_multi(members));
      outstanding.push_back(late.prepare_multi(members));
      if (random.chance({1, 5})) {
        for (const auto& transaction : outstanding) late.apply(transaction);
        outstanding.clear();
      }
    }
    for (const auto& transaction : outstanding) late.apply(transaction);

    EXPECT_EQ(at_once.tree.digest(), late.tree.digest()) << "seed " << seed;
  }
}

TEST(ZnodeTree, KeepsItsDigestUpToDate) {  // Z-INV-9: as if it were computed from the whole
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    sim::Random random(seed);
    Rules rules;
    for (int step = 0; step < 100; ++step) {
      if (step == 70) rules.apply(rules.preparer.prepare_close(rules.caller, 1));
      rules.run(random_write(random));
      const auto afresh = decode_snapshot(encode_snapshot(rules.tree));
      ASSERT_EQ(afresh->digest(), rules.tree.digest()) << "seed " << seed << " step " << step;
    }
  }
}

TEST(ZnodeTree, CountsEveryChangeInItsDigestButTheOwnConfiguration) {  // Z-INV-9, Z-DM-22
  const auto digest_after = [](OpCode op, std::string path, std::int32_t version) {
    Rules rules;
    rules.run(create_op("/a", "1"));
    auto transaction = rules.prepare(set_op("/a", "2"));
    auto& change = transaction.changes.front();
    change.op = op;
    change.path = std::move(path);
    change.acl = open_acl();
    change.version = version;
    rules.tree.apply(transaction);
    return rules.tree.digest();
  };
  const auto unchanged = digest_after(OpCode::error, "/a", 1);

  EXPECT_NE(digest_after(OpCode::set_data, "/a", 1), unchanged);
  EXPECT_NE(digest_after(OpCode::set_data, "/a", 1), digest_after(OpCode::set_data, "/a", 2));
  EXPECT_NE(digest_after(OpCode::set_acl, "/a", 1), unchanged);
  EXPECT_NE(digest_after(OpCode::remove, "/a", 0), unchanged);
  EXPECT_NE(digest_after(OpCode::create_session, "", 0), unchanged);  // the timeout counts
  EXPECT_NE(digest_after(OpCode::close_session, "", 0), unchanged);
  EXPECT_EQ(digest_after(OpCode::set_data, "/zookeeper/config", 1), unchanged);
}

TEST(ZnodeTree, ReplaysOverANewerStateWithoutHarm) {  // Z-ST-3
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    sim::Random random(seed);
    Rules rules;
    std::vector<Transaction> log;
    for (int step = 0; step < 100; ++step) {
      auto transaction = rules.prepare(random_write(random));
      rules.apply(transaction);
      log.push_back(std::move(transaction));
    }
    auto again = decode_snapshot(encode_snapshot(rules.tree));
    ASSERT_TRUE(again.has_value());
    for (std::size_t i = log.size() - 5; i < log.size(); ++i) {
      if (log[i].op != OpCode::create2) continue;  // the idempotent half: counters only grow
      again->apply(log[i]);
    }
    for (const auto& [path, node] : rules.tree.nodes()) {
      const auto* other = std::as_const(*again).find(path);
      ASSERT_NE(other, nullptr);
      EXPECT_EQ(other->children_created, node.children_created);
    }
  }
}

TEST(Snapshot, BringsBackTheWholeState) {  // Z-INV-8
  Rules rules;
  rules.run(create_op("/a", "data"));
  rules.run(create_op("/a/e", std::nullopt, CreateMode::ephemeral));

  const auto bytes = encode_snapshot(rules.tree);
  const auto tree = decode_snapshot(bytes);

  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(tree->digest(), rules.tree.digest());
  EXPECT_EQ(tree->ephemerals_of(SessionId(7)).count("/a/e"), 1u);
  EXPECT_EQ(tree->last_zxid(), rules.tree.last_zxid());
}

TEST(Snapshot, IsRefusedWhereAnyByteIsWrong) {
  Rules rules;
  rules.run(create_op("/a", "data"));
  const auto whole = encode_snapshot(rules.tree);

  for (std::size_t i = 0; i < whole.size(); ++i) {
    auto broken = whole;
    broken[i] ^= std::byte{1};
    EXPECT_FALSE(decode_snapshot(broken).has_value()) << "byte " << i;
  }
  EXPECT_FALSE(decode_snapshot(ByteView(whole).first(whole.size() - 1)).has_value());
}

TEST(ZnodeTree, KnowsTheHighestSessionOfEachServer) {  // Z-SE-1
  ZnodeTree tree;
  Transaction open;
  open.op = OpCode::create_session;
  open.changes.emplace_back();
  open.changes.front().op = OpCode::create_session;
  for (const std::int64_t session : {0x0100000000000007, 0x0200000000000009, 0x0100000000000003}) {
    open.session = SessionId(session);
    ++open.zxid;
    (void)tree.apply(open);
  }

  EXPECT_EQ(tree.highest_session(ServerId(1)), SessionId(0x0100000000000007));
  EXPECT_EQ(tree.highest_session(ServerId(2)), SessionId(0x0200000000000009));
  EXPECT_EQ(tree.highest_session(ServerId(3)), SessionId());
}

}  // namespace
}  // namespace logquake::zookeeper
