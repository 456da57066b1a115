#include "models/quorum/zab/committed_window.h"

#include <gtest/gtest.h>

#include "models/quorum/zab/zab_testing.h"

namespace logquake::zookeeper {
namespace {

using testing::transaction;

CommittedWindow window_of(std::int64_t count) {
  CommittedWindow window;
  for (std::int64_t counter = 1; counter <= count; ++counter)
    window.add(transaction(make_zxid(1, counter)));
  return window;
}

// Z-SY-1, Z-SY-14.
TEST(CommittedWindow, GrowsToOneAboveItsSizeAndNoFurther) {
  EXPECT_EQ(window_of(501).min(), make_zxid(1, 1));

  const auto full = window_of(502);

  EXPECT_EQ(full.min(), make_zxid(1, 2));
  EXPECT_EQ(full.max(), make_zxid(1, 502));
  EXPECT_EQ(full.transactions().size(), 501U);
}

// Z-SY-14.
TEST(CommittedWindow, ForgetsWhatATruncationRemoved) {
  auto window = window_of(5);

  window.truncate_to(make_zxid(1, 3));

  EXPECT_EQ(window.max(), make_zxid(1, 3));
}

TEST(CommittedWindow, MayBeTruncatedToNothing) {
  auto window = window_of(2);

  window.truncate_to(Zxid{});

  EXPECT_TRUE(window.empty());
}

}  // namespace
}  // namespace logquake::zookeeper
