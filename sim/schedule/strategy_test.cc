#include "sim/schedule/strategy.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/base/format.h"
#include "sim/disk/disk.h"
#include "sim/injector.h"
#include "sim/simulation.h"
#include "sim/trace/recorder.h"

namespace logquake::sim {
namespace {

TEST(Strategy, ReadsWhatItPrints) {
  for (const auto* text : {"fifo", "random", "random:20ms", "pct:3", "pct:5:1ms", "random:only=a-1",
                           "pct:3:20ms:only=a-1+b-2"}) {
    EXPECT_EQ(to_string(parse_strategy(text).value()), text);
  }
}

TEST(Strategy, RefusesWhatIsNone) {
  for (const auto* text :
       {"", "lifo", "fifo:1ms", "random:0s", "random:1ms:2", "pct:0", "pct:x", "pct:3:1h",
        "random:", "fifo:only=a", "random:only=", "random:only=a+", "random:only=a:1ms"}) {
    EXPECT_TRUE(parse_strategy(text).is(ErrorCode::invalid_argument)) << text;
  }
}

TEST(Strategy, HoldsBackWithinItsSlackAndSometimesNotAtAll) {
  for (const auto* text : {"random", "pct:3"}) {
    const auto strategy = parse_strategy(text).value();
    int held = 0;
    for (std::uint64_t occurrence = 0; occurrence < 10'000; ++occurrence) {
      const auto hold = strategy.hold(7, occurrence % 13, occurrence / 13);
      ASSERT_GE(hold, Duration::zero());
      ASSERT_LE(hold, strategy.slack);
      held += hold > Duration::zero() ? 1 : 0;
    }
    EXPECT_GT(held, 500) << text;
    EXPECT_LT(held, 9'500) << text;
  }
}

// Two tasks add to a counter by reading, yielding and writing: a lost update needs a switch in
// between.
int lost_updates(const Options& options) {
  Simulation simulation(options);
  int counter = 0;
  simulation.add_node("racy-1",
                      [&](Node& node) {
                        constexpr YieldSite site{"test.between-read-and-write"};
                        for (const char* name : {"one", "two"}) {
                          node.spawn(name, [&] {
                            for (int round = 0; round < 20; ++round) {
                              const int read = counter;
                              node.yield(site);
                              counter = read + 1;
                              node.sleep_for(1ms);
                            }
                          });
                        }
                        node.sleep_for(10s);
                        node.exit("done");
                      },
                      {.restarts_itself = false});
  (void)simulation.run_for(11s);
  return 40 - counter;
}

TEST(Strategy, RandomAndPctFindWhatFifoNeverDoes) {
  int random_found = 0;
  int pct_found = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    EXPECT_EQ(lost_updates({.seed = seed}), 0);
    random_found +=
        lost_updates({.seed = seed, .strategy = parse_strategy("random").value()}) > 0 ? 1 : 0;
    pct_found +=
        lost_updates({.seed = seed, .strategy = parse_strategy("pct:3").value()}) > 0 ? 1 : 0;
  }
  EXPECT_GT(random_found, 10);
  EXPECT_GT(pct_found, 0);
}

TEST(Strategy, HoldsBackOnlyTheNodesItNames) {
  const auto found = [](std::string_view strategy) {
    int seeds = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      seeds +=
          lost_updates({.seed = seed, .strategy = parse_strategy(strategy).value()}) > 0 ? 1 : 0;
    }
    return seeds;
  };

