#include "scenarios/testing/property_size.h"

#include <gtest/gtest.h>
#include <rapidcheck/detail/Configuration.h>

#include <cstdlib>
#include <string>

namespace logquake::scenario {
namespace {

/// RC_PARAMS after the call, read as RapidCheck reads it.
rc::detail::Configuration after(const char* size, const char* parameters) {
  ::setenv("RC_PARAMS", parameters, 1);
  ::setenv("LOGQUAKE_PROPERTY_SIZE", size, 1);
  apply_property_size();
  return rc::detail::configFromString(std::getenv("RC_PARAMS"));
}

TEST(PropertySize, MultipliesTheCasesOfEveryProperty) {
  EXPECT_EQ(after("", "seed=3").testParams.maxSuccess, 100);
  EXPECT_EQ(after("20", "").testParams.maxSuccess, 2000);
  EXPECT_EQ(after("20", "seed=3").testParams.maxSuccess, 2000);
  EXPECT_EQ(after("20", "seed=3").testParams.seed, 3U);
  EXPECT_EQ(after("20", "max_success=5 seed=3").testParams.maxSuccess, 100);
}

TEST(PropertySizeDeath, RefusesWhatIsNoNumberOfTimes) {
  for (const auto* size : {"0", "-1", "many", "10x", "9999999"}) {
    EXPECT_EXIT(after(size, ""), ::testing::ExitedWithCode(4),
                "LOGQUAKE_PROPERTY_SIZE: expected a whole number from 1 to 1000000, found")
        << size;
  }
}

}  // namespace
}  // namespace logquake::scenario
