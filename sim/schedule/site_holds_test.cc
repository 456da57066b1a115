// The fault `hold`: who comes to a yield site stays there until it ends.
#include "sim/schedule/site_holds.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/injector.h"
#include "sim/simulation.h"
#include "sim/trace/recorder.h"

namespace logquake::sim {
namespace {

constexpr YieldSite site{"test.before-step"};

struct Stepped {
  static constexpr std::string_view kind = "test.stepped";
  static constexpr Level level = Level::info;
  std::string node;
  std::string task;
  std::int64_t number = 0;
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("task", task);
    io("number", number);
  }
};

// Tasks "left" and "right" of nodes a-1 and b-1 step once a second.
struct World {
  World() : recorder(simulation.trace(), Level::info) {
    for (const char* name : {"a-1", "b-1"}) {
      simulation.add_node(name, [](Node& node) {
        for (const std::string task : {"left", "right"}) {
          node.spawn(task, [&node, task] {
            for (std::int64_t number = 1;; ++number) {
              node.sleep_for(1s);
              node.yield(site);
              node.record(Stepped{node.name(), task, number});
            }
          });
        }
        node.sleep_for(1h);
      });
    }
  }
  // "a-1/left" and the like: the steps in [from, to), in seconds, each once.
  std::vector<std::string> steps(int from, int to) const {
    std::vector<std::string> steps;
    for (const auto& fact : recorder.facts()) {
      const auto second = (fact.at - Instant{}) / 1s;
      if (fact.kind != "test.stepped" || second < from || second >= to) continue;
      steps.push_back(fact.fields_line);
    }
    return steps;
  }
  std::int64_t count(const std::string& line, int from, int to) const {
    std::int64_t count = 0;
    for (const auto& step : steps(from, to)) count += step.starts_with(line) ? 1 : 0;
    return count;
  }
  std::vector<std::string> told(std::string_view kind) const {
    std::vector<std::string> told;
    for (const auto& fact : recorder.facts()) {
      if (fact.kind == kind) told.push_back(to_text(fact.at) + " " + fact.sentence);
    }
    return told;
  }
  void arm(Hold hold, Duration at = 2500ms) {
    simulation.injector().arm({{{AtInstant{at}, std::move(hold)}}});
  }
  Simulation simulation;
  Recorder recorder;
};

TEST(Hold, KeepsOneTaskOfOneNodeForItsDuration) {
  World world;
  world.arm({.site = "test.before-step", .node = "a-1", .task = "left", .duration = 5s});
  (void)world.simulation.run_for(10s);

  EXPECT_EQ(world.count("node=a-1 task=left", 3, 7), 0);
  EXPECT_EQ(world.count("node=a-1 task=right", 3, 7), 4);
  EXPECT_EQ(world.count("node=b-1 task=left", 3, 7), 4);
  EXPECT_EQ(world.count("node=a-1 task=left", 7, 10), 3) << "it goes on at 7.5 s";
  EXPECT_EQ(world.told("task.held"),
            std::vector<std::string>{"3.000000s left on a-1 is held at test.before-step"});
  EXPECT_EQ(world.told("task.released"),
            std::vector<std::string>{"7.500000s left on a-1 goes on from test.before-step"});
  EXPECT_EQ(world.told("fault.struck"),
            std::vector<std::string>{
                "2.500000s a-1 is held at test.before-step in its task left for 5s"});
}

TEST(Hold, EndsWithTheFactThatMatches) {
  World world;
  world.arm({.site = "test.before-step",
             .node = "a-1",
             .until = {"test.stepped", {{"node", "b-1"}, {"number", "6"}}}});
  (void)world.simulation.run_for(10s);

  EXPECT_EQ(world.count("node=a-1", 3, 6), 0);
  EXPECT_EQ(world.count("node=a-1", 6, 10), 2 * 4);
  const auto healed = world.told("fault.healed");
  ASSERT_EQ(healed.size(), 1U);
  EXPECT_EQ(healed.front(), "6.000000s the hold at test.before-step is over");
}

TEST(Hold, MeansEverybodyAndLastsUntilHealed) {
  World world;
  world.arm({.site = "test.before-step"});
  (void)world.simulation.run_for(10s);
  EXPECT_EQ(world.steps(3, 10), std::vector<std::string>{});
  world.simulation.injector().heal_all({});
  (void)world.simulation.run_for(1500ms);

  EXPECT_EQ(world.steps(10, 11).size(), 4U);
}

TEST(Hold, IsNotEndedByAnotherThatEndsEarlier) {
  World world;
  world.simulation.injector().arm(
      {{{AtInstant{2500ms}, Hold{.site = "test.before-step", .node = "a-1", .duration = 6s}},
        {AtInstant{2500ms}, Hold{.site = "test.before-step", .duration = 1s}},
        {AtInstant{3500ms}, Hold{.site = "test.before-step", .node = "a-1", .duration = 1s}}}});
  (void)world.simulation.run_for(10s);

  EXPECT_EQ(world.count("node=a-1", 3, 8), 0);
  EXPECT_GT(world.count("node=a-1", 8, 10), 0);
  EXPECT_GT(world.count("node=b-1", 3, 5), 0);
}

TEST(Hold, LetsWhomItKeepsDie) {
  World world;
  world.arm({.site = "test.before-step", .node = "a-1", .duration = 1h});
  (void)world.simulation.run_for(5s);
  world.simulation.crash_process(world.simulation.node("a-1").id());
  world.simulation.restart(world.simulation.node("a-1").id());
  (void)world.simulation.run_for(5s);

  EXPECT_EQ(world.told("task.held").size(), 4U) << "two in each life";
}

TEST(Hold, MakesTheRaceThatFifoNeverHas) {
  Simulation simulation;
  int balance = 1;
  simulation.add_node("bank-1", [&](Node& node) {
    for (const char* name : {"one", "two"}) {
      node.spawn(name, [&] {
        node.sleep_for(1ms);
        if (balance < 1) return;
        node.yield(site);
        --balance;
      });
    }
    node.sleep_for(1h);
  });
  simulation.injector().arm(
      {{{AtInstant{}, Hold{.site = "test.before-step", .task = "one", .duration = 1s}}}});
  (void)simulation.run_for(2s);

  EXPECT_EQ(balance, -1);
}

TEST(Hold, ReadsAsASentence) {
  EXPECT_EQ(sentence_of(Fault(Hold{.site = "isr.before-write", .duration = 2s})),
            "tasks are held at isr.before-write for 2s");
  EXPECT_EQ(sentence_of(Fault(Hold{.site = "isr.before-write",
                                   .node = "broker-1",
                                   .until = {"broker.isr-shrank", {{"partition", "orders-0"}}}})),
            "broker-1 is held at isr.before-write until broker.isr-shrank of partition=orders-0");
}

}  // namespace
}  // namespace logquake::sim
