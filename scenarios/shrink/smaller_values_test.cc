#include "scenarios/shrink/smaller_values.h"

#include <gtest/gtest.h>

namespace logquake::scenario {
namespace {

TEST(SmallerValues, NumbersGoFromTheLeastToOneLess) {
  using Numbers = std::vector<std::int64_t>;

  EXPECT_EQ(smaller_numbers(100, 1), (Numbers{1, 13, 25, 50, 73}));
  EXPECT_EQ(smaller_numbers(10, 1), (Numbers{1, 2, 3, 5, 7, 9}));
  EXPECT_EQ(smaller_numbers(2, 1), Numbers{1});
  EXPECT_EQ(smaller_numbers(1, 1), Numbers{});
  EXPECT_EQ(smaller_numbers(0, 1), Numbers{});
}

TEST(SmallerValues, DurationsAreRound) {
  using Durations = std::vector<Duration>;

  EXPECT_EQ(shorter_durations(12'345ms, 1ms),
            (Durations{1ms, 1500ms, 3s, 6100ms, 9200ms, 10s, 12s}));
  EXPECT_EQ(shorter_durations(3s, 3s), Durations{});
  EXPECT_EQ(shorter_durations(2ms, 1ms), (Durations{1ms, 1100us, 1200us, 1500us, 1700us}));
  EXPECT_EQ(longer_durations(200ms, 10s), (Durations{10s, 4s, 2s, 1s, 400ms, 300ms, 250ms}));
  EXPECT_EQ(longer_durations(0s, 60s), (Durations{60s, 30s, 15s, 7500ms, 3700ms}));
  EXPECT_EQ(longer_durations(10s, 10s), Durations{});
}

TEST(SmallerValues, RoundsTowardsTheSideThatIsAskedFor) {
  EXPECT_EQ(rounded_down(12'345ms, 2), 12s);
  EXPECT_EQ(rounded_up(12'345ms, 2), 13s);
  EXPECT_EQ(rounded_up(13s, 2), 13s);
  EXPECT_EQ(rounded_up(1ms, 2), 1ms);
  EXPECT_EQ(rounded_down(0s, 2), 0s);
}

TEST(SmallerValues, TakingOneAfterAnotherComesToAnEnd) {
  for (Duration from : {Duration(1h), Duration(123'456'789ns), Duration(1s)}) {
    int steps = 0;
    for (auto values = shorter_durations(from, 1ms); !values.empty(); ++steps)
      values = shorter_durations(values.back(), 1ms);  // the least ambitious each time
    EXPECT_LT(steps, 100) << from.count();
  }
}

}  // namespace
}  // namespace logquake::scenario
