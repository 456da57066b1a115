#include "sim/injector.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "sim/base/format.h"
#include "sim/simulation.h"
#include "sim/trace/recorder.h"

namespace logquake::sim {
namespace {

struct Ticked {
  static constexpr std::string_view kind = "test.ticked";
  static constexpr Level level = Level::info;
  std::string who;
  template <class Io>
  void io(Io& io) {
    io("who", who);
  }
};

void ticker(Node& node) {
  for (;;) {
    node.sleep_for(1s);
    node.record(Ticked{node.name()});
  }
}

struct World {
  explicit World(std::uint64_t seed = 1)
      : simulation(options_for(seed)), recorder(simulation.trace(), Level::info) {
    for (const char* name : {"broker-1", "broker-2", "broker-3"}) {
      simulation.add_node(name, ticker, {.restarts_itself = false});
    }
  }
  static Options options_for(std::uint64_t seed) {
    Options options;
    options.seed = seed;
    return options;
  }
  std::vector<std::string> told(std::string_view kind) const {
    std::vector<std::string> told;
    for (const auto& fact : recorder.facts()) {
      if (fact.kind == kind) told.push_back(to_text(fact.at) + " " + fact.sentence);
    }
    return told;
  }
  Simulation simulation;
  Recorder recorder;
};

TEST(Injector, StrikesAtAnInstant) {
  World world;
  world.simulation.injector().arm({{{AtInstant{2500ms}, ProcessCrash{"broker-2"}}}});
  (void)world.simulation.run_for(5s);

  EXPECT_EQ(world.told("fault.struck"),
            std::vector<std::string>{"2.500000s the process on broker-2 crashes"});
  EXPECT_EQ(world.simulation.state_of(world.simulation.node("broker-2").id()),
            Simulation::NodeState::down);
}

TEST(Injector, StrikesOnTheNthFactThatMatches) {
  World world;
  world.simulation.injector().arm(
      {{{OnFact{.kind = "test.ticked", .where = {{"who", "broker-2"}}, .occurrence = 3},
         PowerLoss{"broker-1"}}}});
  (void)world.simulation.run_for(5s);

  EXPECT_EQ(world.told("fault.struck"), std::vector<std::string>{"3.000000s broker-1 loses power"});
}

TEST(Injector, StrikesAfterAnotherStepAndFindsTheCrashed) {
  World world;
  world.simulation.injector().arm({{{AtInstant{1500ms}, ProcessCrash{"broker-3"}},
                                    {AfterStep{.step = 0, .delay = 2s}, Restart{"crashed"}}}});
  (void)world.simulation.run_for(5s);

  EXPECT_EQ(world.told("fault.struck"),
            (std::vector<std::string>{"1.500000s the process on broker-3 crashes",
                                      "3.500000s broker-3 is started"}));
  EXPECT_EQ(world.simulation.state_of(world.simulation.node("broker-3").id()),
            Simulation::NodeState::up);
}

TEST(Injector, ARoleThatNobodyHasIsAMiss) {
  World world;
  world.simulation.injector().add_role("controller",
                                       [](std::string_view) { return std::vector<NodeId>{}; });
  world.simulation.injector().arm({{{AtInstant{1s}, ProcessCrash{"controller"}}}});
  (void)world.simulation.run_for(2s);

  EXPECT_TRUE(world.told("fault.struck").empty());
  EXPECT_EQ(world.told("fault.missed"),
            std::vector<std::string>{
                "1.000000s a fault misses: the process on controller crashes (nobody is "
                "\"controller\" now)"});
}

TEST(Injector, AnyIsAKeyedChoiceAmongThoseThatAreUp) {
  std::set<std::string> struck;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    World world(seed);
    world.simulation.injector().arm({{{AtInstant{1s}, ProcessCrash{"any broker"}},
                                      {AtInstant{2s}, ProcessCrash{"any broker"}},
                                      {AtInstant{3s}, ProcessCrash{"any broker"}}}});
    (void)world.simulation.run_for(4s);
    EXPECT_EQ(world.told("node.crashed").size(), 3u);  // each time another, so all three
    struck.insert(world.told("fault.struck").front());
  }
  EXPECT_EQ(struck.size(), 3u);
}

TEST(Injector, AProbabilityIsSettledBySeedBeforeTheRun) {
  int struck = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    World world(seed);
    world.simulation.injector().arm({{{AtInstant{1s}, ProcessCrash{"broker-1"}, Ratio{1, 4}}}});
    (void)world.simulation.run_for(2s);
    struck += static_cast<int>(world.told("fault.struck").size());
  }
  EXPECT_GT(struck, 25);
  EXPECT_LT(struck, 80);
}

