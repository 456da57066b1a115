#include "sim/base/ratio.h"

#include <gtest/gtest.h>

namespace logquake {
namespace {

TEST(Ratio, ReadsWhatItPrints) {
  EXPECT_EQ(parse_ratio(to_string(Ratio{1, 50})).value(), (Ratio{1, 50}));
}

TEST(Ratio, RefusesWhatIsNone) {
  for (const auto* text : {"", "x", "1/", "1/0", "1/2/3", "-1/2", "0.5"}) {
    EXPECT_TRUE(parse_ratio(text).is(ErrorCode::invalid_argument)) << text;
  }
}

TEST(Ratio, ComparesByValue) {
  EXPECT_EQ((Ratio{1, 2}), (Ratio{2, 4}));
  EXPECT_LT((Ratio{1, 3}), (Ratio{1, 2}));
}

}  // namespace
}  // namespace logquake