  EXPECT_EQ(found("random:only=racy-1"), found("random"));
  EXPECT_EQ(found("random:only=racy-2"), 0);
}

// A withdrawal checks the balance, yields, and takes the money: the classic check-then-act.
bool overdraws(const Options& options) {
  constexpr YieldSite site{"test.between-check-and-act"};
  Simulation simulation(options);
  int balance = 1;
  simulation.add_node("bank-1",
                      [&](Node& node) {
                        for (const char* name : {"one", "two"}) {
                          node.spawn(name, [&] {
                            node.sleep_for(1ms);
                            if (balance < 1) return;
                            node.yield(site);
                            --balance;
                          });
                        }
                        node.sleep_for(1s);
                        node.exit("done");
                      },
                      {.restarts_itself = false});
  (void)simulation.run_for(2s);
  return balance < 0;
}

TEST(Strategy, OnlySchedulesThatHoldBackSeparateACheckFromItsAct) {
  constexpr std::uint64_t seeds = 300;
  int random_found = 0;
  int pct_found = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    EXPECT_FALSE(overdraws({.seed = seed}));
    random_found += overdraws({.seed = seed, .strategy = parse_strategy("random").value()}) ? 1 : 0;
    pct_found += overdraws({.seed = seed, .strategy = parse_strategy("pct:3").value()}) ? 1 : 0;
  }
  EXPECT_GT(random_found, 5);
  EXPECT_GT(pct_found, 5);
}

struct Stepped {
  static constexpr std::string_view kind = "test.stepped";
  static constexpr Level level = Level::info;
  std::string node;
  std::string task;
  std::int64_t number = 0;
  std::int64_t drawn = 0;
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("task", task);
    io("number", number);
    io("drawn", drawn);
  }
};

constexpr YieldSite between_steps{"test.between-steps"};
constexpr BuggifySite rare{.name = "test.rare", .about = "", .active = {1, 1}, .fires = {1, 4}};

// Two tasks that draw, sync, yield and, by messages, depend on another node.
Program stepper(const std::string& server) {
  return [server](Node& node) {
    for (const std::string task : {"left", "right"}) {
      node.spawn(task, [&node, task, server] {
        auto file = node.disk().open(task, Open::create);
        for (std::int64_t number = 0; number < 60; ++number) {
          const auto pause = node.random().between(1us, 3ms);
          node.sleep_for(pause);
          node.yield(between_steps);
          const auto connection = node.connect({server, 7}, 1s);
          const auto drawn = static_cast<std::int64_t>(node.random().below(1000));
          if (node.buggify(rare)) node.yield(between_steps);
          (void)file->append(view_of("x"));
          (void)file->sync();
          node.record(Stepped{node.name(), task, number, drawn});
        }
      });
    }
    node.sleep_for(1h);
  };
}

void accept_for_ever(Node& node) {
  auto listener = node.listen(7);
  while (auto connection = listener->accept()) connection->close();
}

// The order, the instants and the draws of all facts but those of strangers.
std::vector<std::string> told(const Options& options, bool with_strangers) {
  Simulation simulation(options);
  Recorder recorder(simulation.trace(), Level::info);
  simulation.add_node("echo-1", accept_for_ever);
  // In the middle: whoever comes after them has another number.
  if (with_strangers) {
    simulation.add_node("stranger-1", accept_for_ever);
    simulation.add_node("stranger-2", stepper("stranger-1"));
  }
  simulation.add_node("worker-1", stepper("echo-1"));
  simulation.add_node("worker-2", stepper("echo-1"));
  FaultPlan plan;
  plan.steps.push_back(
      {OnFact{"test.stepped", {{"node", "worker-1"}}, 0, Ratio{1, 8}}, Pause{"worker-2", 20ms}});
  plan.steps.push_back({AtInstant{150ms}, PowerLoss{"worker-1"}});
  plan.steps.push_back({AfterStep{1, 100ms}, Restart{"crashed"}, Ratio{1, 2}});
  simulation.injector().arm(plan);
  (void)simulation.run_for(3s);
  std::vector<std::string> told;
  for (const auto& fact : recorder.facts()) {
    if (fact.node.starts_with("stranger")) continue;
    told.push_back(format("{} {} {} {}", to_text(fact.at), fact.node, fact.kind, fact.fields_line));
  }
  return told;
}

TEST(Strategy, AnUnrelatedNodeLeavesTheOrderAndTheDrawsOfAllOthersAlone) {
  for (const auto* strategy : {"fifo", "random", "pct:3"}) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      const Options options{
          .seed = seed, .strategy = parse_strategy(strategy).value(), .buggify = true};
      const auto without = told(options, false);
      const auto with = told(options, true);

      EXPECT_GT(without.size(), 100U);
      EXPECT_EQ(without, with) << strategy << ", seed " << seed;
    }
  }
}

}  // namespace
}  // namespace logquake::sim
