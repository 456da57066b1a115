#include "sim/base/index.h"

#include <gtest/gtest.h>

#include <map>

namespace logquake {
namespace {

TEST(Index, HoldsWhatAMapWouldHold) {
  Index<int> index;
  std::map<std::uint64_t, int> oracle;

  for (std::uint64_t step = 0; step < 20'000; ++step) {
    const std::uint64_t key = mix64(step) % 500;
    if (mix64(step + 1'000'000) % 3 == 0) {
      EXPECT_EQ(index.erase(key), oracle.erase(key) == 1);
    } else {
      index[key] = oracle[key] = static_cast<int>(step);
    }
  }

  EXPECT_EQ(index.size(), oracle.size());
  for (std::uint64_t key = 0; key < 500; ++key) {
    const auto* found = index.find(key);
    ASSERT_EQ(found != nullptr, oracle.contains(key));
    if (found != nullptr) {
      EXPECT_EQ(*found, oracle[key]);
    }
  }
}

}  // namespace
}  // namespace logquake
