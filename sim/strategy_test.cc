#include "sim/strategy.h"

#include <gtest/gtest.h>

#include <string>

#include "sim/simulation.h"

namespace logquake::sim {
namespace {

TEST(Strategy, ReadsWhatItPrints) {
  for (const auto* text : {"fifo", "random", "random:20ms", "pct:3", "pct:5:1ms"}) {
    EXPECT_EQ(to_string(parse_strategy(text).value()), text);
  }
}

TEST(Strategy, RefusesWhatIsNone) {
  for (const auto* text : {"", "lifo", "fifo:1ms", "random:0s", "random:1ms:2", "pct:0", "pct:x",
                           "pct:3:1h", "random:"}) {
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

}  // namespace
}  // namespace logquake::sim
