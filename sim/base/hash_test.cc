#include "sim/base/hash.h"

#include <gtest/gtest.h>

namespace logquake {
namespace {

// Source: RFC 3720, appendix B.4 (32 bytes of zeroes, of ones, ascending), and the usual check
// value.
TEST(Crc32c, AgreesWithThePublishedVectors) {
  EXPECT_EQ(crc32c(view_of("123456789")), 0xe3069283u);
  EXPECT_EQ(crc32c(Bytes(32, std::byte{0})), 0x8a9136aau);
  EXPECT_EQ(crc32c(Bytes(32, std::byte{0xff})), 0x62a8ab43u);
}

TEST(Crc32c, ContinuesAnEarlierPart) {
  EXPECT_EQ(crc32c(view_of("6789"), crc32c(view_of("12345"))), crc32c(view_of("123456789")));
}

// Source: xxHash's own sanity values for the empty input.
TEST(Hash64, AgreesWithThePublishedVectors) {
  EXPECT_EQ(hash64(std::string_view{}), 0xef46db3751d8e999ULL);
  EXPECT_EQ(hash64(std::string_view{"a"}), 0xd24ec4f1a98c6e5bULL);
}

TEST(Fingerprint, DependsOnOrder) {
  Fingerprint one;
  one.fold(std::uint64_t{1});
  one.fold(std::uint64_t{2});
  Fingerprint other;
  other.fold(std::uint64_t{2});
  other.fold(std::uint64_t{1});

  EXPECT_NE(one.value(), other.value());
}

}  // namespace
}  // namespace logquake
