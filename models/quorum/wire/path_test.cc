#include "models/quorum/wire/path.h"

#include <gtest/gtest.h>

#include <string>

namespace logquake::zookeeper {
namespace {

TEST(Path, KeepsTheRules) {  // Z-DM-2
  for (const auto* path : {"/", "/a", "/a/b", "/a b", "/.a", "/a..", "/\xc3\xa4", "/\xef\xbf\xaf"})
    EXPECT_TRUE(is_valid_path(path)) << path;
  for (const auto* path : {"", "a", "/a/", "//", "//a", "/a//b", "/.", "/..", "/a/./b", "/a/../b"})
    EXPECT_FALSE(is_valid_path(path)) << path;
}

TEST(Path, ForbidsCharacters) {  // Z-DM-2: U+0001, 1F, 7F, 9F, E000, F8FF, FFF0, and surrogates
  EXPECT_FALSE(is_valid_path(std::string("/a\0", 3)));
  for (const auto* path : {"/\x01", "/\x1f", "/\x7f", "/\xc2\x80", "/\xc2\x9f", "/\xee\x80\x80",
                           "/\xef\xa3\xbf", "/\xef\xbf\xb0", "/\xf0\x9f\x98\x80"})
    EXPECT_FALSE(is_valid_path(path)) << path;
  EXPECT_TRUE(is_valid_path("/\xc2\xa0"));
  EXPECT_TRUE(is_valid_path("/\xef\xa4\x80"));
}

TEST(Path, IsSplitAtItsLastSlash) {  // Z-DM-2, Z-DM-9, Z-DM-10
  EXPECT_EQ(parent_of("/a/b"), "/a");
  EXPECT_EQ(parent_of("/a"), "");
  EXPECT_EQ(parent_of("/a/b/"), "/a/b");
  EXPECT_EQ(last_name_of("/a/b"), "b");
  EXPECT_EQ(with_sequence("/p/", 5), "/p/0000000005");
  EXPECT_EQ(with_sequence("/p/s-", 2147483647), "/p/s-2147483647");
}

}  // namespace
}  // namespace logquake::zookeeper
