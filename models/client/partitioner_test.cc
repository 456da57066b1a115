#include "models/client/partitioner.h"

#include <gtest/gtest.h>

#include <set>

namespace logquake::kafka {
namespace {

TEST(Murmur2, HasTheCheckValuesOfTheSpec) {
  EXPECT_EQ(murmur2(view_of("21")), -973932308);
  EXPECT_EQ(murmur2(view_of("foobar")), -790332482);
  EXPECT_EQ(murmur2(view_of("a-little-bit-long-string")), -985981536);
  EXPECT_EQ(murmur2(view_of("a-little-bit-longer-string")), -1486304829);
  EXPECT_EQ(murmur2(view_of("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8")), -58897971);
  EXPECT_EQ(murmur2(view_of("abc")), 479470107);
}

TEST(Partitioner, KeepsAKeyOnItsPartition) {
  EXPECT_EQ(partition_for_key(view_of("21"), 3), (-973932308 & 0x7fffffff) % 3);
  EXPECT_EQ(partition_for_key(view_of(""), 1), 0);
}

TEST(StickyPartitioner, StaysUntilABatchIsFull) {
  StickyPartitioner partitioner(sim::Random(1), 100, true);
  const auto first = partitioner.partition_for("t", 8, {});
  partitioner.count("t", 99);
  EXPECT_EQ(partitioner.partition_for("t", 8, {}), first);

  std::set<std::int32_t> seen;
  for (int i = 0; i < 50; ++i) {
    partitioner.count("t", 100);
    seen.insert(partitioner.partition_for("t", 8, {}));
  }

  EXPECT_GT(seen.size(), 1U);
}

TEST(StickyPartitioner, PrefersShortQueues) {
  StickyPartitioner partitioner(sim::Random(1), 1, true);
  int to_short = 0;
  for (int i = 0; i < 1000; ++i) {
    to_short += partitioner.partition_for("t", 2, {{0, 99}, {1, 0}});
    partitioner.count("t", 1);
  }

  EXPECT_GT(to_short, 950) << "99 of 100 go to the empty queue";
}

TEST(StickyPartitioner, AvoidsPartitionsWithoutALeader) {
  StickyPartitioner partitioner(sim::Random(1), 1, false);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(partitioner.partition_for("t", 3, {{2, 0}}), 2);
    partitioner.count("t", 1);
  }
}

}  // namespace
}  // namespace logquake::kafka
