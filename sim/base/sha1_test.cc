#include "sim/base/sha1.h"

#include <gtest/gtest.h>

#include <string>

namespace logquake {
namespace {

std::string digest_of(std::string_view text) { return to_hex(sha1(view_of(text))); }

TEST(Sha1, DigestsTheExamplesOfItsStandard) {  // FIPS 180-4, NIST's example values
  EXPECT_EQ(digest_of(""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(digest_of("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(digest_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  EXPECT_EQ(digest_of(std::string(1'000'000, 'a')), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

}  // namespace
}  // namespace logquake
