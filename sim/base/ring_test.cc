#include "sim/base/ring.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <deque>
#include <memory>

namespace logquake {
namespace {

// Numbers are pushed, zeros pop.
RC_GTEST_PROP(Ring, IsAQueue, (const std::vector<int>& operations)) {
  Ring<int> ring;
  std::deque<int> oracle;
  for (const int operation : operations) {
    if (operation % 3 != 0) {
      ring.push_back(operation);
      oracle.push_back(operation);
    } else if (!oracle.empty()) {
      RC_ASSERT(ring.pop_front() == oracle.front());
      oracle.pop_front();
    }
    RC_ASSERT(ring.size() == oracle.size());
    if (!oracle.empty()) RC_ASSERT(ring.front() == oracle.front());
  }
}

TEST(Ring, LetsGoOfWhatItGivesAway) {
  const auto value = std::make_shared<int>(7);
  Ring<std::shared_ptr<int>> ring;
  for (int copy = 0; copy < 6; ++copy) ring.push_back(value);

  (void)ring.pop_front();
  EXPECT_EQ(value.use_count(), 6);
  ring.clear();

  EXPECT_EQ(value.use_count(), 1);
}

}  // namespace
}  // namespace logquake
