#include "models/quorum/tree/container_manager.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "models/quorum/tree/rules_harness.h"
#include "sim/base/format.h"

namespace logquake::zookeeper {
namespace {

using testing::Rules;
using Paths = std::vector<std::string>;

Rules with_extended_types() {
  PreparerSettings settings;
  settings.extended_types = true;
  return Rules(settings);
}

TEST(ContainerManager, TakesContainersThatHaveBecomeEmpty) {  // Z-DM-15
  Rules rules;
  for (const auto* path : {"/fresh", "/used", "/held"})
    rules.run(create_op(path, "", CreateMode::container));
  rules.run(create_op("/plain", ""));
  for (const auto* path : {"/used/c", "/held/c", "/plain/c"}) rules.run(create_op(path, ""));
  rules.run(remove_op("/used/c"));
  rules.run(remove_op("/plain/c"));

  EXPECT_EQ(deletion_candidates(rules.tree, 0), Paths{"/used"});
}

TEST(ContainerManager, TakesNodesWhoseTimeIsOver) {  // Z-DM-16
  auto rules = with_extended_types();
  rules.caller.time = 1000;
  for (const auto* path : {"/a", "/b", "/c"}) rules.run(create_ttl_op(path, "", 50));
  rules.run(create_op("/b/child", ""));
  rules.caller.time = 1040;
  rules.run(set_op("/c", "renewed"));

  EXPECT_EQ(deletion_candidates(rules.tree, 1050), Paths{});
  EXPECT_EQ(deletion_candidates(rules.tree, 1051), Paths{"/a"});
  EXPECT_EQ(deletion_candidates(rules.tree, 1091), (Paths{"/a", "/c"}));
  rules.run(remove_op("/b/child"));
  EXPECT_EQ(deletion_candidates(rules.tree, 1051), (Paths{"/a", "/b"}));  // its mtime did not move
}

TEST(ContainerManager, TakesNoMoreThanItMayInAMinute) {  // Z-DM-15
  auto rules = with_extended_types();
  for (int i = 0; i < 5; ++i) rules.run(create_ttl_op(format("/{}", i), "", 1));

  EXPECT_EQ(deletion_candidates(rules.tree, 1'000'000).size(), 5u);
  EXPECT_EQ(deletion_candidates(rules.tree, 1'000'000, 3), (Paths{"/0", "/1", "/2"}));
  EXPECT_EQ(most_deletions_of_a_check, 10'000u);
}

TEST(ContainerManager, AsksForEachDeletionAndMayBeRefused) {  // Z-DM-15, Z-DM-18, Z-ER-7
  auto rules = with_extended_types();
  rules.run(create_op("/used", "", CreateMode::container));
  rules.run(create_op("/used/c", ""));
  rules.run(create_ttl_op("/old", "", 1));
  rules.run(create_op("/plain", ""));
  const auto code = [&](std::string path) {
    auto request = delete_container_request(std::move(path));
    return rules.apply(rules.preparer.prepare(rules.caller, request)).results.front().error;
  };

  EXPECT_EQ(code("/old"), ErrorCode::bad_arguments);  // Z-OBS-101: a client must not
  rules.caller = {};
  const auto before = rules.tree.last_zxid();
  EXPECT_EQ(code("/used"), ErrorCode::not_empty);
  EXPECT_EQ(code("/none"), ErrorCode::no_node);
  EXPECT_EQ(code("/plain"), ErrorCode::bad_version);
  EXPECT_EQ(rules.tree.last_zxid(), before + 3);
  EXPECT_EQ(code("/old"), ErrorCode::ok);
}

}  // namespace
}  // namespace logquake::zookeeper
