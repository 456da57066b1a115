#include "sim/faults/clock_faults.h"

#include <gtest/gtest.h>

#include "sim/injector.h"
#include "sim/simulation.h"

namespace logquake::sim {
namespace {

struct World {
  explicit World(const Program& program = [](Node& self) { self.sleep_for(1000h); }) {
    simulation.add_node("a-1", program);
  }
  Node& node() { return simulation.node("a-1"); }
  void strike(const Fault& fault) { simulation.injector().strike(fault, {}); }
  void heal() { simulation.injector().heal_all({}); }
  void run(Duration duration) { (void)simulation.run_for(duration); }
  // How far the wall clock is from the true time.
  Duration off() {
    return node().wall_clock() - (simulation.options().start + simulation.now().time_since_epoch());
  }
  Simulation simulation;
};

TEST(ClockStep, StaysUnlessItHasADuration) {
  World world;
  world.strike(ClockStep{"a-1", -3s});
  world.strike(ClockStep{"a-1", 10s, 5s});
  EXPECT_EQ(world.off(), 7s);
  world.run(5s);
  EXPECT_EQ(world.off(), -3s);

  world.heal();
  EXPECT_EQ(world.off(), -3s);
}

TEST(ClockOffset, SetsTheClockWhereverItWas) {
  World world;
  world.strike(ClockStep{"a-1", 7s});
  world.strike(ClockOffset{"a-1", -2s});
  EXPECT_EQ(world.off(), -2s);
  world.run(1h);
  EXPECT_EQ(world.off(), -2s);

  world.heal();
  EXPECT_EQ(world.off(), 7s);
}

TEST(ClockOffset, OfTwoThatOverlapNeitherEndsTheOther) {
  World world;
  world.strike(ClockOffset{"a-1", 2s, 10s});
  world.strike(ClockOffset{"a-1", 5s, 1s});
  EXPECT_EQ(world.off(), 5s);
  world.run(1s);
  EXPECT_EQ(world.off(), 2s);
  world.run(9s);
  EXPECT_EQ(world.off(), 0s);
}

TEST(ClockSmear, MovesTheClockEvenlyInBothDirections) {
  for (const Duration by : {Duration(2s), Duration(-2s)}) {
    World world;
    world.strike(ClockSmear{"a-1", by, 100s});
    EXPECT_EQ(world.off(), 0s);
    world.run(25s);
    EXPECT_EQ(world.off(), by / 4);
    world.run(25s);
    EXPECT_EQ(world.off(), by / 2);
    world.run(1000s);
    EXPECT_EQ(world.off(), by);

    world.heal();
    EXPECT_EQ(world.off(), 0s);
  }
}

TEST(ClockSmear, HealsInTheMiddleOfItsWay) {
  World world;
  world.strike(ClockSmear{"a-1", 1s, 100s, 50s});
  world.strike(ClockSmear{"a-1", 1s, 200s});
  world.run(49s);
  EXPECT_EQ(world.off(), 490ms + 245ms);
  world.run(1s);
  EXPECT_EQ(world.off(), 250ms);
}

TEST(ClockDrift, OfTwoThatOverlapNeitherEndsTheOther) {
  World world;
  world.strike(ClockDrift{"a-1", 100});
  world.strike(ClockDrift{"a-1", -500, 1000s});
  world.run(1000s);
  EXPECT_EQ(world.off(), -500ms);
  world.run(1000s);
  EXPECT_EQ(world.off(), -400ms);

  world.heal();
  world.run(1000s);
  EXPECT_EQ(world.off(), -400ms);  // it drifts no more; what it lost stays lost
}

TEST(ClockDrift, EndsInWhatTheNodeDriftsByItself) {
  Simulation simulation;
  Node& node =
      simulation.add_node("a-1", [](Node& self) { self.sleep_for(1000h); }, {.drift_ppm = 20});
  simulation.injector().strike(ClockDrift{"a-1", 500, 1s}, {});
  EXPECT_EQ(node.clock().drift(), 500);
  (void)simulation.run_for(1s);
  EXPECT_EQ(node.clock().drift(), 20);
}

// When a sleep of 1,000 s on the machine's own clock ends, by the true time and by its own.
struct Slept {
  Instant end;
  Duration own{};
};
Slept sleep_while(const std::function<void(World&)>& faults) {
  Slept slept;
  World* there = nullptr;
  World world([&](Node& self) {
    const Instant begin = self.now();
    self.sleep_for(1000s);
    slept = {there->simulation.now(), self.now() - begin};
    self.sleep_for(1000h);
  });
  there = &world;
  world.run(500s);
  faults(world);
  world.run(2000s);
  return slept;
}

TEST(ClockDrift, TimersThatRunAlreadyFollowTheClock) {
  const auto slow = sleep_while([](World& world) { world.strike(ClockDrift{"a-1", -500'000}); });
  EXPECT_GE(slow.own, 1000s);
  EXPECT_LE(slow.own, 1000s + 2ns);
  EXPECT_EQ(slow.end.time_since_epoch() / 1s, 1500);

  const auto fast = sleep_while([](World& world) { world.strike(ClockDrift{"a-1", 250'000}); });
  EXPECT_GE(fast.own, 1000s);
  EXPECT_LE(fast.own, 1000s + 2ns);
  EXPECT_EQ(fast.end.time_since_epoch() / 1s, 900);
}

TEST(ClockDrift, TimersFeelNeitherStepsNorShifts) {
  const auto slept = sleep_while([](World& world) {
    world.strike(ClockStep{"a-1", 1h});
    world.strike(ClockOffset{"a-1", -1h});
    world.strike(ClockSmear{"a-1", 10s, 100s});
  });
  EXPECT_EQ(slept.own, 1000s);
  EXPECT_EQ(slept.end.time_since_epoch(), 1000s);
}

}  // namespace
}  // namespace logquake::sim
