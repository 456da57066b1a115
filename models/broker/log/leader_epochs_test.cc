#include "models/broker/log/leader_epochs.h"

#include <gtest/gtest.h>

namespace logquake::kafka {
namespace {

LeaderEpochs epochs(std::initializer_list<EpochStart> entries) {
  LeaderEpochs made;
  for (const auto& entry : entries) made.assign(entry.epoch, entry.start);
  return made;
}
constexpr EpochStart at(std::int32_t epoch, std::int64_t start) {
  return {LeaderEpoch{epoch}, Offset{start}};
}
constexpr EpochEnd end(std::int32_t epoch, std::int64_t offset) {
  return {LeaderEpoch{epoch}, Offset{offset}};
}

TEST(LeaderEpochs, AnEpochWithoutRecordsIsNoted) {
  auto cache = epochs({at(1, 0)});

  EXPECT_TRUE(cache.assign(LeaderEpoch{2}, Offset{10}));

  EXPECT_EQ(cache.entries(), (std::vector{at(1, 0), at(2, 10)}));
}

TEST(LeaderEpochs, ANewEpochAtTheSameOffsetReplacesTheEmptyOne) {
  const auto cache = epochs({at(1, 0), at(2, 10), at(4, 10)});

  EXPECT_EQ(cache.entries(), (std::vector{at(1, 0), at(4, 10)}));
}

TEST(LeaderEpochs, AppendsOfTheSameEpochChangeNothing) {
  auto cache = epochs({at(3, 5)});

  EXPECT_FALSE(cache.assign(LeaderEpoch{3}, Offset{9}));
  EXPECT_EQ(cache.entries(), (std::vector{at(3, 5)}));
}

TEST(LeaderEpochs, AnswersWhereAnEpochEnded) {
  const auto cache = epochs({at(2, 10), at(4, 20), at(7, 30)});
  const Offset log_end{35};

  EXPECT_EQ(cache.end_offset_for(no_leader_epoch, log_end), EpochEnd{});
  EXPECT_EQ(cache.end_offset_for(LeaderEpoch{7}, log_end), end(7, 35));
  EXPECT_EQ(cache.end_offset_for(LeaderEpoch{8}, log_end), EpochEnd{});
  EXPECT_EQ(cache.end_offset_for(LeaderEpoch{4}, log_end), end(4, 30));
  EXPECT_EQ(cache.end_offset_for(LeaderEpoch{5}, log_end), end(4, 30));
  EXPECT_EQ(cache.end_offset_for(LeaderEpoch{1}, log_end), end(1, 10));
  EXPECT_EQ(LeaderEpochs{}.end_offset_for(LeaderEpoch{0}, log_end), EpochEnd{});
}

TEST(LeaderEpochs, TruncationRemovesTheEpochsThatStartThereOrLater) {
  auto cache = epochs({at(2, 10), at(4, 20), at(7, 30)});

  EXPECT_TRUE(cache.truncate_from_end(Offset{20}));

  EXPECT_EQ(cache.entries(), (std::vector{at(2, 10)}));
}

TEST(LeaderEpochs, AMovedLogStartRebasesTheCoveringEpoch) {
  auto cache = epochs({at(2, 10), at(4, 20), at(7, 30)});

  EXPECT_TRUE(cache.truncate_from_start(Offset{25}));

  EXPECT_EQ(cache.entries(), (std::vector{at(4, 25), at(7, 30)}));
}

TEST(LeaderEpochs, ALogStartBelowTheFirstEpochChangesNothing) {
  auto cache = epochs({at(2, 10)});

  EXPECT_FALSE(cache.truncate_from_start(Offset{5}));
  EXPECT_FALSE(cache.truncate_from_start(Offset{10}));
}

TEST(LeaderEpochs, KnowsTheEpochOfAnOffset) {
  const auto cache = epochs({at(2, 10), at(4, 20)});

  EXPECT_EQ(cache.epoch_at(Offset{9}), no_leader_epoch);
  EXPECT_EQ(cache.epoch_at(Offset{19}), LeaderEpoch{2});
  EXPECT_EQ(cache.epoch_at(Offset{20}), LeaderEpoch{4});
}

TEST(LeaderEpochs, WritesTheFileAsKafkaDoes) {
  const auto cache = epochs({at(0, 0), at(3, 42)});

  EXPECT_EQ(cache.text(), "0\n2\n0 0\n3 42\n");
  const auto again = LeaderEpochs::parse(cache.text());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->entries(), cache.entries());
}

TEST(LeaderEpochs, RefusesADamagedFile) {
  EXPECT_FALSE(LeaderEpochs::parse(""));
  EXPECT_FALSE(LeaderEpochs::parse("1\n0\n"));
  EXPECT_FALSE(LeaderEpochs::parse("0\n2\n0 0\n"));
  EXPECT_FALSE(LeaderEpochs::parse("0\n1\n0 x\n"));
}

}  // namespace
}  // namespace logquake::kafka
