#include "models/connect/assignment.h"

#include <gtest/gtest.h>

namespace logquake::connect {
namespace {

struct World {
  ConfigFold fold;
  Running running;

  void connector(const std::string& name, const std::string& tag) {
    fold.apply(config_record::connector_key(name), config_record::properties_value({{"tag", tag}}));
  }
  void tasks(const std::string& name, const std::vector<std::string>& tags) {
    int id = 0;
    for (const auto& tag : tags) {
      fold.apply(config_record::task_key({name, id++}),
                 config_record::properties_value({{"tag", tag}}));
    }
    fold.apply(config_record::commit_key(name), config_record::commit_value(id));
  }
  /// Tells the plan and carries it out.
  std::string settle() {
    const auto plan = plan_assignment(fold, running);
    std::string out;
    for (const auto& id : plan.stop_tasks) {
      out += "-" + to_string(id) + " ";
      running.tasks.erase(id);
    }
    for (const auto& name : plan.stop_connectors) {
      out += "-" + name + " ";
      running.connectors.erase(name);
    }
    for (const auto& name : plan.start_connectors) {
      out += "+" + name + " ";
      running.connectors[name] = *fold.connector_config(name);
    }
    for (const auto& id : plan.start_tasks) {
      out += "+" + to_string(id) + " ";
      running.tasks[id] = *fold.task_config(id);
    }
    return out;
  }
};

TEST(Assignment, StartsWhatIsConfiguredAndThenNothing) {
  World world;
  world.connector("c", "1");
  world.tasks("c", {"a", "b"});

  EXPECT_EQ(world.settle(), "+c +c-0 +c-1 ");
  EXPECT_EQ(world.settle(), "");
}

// C-HRD-3.
TEST(Assignment, RestartsInPlaceWhatChangedAndNothingElse) {
  World world;
  world.connector("c", "1");
  world.tasks("c", {"a", "b"});
  world.settle();

  world.connector("c", "2");
  EXPECT_EQ(world.settle(), "-c +c ");
  world.tasks("c", {"a", "x"});
  EXPECT_EQ(world.settle(), "-c-1 +c-1 ");
  world.tasks("c", {"a"});
  EXPECT_EQ(world.settle(), "-c-1 ");
}

// C-INV-34, C-CFG-6.
TEST(Assignment, StopsWhatIsDeletedStoppedOrInconsistent) {
  World world;
  world.connector("c", "1");
  world.tasks("c", {"a"});
  world.settle();

  world.fold.apply("commit-c", R"({"tasks":2})");
  EXPECT_EQ(world.settle(), "-c-0 ");
  world.tasks("c", {"a"});
  EXPECT_EQ(world.settle(), "+c-0 ");
  world.fold.apply("target-state-c", config_record::target_state_value(TargetState::stopped));
  EXPECT_EQ(world.settle(), "-c-0 -c ");
  world.fold.apply("target-state-c", config_record::target_state_value(TargetState::paused));
  EXPECT_EQ(world.settle(), "+c +c-0 ");
  world.fold.apply("connector-c", std::nullopt);
  EXPECT_EQ(world.settle(), "-c-0 -c ");
}

}  // namespace
}  // namespace logquake::connect
