#include "sim/disk/page_cache.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "sim/random.h"

namespace logquake::sim {
namespace {

constexpr auto kept = PageCache::Fate::kept;
constexpr auto lost = PageCache::Fate::lost;

Bytes filled(std::int64_t length, int value) {
  return Bytes(static_cast<std::size_t>(length), static_cast<std::byte>(value));
}

RC_GTEST_PROP(PageCache, ReadsWhatAPlainArrayWouldHold, (std::uint64_t seed)) {
  Random random(seed);
  PageCache file;
  Bytes oracle;
  for (int step = 0; step < 60; ++step) {
    const auto offset = static_cast<std::int64_t>(random.below(20'000));
    const auto length = static_cast<std::int64_t>(random.below(9'000));
    const Instant now{step * 1s};
    if (random.chance({1, 5})) {
      file.truncate(offset, now);
      oracle.resize(static_cast<std::size_t>(offset));
    } else if (random.chance({1, 5})) {
      file.complete_sync(file.begin_sync());
    } else if (length > 0) {
      const auto bytes = filled(length, step);
      file.write(offset, bytes, now);
      if (oracle.size() < static_cast<std::size_t>(offset + length))
        oracle.resize(static_cast<std::size_t>(offset + length));
      std::copy(bytes.begin(), bytes.end(), oracle.begin() + offset);
    }
    const auto all = file.read(0, file.size());
    RC_ASSERT(Bytes(all.begin(), all.end()) == oracle);
  }
}

RC_GTEST_PROP(PageCache, WhatWasSyncedSurvivesWhateverHappensToTheRest, (std::uint64_t seed)) {
  Random random(seed);
  PageCache file;
  Bytes synced;
  for (int step = 0; step < 40; ++step) {
    // Appends only, as a log does: then what was synced must be a prefix of what is found.
    file.write(file.size(), filled(static_cast<std::int64_t>(1 + random.below(6'000)), step + 1),
               Instant{});
    if (random.chance({1, 4})) {
      const auto image = file.begin_sync();
      const auto all = file.read(0, file.size());
      synced.assign(all.begin(), all.end());
      if (random.chance({1, 2}))
        file.write(file.size(), filled(100, 255), Instant{});  // during the sync
      file.complete_sync(image);
    }
  }
  file.lose_power([&](std::int64_t) { return static_cast<PageCache::Fate>(random.below(3)); },
                  static_cast<std::int64_t>(random.below(PageCache::page_bytes)));

  RC_ASSERT(file.size() >= static_cast<std::int64_t>(synced.size()));
  const auto found = file.read(0, static_cast<std::int64_t>(synced.size()));
  RC_ASSERT(Bytes(found.begin(), found.end()) == synced);
}

TEST(PageCache, LosesUnsyncedPagesWithThePower) {
  PageCache file;
  file.write(0, filled(100, 1), Instant{});
  file.complete_sync(file.begin_sync());
  file.write(100, filled(10'000, 2), Instant{});

  file.lose_power([](std::int64_t) { return lost; }, 0);

  EXPECT_EQ(file.size(), 100);
}

TEST(PageCache, ATailThatWasCutMayBeBack) {
  PageCache file;
  file.write(0, filled(8'192, 1), Instant{});
  file.complete_sync(file.begin_sync());
  file.truncate(4'096, Instant{});

  PageCache other = file;
  file.lose_power([](std::int64_t) { return lost; }, 0);
  other.lose_power([](std::int64_t) { return kept; }, 0);

  EXPECT_EQ(file.size(), 8'192);
  EXPECT_EQ(other.size(), 4'096);
}

TEST(PageCache, OldDirtyPagesHaveBeenWrittenBack) {
  PageCache file;
  file.write(0, filled(100, 1), Instant{});

  EXPECT_EQ(file.dirty_pages(Instant{34s}).size(), 1u);
  EXPECT_EQ(file.dirty_pages(Instant{35s}).size(), 0u);
  file.lose_power([](std::int64_t) { return lost; }, 0);
  EXPECT_EQ(file.size(), 100);
}

TEST(PageCache, AGapReadsAsZeroes) {
  PageCache file;
  file.write(10'000, filled(1, 7), Instant{});

  EXPECT_EQ(file.size(), 10'001);
  EXPECT_EQ(file.read(5'000, 1)[0], std::byte{0});
  EXPECT_TRUE(file.read(10'001, 10).empty());
}

}  // namespace
}  // namespace logquake::sim
