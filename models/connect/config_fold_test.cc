#include "models/connect/config_fold.h"

#include <gtest/gtest.h>

namespace logquake::connect {
namespace {

using Kind = ConfigChange::Kind;

/// Writes records as a worker does and keeps the log for folding again.
struct Topic {
  ConfigFold fold;
  std::vector<std::pair<std::string, std::optional<std::string>>> log;

  Kind put(std::string key, std::optional<std::string> value) {
    log.emplace_back(key, value);
    return fold.apply(key, value ? std::optional<std::string_view>(*value) : std::nullopt).kind;
  }
  Kind connector(const std::string& name) {
    return put(config_record::connector_key(name),
               config_record::properties_value({{"name", name}}));
  }
  void task(const std::string& name, int id, const std::string& tag) {
    put(config_record::task_key({name, id}), config_record::properties_value({{"tag", tag}}));
  }
  Kind commit(const std::string& name, int count) {
    return put(config_record::commit_key(name), config_record::commit_value(count));
  }
  std::string tag(const std::string& name, int id) const {
    const auto* config = fold.task_config({name, id});
    return config == nullptr ? "none" : config->at("tag");
  }
  ConfigFold fold_without(std::size_t removed) const {
    ConfigFold other;
    for (std::size_t i = 0; i < log.size(); ++i) {
      if (i == removed) continue;
      other.apply(log[i].first,
                  log[i].second ? std::optional<std::string_view>(*log[i].second) : std::nullopt);
    }
    return other;
  }
};

// C-CFG-2.
TEST(ConfigRecord, SpellsValuesAsTheRealTopicHasThem) {
  EXPECT_EQ(config_record::properties_value({{"name", "a"}, {"tasks.max", "1"}}),
            R"({"properties":{"name":"a","tasks.max":"1"}})");
  EXPECT_EQ(config_record::commit_value(2), R"({"tasks":2})");
  EXPECT_EQ(config_record::target_state_value(TargetState::stopped),
            R"({"state":"PAUSED","state.v2":"STOPPED"})");
  EXPECT_EQ(config_record::restart_value(true, false),
            R"({"include-tasks":true,"only-failed":false})");
  EXPECT_EQ(config_record::task_key({"my-sink", 3}), "task-my-sink-3");
}

// C-GLD-13.
TEST(ConfigFold, KeepsTheLastCommittedPairUntilTheNextCommit) {
  Topic topic;
  topic.connector("c");
  topic.task("c", 0, "old");
  topic.task("c", 1, "old");
  topic.commit("c", 2);

  topic.task("c", 0, "new");
  EXPECT_EQ(topic.tag("c", 0), "old");

  topic.task("c", 1, "new");
  topic.commit("c", 2);
  EXPECT_EQ(topic.tag("c", 0), "new");
  EXPECT_EQ(topic.tag("c", 1), "new");
  EXPECT_EQ(topic.fold.task_config_generation("c"), 1);
}

// C-GLD-14.
TEST(ConfigFold, IsInconsistentWhenCompactionTookATaskConfigBeforeItsCommit) {
  Topic topic;
  topic.connector("c");
  topic.task("c", 0, "old");
  topic.task("c", 1, "old");
  topic.commit("c", 2);
  topic.task("c", 0, "new");

  const ConfigFold compacted = topic.fold_without(1);

  EXPECT_TRUE(compacted.is_inconsistent("c"));
  EXPECT_EQ(compacted.task_count("c"), 2);
  EXPECT_TRUE(compacted.tasks("c").empty());
}

// C-CFG-4.
TEST(ConfigFold, ForgetsAConnectorAtItsTombstone) {
  Topic topic;
  topic.connector("c");
  topic.task("c", 0, "x");
  topic.commit("c", 1);

  EXPECT_EQ(topic.put("connector-c", std::nullopt), Kind::connector_removed);

  EXPECT_FALSE(topic.fold.contains("c"));
  EXPECT_TRUE(topic.fold.tasks("c").empty());
  EXPECT_EQ(topic.tag("c", 0), "none");
}

// C-CFG-14.
TEST(ConfigFold, MayShowOldTasksOfARecreatedNameAfterCompaction) {
  Topic topic;
  topic.connector("c");                    // 0
  topic.task("c", 0, "old");               // 1
  topic.commit("c", 1);                    // 2
  topic.put("connector-c", std::nullopt);  // 3, superseded by the next
  topic.connector("c");                    // 4

  EXPECT_TRUE(topic.fold.tasks("c").empty());
  EXPECT_EQ(topic.fold_without(3).tasks("c").size(), 1U);
}

// C-CFG-5.
TEST(ConfigFold, StartsUnlessToldOtherwise) {
  Topic topic;
  topic.put("target-state-c", config_record::target_state_value(TargetState::paused));
  topic.connector("c");
  EXPECT_EQ(topic.fold.target_state("c"), TargetState::paused);

  EXPECT_EQ(topic.put("target-state-c", std::nullopt), Kind::target_state);
  EXPECT_EQ(topic.fold.target_state("c"), TargetState::started);
  EXPECT_EQ(topic.fold.target_state("never-seen"), TargetState::started);

  topic.put("target-state-c", R"({"state":"PAUSED","state.v2":"STOPPED"})");
  EXPECT_EQ(topic.fold.target_state("c"), TargetState::stopped);
}

// C-CFG-8.
TEST(ConfigFold, TakesTheLastPartOfATaskKeyAsItsNumber) {
  Topic topic;
  topic.connector("my-sink-2");
  topic.task("my-sink-2", 0, "x");
  topic.commit("my-sink-2", 1);

  EXPECT_EQ(topic.tag("my-sink-2", 0), "x");
}

// C-CFG-10, C-CFG-7.
TEST(ConfigFold, AllowsZeroTasksAndCountsOnlyCommitsWithRecords) {
  Topic topic;
  topic.connector("c");
  topic.commit("c", 0);

  EXPECT_TRUE(topic.fold.tasks("c").empty());
  EXPECT_FALSE(topic.fold.is_inconsistent("c"));
  EXPECT_EQ(topic.fold.task_config_generation("c"), std::nullopt);
  EXPECT_TRUE(topic.fold.is_pending_fencing("c"));
  topic.put("tasks-fencing-c", R"({"task-count":1})");
  EXPECT_FALSE(topic.fold.is_pending_fencing("c"));
}

// C-CFG-15.
TEST(ConfigFold, StoresTasksBeyondTheCountWithoutListingThem) {
  Topic topic;
  topic.connector("c");
  topic.task("c", 0, "x");
  topic.task("c", 1, "y");
  topic.commit("c", 1);

  EXPECT_EQ(topic.fold.tasks("c").size(), 1U);
  EXPECT_EQ(topic.tag("c", 1), "y");
}

// C-CFG-6: the buffer is cleared either way.
TEST(ConfigFold, ClearsTheBufferAlsoAtAFailedCommit) {
  Topic topic;
  topic.connector("c");
  topic.task("c", 1, "x");
  topic.commit("c", 2);
  topic.task("c", 0, "x");
  topic.commit("c", 2);

  EXPECT_TRUE(topic.fold.is_inconsistent("c"));
}

TEST(ConfigFold, IgnoresWhatItDoesNotKnow) {
  ConfigFold fold;

  EXPECT_EQ(fold.apply("session-key", R"({"key":"x"})").kind, Kind::none);
  EXPECT_EQ(fold.apply("connector-c", "not json").kind, Kind::none);
  EXPECT_EQ(fold.apply("connector-c", R"({"properties":7})").kind, Kind::none);
  EXPECT_EQ(fold.apply("task-c-x", R"({"properties":{}})").kind, Kind::none);
  EXPECT_EQ(fold.apply("commit-c", R"({"tasks":-1})").kind, Kind::none);
  EXPECT_TRUE(fold.connectors().empty());
}

// C-INV-30.
TEST(ConfigFold, IsEqualForEqualRecords) {
  Topic topic;
  topic.connector("b");
  topic.connector("a");
  topic.task("a", 0, "x");
  topic.commit("a", 1);

  EXPECT_EQ(topic.fold.digest(), topic.fold_without(topic.log.size()).digest());
  EXPECT_EQ(topic.fold.digest(),
            "connector a {name=a} target STARTED tasks 1\n  task a-0 {tag=x}\n"
            "connector b {name=b} target STARTED tasks 0\n");
}

}  // namespace
}  // namespace logquake::connect
