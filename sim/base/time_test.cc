#include "sim/base/time.h"

#include <gtest/gtest.h>

namespace logquake {
namespace {

TEST(Duration, PrintsInTheLargestUnitThatFits) {
  EXPECT_EQ(to_text(0ns), "0s");
  EXPECT_EQ(to_text(250ms), "250ms");
  EXPECT_EQ(to_text(1500ms), "1.5s");
  EXPECT_EQ(to_text(17us), "17us");
  EXPECT_EQ(to_text(Duration(1'000'001)), "1000.001us");
  EXPECT_EQ(to_text(-30s), "-30s");
}

TEST(Duration, ReadsWhatPeopleWrite) {
  EXPECT_EQ(parse_duration("250ms").value(), 250ms);
  EXPECT_EQ(parse_duration("1.5s").value(), 1500ms);
  EXPECT_EQ(parse_duration("5m").value(), 5min);
  EXPECT_EQ(parse_duration("2h").value(), 2h);
}

TEST(Duration, RefusesWhatIsNone) {
  for (const auto* text : {"", "5", "ms", "-5s", "1.s", "5 s", "5sec", "99999999999999999999s",
                           "10000000h", "0.5ns"}) {
    EXPECT_TRUE(parse_duration(text).is(ErrorCode::invalid_argument)) << text;
  }
}

}  // namespace
}  // namespace logquake
