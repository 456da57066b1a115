#include "sim/base/bytes.h"

#include <gtest/gtest.h>

namespace logquake {
namespace {

TEST(Bytes, PrintAsHex) { EXPECT_EQ(to_hex(to_bytes(std::string_view("\x00\xffz", 3))), "00ff7a"); }

TEST(Bytes, ViewAsTheTextTheyHold) { EXPECT_EQ(text_of(to_bytes("offset")), "offset"); }

}  // namespace
}  // namespace logquake
