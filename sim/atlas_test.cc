#include "sim/atlas.h"

#include <gtest/gtest.h>

#include "sim/injector.h"
#include "sim/simulation.h"
#include "sim/trace/recorder.h"

namespace logquake::sim {
namespace {

// Holds a page of cold data.
void keeper(Node& self) {
  auto file = self.disk().open("data", Open::create);
  EXPECT_TRUE(file->append(view_of(std::string(4096, 'd'))).ok());
  EXPECT_TRUE(file->sync().ok());
  self.sleep_for(1h);
}

struct World {
  explicit World(int nodes, bool unrestricted = false)
      : simulation(options_for(unrestricted)), recorder(simulation.trace(), Level::info) {
    for (int number = 1; number <= nodes; ++number)
      simulation.add_node("store-" + std::to_string(number), keeper);
    simulation.add_node("other-1", keeper);
    (void)simulation.run_for(1s);
  }
  static Options options_for(bool unrestricted) {
    Options options;
    options.unrestricted = unrestricted;
    return options;
  }
  bool may_damage(int number) {
    return simulation.injector().atlas().refusal(node(number).id()).empty();
  }
  Node& node(int number) { return simulation.node("store-" + std::to_string(number)); }
  void strike(const Fault& fault) { simulation.injector().strike(fault, {}); }
  std::vector<std::string> misses() const {
    std::vector<std::string> told;
    for (const auto& fact : recorder.facts()) {
      if (fact.kind == "fault.missed") told.push_back(fact.sentence);
    }
    return told;
  }
  Simulation simulation;
  Recorder recorder;
};

TEST(Atlas, LetsAMinorityBeDamagedAtOnce) {
  World world(5);
  world.strike(BitRot{"store-1"});
  world.strike(WipeDisk{"store-2"});

  EXPECT_FALSE(world.may_damage(3));
  EXPECT_TRUE(world.may_damage(1)) << "what is damaged may be damaged more";
  EXPECT_EQ(world.simulation.injector().atlas().refusal(world.node(3).id()),
            "the atlas lets at most 2 of 5 \"store\" be damaged at once, and store-1, store-2 are");
}

TEST(Atlas, KeepsTheOnlyCopy) {
  World world(2);
  EXPECT_FALSE(world.may_damage(1));
  EXPECT_EQ(world.simulation.injector().atlas().refusal(world.node(1).id()),
            "the atlas lets at most 0 of 2 \"store\" be damaged at once, and none is");
}

TEST(Atlas, TellsWhatItRefusesAndOnlyThat) {
  World world(3);
  world.strike(LostWrite{"all store"});
  EXPECT_EQ(world.misses().size(), 2u);
  EXPECT_TRUE(world.node(1).disk().is_damaged());
  EXPECT_FALSE(world.node(2).disk().is_damaged());
}

TEST(Atlas, AStepThatItRefusesHasNotStruck) {
  World world(3);
  world.simulation.injector().arm(
      {{{AtInstant{1s}, LostWrite{"store-1"}}, {AtInstant{2s}, MisdirectedWrite{"store-2"}}}});
  (void)world.simulation.run_for(3s);

  EXPECT_EQ(world.simulation.injector().struck().size(), 1u);
  EXPECT_EQ(world.misses(),
            std::vector<std::string>{
                "a fault misses: a page of the next sync of store-2 lands on another (the atlas "
                "lets at most 1 of 3 \"store\" be damaged at once, and store-1 is)"});
}

TEST(Atlas, CountsNobodyWhoseDamageHasHealed) {
  World world(3);
  world.strike(BitRot{"store-1", 1, {}, 1s});
  EXPECT_FALSE(world.may_damage(2));
  (void)world.simulation.run_for(2s);

  EXPECT_TRUE(world.may_damage(2));
}

TEST(Atlas, CountsNobodyWhoHasWrittenTheDamagedPageAnew) {
  World world(3);
  bool synced = false;
  world.strike(BitRot{"store-1"});
  auto file = world.node(1).disk().open("data", Open::existing);
  ASSERT_TRUE(file->write(0, view_of(std::string(4096, 'n'))).ok());
  EXPECT_FALSE(world.may_damage(2)) << "after a power loss the bit would be back";
  world.simulation.node("other-1").spawn("syncs for it", [&] {
    EXPECT_TRUE(file->sync().ok());
    synced = true;
  });
  (void)world.simulation.run_for(1s);

  ASSERT_TRUE(synced);
  EXPECT_TRUE(world.may_damage(2));
}

TEST(Atlas, CountsAWipedNodeUntilItSaysThatItHasCaughtUp) {
  World world(3);
  world.strike(WipeDisk{"store-1"});
  world.simulation.injector().heal_all({});
  (void)world.simulation.run_for(1s);
  EXPECT_FALSE(world.may_damage(2));

  world.node(1).disk().declare_repaired();
  EXPECT_TRUE(world.may_damage(2));
}

TEST(Atlas, AllowsWhatItIsToldForAGroup) {
  World world(3);
  world.simulation.injector().atlas().allow("store", 2);
  world.strike(WipeDisk{"store-1"});
  EXPECT_TRUE(world.may_damage(2));
  world.strike(WipeDisk{"store-2"});
  EXPECT_FALSE(world.may_damage(3));
}

TEST(Atlas, RefusesNothingWhenUnrestricted) {
  World world(3, true);
  world.strike(WipeDisk{"all store"});
  EXPECT_TRUE(world.misses().empty());
  for (int number = 1; number <= 3; ++number) EXPECT_TRUE(world.node(number).disk().is_damaged());
}

}  // namespace
}  // namespace logquake::sim
