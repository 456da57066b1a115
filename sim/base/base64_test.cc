#include "sim/base/base64.h"

#include <gtest/gtest.h>

namespace logquake {
namespace {

TEST(Base64, RoundTripsAndRefusesOtherText) {
  for (const auto* text : {"", "f", "fo", "foo", "foob"}) {
    EXPECT_EQ(text_of(*from_base64(to_base64(view_of(text)))), text);
  }
  EXPECT_EQ(to_base64(view_of("fo")), "Zm8=");
  EXPECT_FALSE(from_base64("Zm8").has_value());
  EXPECT_FALSE(from_base64("Z=8=").has_value());
}

}  // namespace
}  // namespace logquake
