#include "sim/faults/node_faults.h"

#include <gtest/gtest.h>

#include "sim/injector.h"
#include "sim/schedule/sync.h"
#include "sim/simulation.h"
#include "sim/trace/kernel_facts.h"
#include "sim/trace/recorder.h"

namespace logquake::sim {
namespace {

std::string content(Node& node, std::string_view path) {
  auto file = node.disk().open(path, Open::existing);
  if (!file) return "(no file)";
  return std::string(text_of(*file->read_all()));
}

// Writes three pages of 'a' and syncs them, then writes 'b' over all of them, in its first life.
void writer(Node& self) {
  if (!self.disk().exists("log")) {
    auto file = self.disk().open("log", Open::create);
    EXPECT_TRUE(file->append(view_of(std::string(3 * 4096, 'a'))).ok());
    EXPECT_TRUE(file->sync().ok());
    self.sleep_for(1s);
    EXPECT_TRUE(file->write(0, view_of(std::string(3 * 4096, 'b'))).ok());
    EXPECT_TRUE(self.disk().open("young", Open::create).ok());
  }
  self.sleep_for(1h);
}

struct World {
  explicit World(const Program& program = writer, int nodes = 3, Options options = {})
      : simulation(std::move(options)), recorder(simulation.trace(), Level::info) {
    for (int number = 1; number <= nodes; ++number)
      simulation.add_node("store-" + std::to_string(number), program);
  }
  Node& node(int number) { return simulation.node("store-" + std::to_string(number)); }
  void plan(FaultPlan plan) { simulation.injector().arm(std::move(plan)); }
  void run(Duration duration) {
    const auto stop = simulation.run_for(duration);
    EXPECT_FALSE(stop.is_crash()) << stop.message;
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

TEST(PowerLoss, OfSeveralNodesComesAtOneInstant) {
  World world;
  world.plan({{{AtInstant{2s}, PowerLoss{"store-1", {"store-3"}, PowerFate::lost}}}});
  world.run(3s);

  EXPECT_EQ(world.told("fault.struck"),
            std::vector<std::string>{"2.000000s store-1, store-3 lose power and all unsynced "
                                     "pages"});
  EXPECT_EQ(world.simulation.state_of(world.node(1).id()), Simulation::NodeState::down);
  EXPECT_EQ(world.simulation.state_of(world.node(2).id()), Simulation::NodeState::up);
  EXPECT_EQ(world.simulation.state_of(world.node(3).id()), Simulation::NodeState::down);
  EXPECT_EQ(world.simulation.down_since(world.node(1).id()),
            world.simulation.down_since(world.node(3).id()));
}

// What is left of three synced pages that were written over.
std::string left_by(PowerFate fate, bool& knows_name) {
  World world(writer, 1);
  world.plan({{{AtInstant{2s}, PowerLoss{"store-1", {}, fate}}}});
  world.run(3s);
  knows_name = world.node(1).disk().exists("young");
  return content(world.node(1), "log");
}

TEST(PowerLoss, KeepsOrLosesEveryUnsyncedPageAndName) {
  bool knows_name = false;
  EXPECT_EQ(left_by(PowerFate::kept, knows_name), std::string(3 * 4096, 'b'));
  EXPECT_TRUE(knows_name);
  EXPECT_EQ(left_by(PowerFate::lost, knows_name), std::string(3 * 4096, 'a'));
  EXPECT_FALSE(knows_name);
}

TEST(PowerLoss, TearsEveryPageOrLosesASuffix) {
  bool knows_name = false;
  const auto torn = left_by(PowerFate::torn, knows_name);
  const auto cut = torn.find('a');
  ASSERT_LT(cut, 4096u);
  for (std::size_t page = 0; page < 3; ++page) {
    const auto whole = torn.substr(page * 4096, 4096);
    EXPECT_EQ(whole, std::string(cut, 'b') + std::string(4096 - cut, 'a'));
  }

  const auto suffix = left_by(PowerFate::suffix, knows_name);
  const auto from = std::min(suffix.find('a'), suffix.size());
  EXPECT_EQ(suffix, std::string(from, 'b') + std::string(suffix.size() - from, 'a'));
}

struct Ticked {
  static constexpr std::string_view kind = "test.ticked";
  static constexpr Level level = Level::info;
  std::string who;
  template <class Io>
  void io(Io& io) {
    io("who", who);
  }
  std::string sentence() const { return who; }
};

void ticker(Node& self) {
  for (;;) {
    self.sleep_for(1s);
    self.record(Ticked{self.name()});
  }
}

TEST(SlowCpu, DelaysEveryWakeUpUntilItIsOver) {
  World world(ticker, 1);
  world.plan({{{AtInstant{1500ms}, SlowCpu{"store-1", 250ms, 2s}}}});
  world.run(5500ms);

  EXPECT_EQ(world.told("fault.struck"),
            std::vector<std::string>{"1.500000s the CPU of store-1 is slow: every wake-up comes "
                                     "250ms later for 2s"});
  EXPECT_EQ(world.told("test.ticked"),
            (std::vector<std::string>{"1.000000s store-1", "2.250000s store-1", "3.500000s store-1",
                                      "4.500000s store-1", "5.500000s store-1"}));
}

TEST(SlowCpu, OfTwoThatOverlapNeitherEndsTheOther) {
  World world(ticker, 1);
  world.plan({{{AtInstant{500ms}, SlowCpu{"store-1", 100ms, {}}},
               {AtInstant{1500ms}, SlowCpu{"store-1", 300ms, 1s}}}});
  world.run(4400ms);

  EXPECT_EQ(
      world.told("test.ticked"),
      (std::vector<std::string>{"1.100000s store-1", "2.400000s store-1", "3.500000s store-1"}));

  world.simulation.injector().heal_all({});
  world.run(1100ms);
  EXPECT_EQ(world.told("test.ticked").back(), "5.500000s store-1");  // 4.5 s as if nothing were
  EXPECT_EQ(world.told("test.ticked").size(), 5u);
}

TEST(SlowCpu, AMessageWakesLateAndATimeOutStaysOne) {
  std::vector<std::string> log;
  World world(
      [&log](Node& self) {
        Signal signal(self);
        self.spawn("notifier", [&] {
          self.sleep_for(2s);
          signal.notify_all();
          self.sleep_for(1h);
        });
        const bool first = signal.wait(1900ms);  // runs out before the signal, is seen after it
        log.push_back(std::string(first ? "notified " : "timed out ") + to_text(self.now()));
        self.sleep_for(1h);
      },
      1);
  world.node(1).begin_slow_cpu(200ms);
  world.run(5s);

  // Its start came 200 ms late, its time-out 200 ms after it had run out.
  EXPECT_EQ(log, std::vector<std::string>{"timed out 2.300000s"});
}

TEST(SlowCpu, StaysWithTheMachineAcrossARestartAndAPause) {
  World world(ticker, 1);
  const auto slowness = world.node(1).begin_slow_cpu(100ms);
  world.plan({{{AtInstant{2s}, Restart{"store-1"}}, {AtInstant{4s}, Pause{"store-1", 1s}}}});
  world.run(5500ms);
  world.node(1).end_slow_cpu(slowness);
  world.run(1500ms);

  EXPECT_EQ(world.told("test.ticked"),
            (std::vector<std::string>{"1.200000s store-1", "3.200000s store-1", "5.100000s store-1",
                                      "6.100000s store-1"}));
}

TEST(Pause, OfTwoThatOverlapNeitherEndsTheOther) {
  World world(ticker, 1);
  world.plan({{{AtInstant{1500ms}, Pause{"store-1", 3s}}, {AtInstant{2s}, Pause{"store-1", 1s}}}});
  world.run(6s);

  EXPECT_EQ(world.told("node.paused"), std::vector<std::string>{"1.500000s store-1 freezes"});
  EXPECT_EQ(world.told("node.resumed"), std::vector<std::string>{"4.500000s store-1 goes on"});
}

TEST(Pause, OfAnEarlierLifeEndsNoneOfThisOne) {
  World world(ticker, 1);
  world.plan({{{AtInstant{1s}, Pause{"store-1", 3s}},
               {AtInstant{2s}, Restart{"store-1"}},
               {AtInstant{3s}, Pause{"store-1", 5s}}}});
  world.run(10s);

  EXPECT_EQ(world.told("node.resumed"), std::vector<std::string>{"8.000000s store-1 goes on"});
}

TEST(WipeDisk, TheMachineIsDownAndComesBackWithNothing) {
  World world;
  world.plan({{{AtInstant{500ms}, WipeDisk{"store-2"}}}});
  world.run(600ms);

  EXPECT_EQ(world.simulation.state_of(world.node(2).id()), Simulation::NodeState::down);
  EXPECT_FALSE(world.node(2).disk().exists("log"));
  EXPECT_EQ(world.told("node.lost-disk"),
            std::vector<std::string>{"0.500000s store-2 loses what its disk held: it is empty"});

  world.simulation.injector().heal_all({});
  world.run(100ms);
  EXPECT_EQ(content(world.node(2), "log"),
            std::string(3 * 4096, 'a'));  // its program wrote it anew
}

TEST(RestoreDisk, BringsBackWhatWasThereAsOftenAsOneLikes) {
  World world;
  world.plan({{{AtInstant{500ms}, SnapshotDisk{"store-1"}},
               {AtInstant{2s}, RestoreDisk{"store-1"}},
               {AtInstant{3s}, Restart{"store-1"}}}});
  world.run(1500ms);
  EXPECT_EQ(content(world.node(1), "log"), std::string(3 * 4096, 'b'));
  EXPECT_TRUE(world.node(1).disk().exists("young"));

  world.run(2s);

  EXPECT_EQ(world.simulation.state_of(world.node(1).id()), Simulation::NodeState::up);
  EXPECT_EQ(content(world.node(1), "log"), std::string(3 * 4096, 'a'));
  EXPECT_FALSE(world.node(1).disk().exists("young"));
  EXPECT_EQ(world.told("node.lost-disk"),
            std::vector<std::string>{
                "2.000000s store-1 loses what its disk held: it is as it was at 0.500000s"});

  auto file = world.node(1).disk().open("log", Open::existing);
  ASSERT_TRUE(file->write(0, view_of("c")).ok());
  world.simulation.restore_disk(world.node(1).id());
  EXPECT_EQ(content(world.node(1), "log"), std::string(3 * 4096, 'a'));
}

TEST(RestoreDisk, MissesWithoutASnapshot) {
  World world;
  world.plan({{{AtInstant{500ms}, RestoreDisk{"store-1"}}}});
  world.run(1s);

  EXPECT_TRUE(world.told("fault.struck").empty());
  EXPECT_EQ(world.told("fault.missed"),
            std::vector<std::string>{
                "0.500000s a fault misses: store-1 loses power and its disk is set back to its "
                "snapshot (no snapshot was taken of the disk of store-1)"});
  EXPECT_EQ(world.simulation.state_of(world.node(1).id()), Simulation::NodeState::up);
}

}  // namespace
}  // namespace logquake::sim
