#include "sim/random.h"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace logquake::sim {
namespace {

TEST(Random, GivesTheSameStreamOnEveryMachine) {
  Random random(42);

  EXPECT_EQ(random.next(), Random(42).next());
  EXPECT_EQ(Random(42).split("disk/broker-1").next(), Random(42).split("disk/broker-1").next());
}

TEST(Random, SplittingNeverShiftsTheParentNorASibling) {
  Random one(42);
  Random other(42);
  (void)one.split("a").next();
  (void)other.next();

  EXPECT_EQ(one.next(), Random(42).next());
  EXPECT_EQ(one.split("b").next(), other.split("b").next());
  EXPECT_NE(one.split("a").next(), one.split("b").next());
}

TEST(Random, StaysWithinItsBoundsAndReachesBoth) {
  Random random(1);
  std::set<std::int64_t> seen;
  for (int draw = 0; draw < 1'000; ++draw) seen.insert(random.between(-2, 3));

  EXPECT_EQ(seen, (std::set<std::int64_t>{-2, -1, 0, 1, 2, 3}));
}

TEST(Random, IsUniformEnoughForFaults) {
  Random random(1);
  std::array<int, 10> buckets{};
  for (int draw = 0; draw < 100'000; ++draw) ++buckets[random.below(10)];
  for (const int count : buckets) {
    EXPECT_GT(count, 9'500);
    EXPECT_LT(count, 10'500);
  }
}

TEST(Random, ExponentialHasItsMean) {
  Random random(1);
  Duration total{};
  for (int draw = 0; draw < 100'000; ++draw) total += random.exponential(1ms);
  const auto mean = total / 100'000;

  EXPECT_GT(mean, 980us);
  EXPECT_LT(mean, 1020us);
}

TEST(Random, ShuffleKeepsTheElements) {
  Random random(3);
  std::array<int, 5> cards{1, 2, 3, 4, 5};
  random.shuffle(cards);
  std::set<int> seen(cards.begin(), cards.end());

  EXPECT_EQ(seen.size(), 5u);
}

TEST(KeyedValue, DependsOnEachOfItsArguments) {
  EXPECT_EQ(keyed_value(1, 2, 3), keyed_value(1, 2, 3));
  EXPECT_NE(keyed_value(1, 2, 3), keyed_value(2, 2, 3));
  EXPECT_NE(keyed_value(1, 2, 3), keyed_value(1, 3, 3));
  EXPECT_NE(keyed_value(1, 2, 3), keyed_value(1, 2, 4));
}

}  // namespace
}  // namespace logquake::sim