TEST(Injector, WhichMatchStrikesIsDrawnBeforeTheRun) {
  const OnFact each{"test.ticked", {{"who", "broker-2"}}, 0, Ratio{1, 4}};
  std::map<int, int> occurrences;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    FaultPlan plan{{{each, ProcessCrash{"broker-1"}}, {each, ProcessCrash{"broker-3"}}}};
    settle_occurrences(plan, seed);
    ++occurrences[std::get<OnFact>(plan.steps[0].when).occurrence];
  }
  EXPECT_EQ(occurrences.count(0), 0U);
  EXPECT_NEAR(occurrences[1], 50, 20);
  EXPECT_NEAR(occurrences[2], 37, 18);
  EXPECT_GT(occurrences.rbegin()->first, 10);

  World world(4);
  world.simulation.injector().arm({{{each, PowerLoss{"broker-1"}}}});
  const auto when = world.simulation.injector().plan().steps[0].when;
  const auto drawn = std::get<OnFact>(when).occurrence;
  (void)world.simulation.run_for(60s);

  ASSERT_EQ(world.told("fault.struck").size(), 1U);
  EXPECT_TRUE(world.told("fault.struck").front().starts_with(format("{}.000000s ", drawn)));
}

TEST(Injector, HealingBringsEverybodyBack) {
  World world;
  world.simulation.injector().arm({{{AtInstant{1s}, PowerLoss{"broker-1"}},
                                    {AtInstant{1s}, Pause{"broker-2"}},
                                    {AtInstant{1s}, Isolate{"broker-3"}}}});
  (void)world.simulation.run_for(2s);
  world.simulation.injector().heal_all({});
  (void)world.simulation.run_for(1s);

  for (const auto id : world.simulation.nodes()) {
    EXPECT_EQ(world.simulation.state_of(id), Simulation::NodeState::up);
  }
}

TEST(Injector, FaultsThatLastEndByThemselves) {
  World world;
  world.simulation.injector().arm({{{AtInstant{1500ms}, Pause{"broker-1", 3s}}}});
  (void)world.simulation.run_for(10s);

  EXPECT_EQ(world.told("node.resumed"), std::vector<std::string>{"4.500000s broker-1 goes on"});
}

TEST(Fault, EveryKindHasAKeyASentenceAndComesBackByItsKey) {
  std::set<std::string_view> keys;
  for (const auto key : fault_keys()) {
    const auto fault = fault_named(key);
    ASSERT_TRUE(fault.has_value()) << key;
    EXPECT_EQ(key_of(*fault), key);
    EXPECT_FALSE(sentence_of(*fault).empty());
    keys.insert(key);
  }
  EXPECT_EQ(keys.size(), std::variant_size_v<Fault>);
  EXPECT_EQ(fault_named("earthquake"), std::nullopt);
}

TEST(Trigger, ReadsAsASentence) {
  EXPECT_EQ(sentence_of(Trigger(AtInstant{30s})), "at 30s");
  EXPECT_EQ(sentence_of(Trigger(OnFact{"broker.isr-shrank", {{"partition", "orders-0"}}, 3})),
            "on the 3rd broker.isr-shrank of partition=orders-0");
  EXPECT_EQ(sentence_of(Trigger(OnFact{"broker.isr-shrank", {}, 0, Ratio{1, 10}})),
            "on any broker.isr-shrank, each with chance 1/10");
  EXPECT_EQ(sentence_of(Trigger(OnFact{"broker.isr-shrank", {}, 2, Ratio{1, 10}})),
            "on the 2nd broker.isr-shrank");
  EXPECT_EQ(sentence_of(Trigger(AfterStep{1, 2s})), "2s after step 1");
}

}  // namespace
}  // namespace logquake::sim
