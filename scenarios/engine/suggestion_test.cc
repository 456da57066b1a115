#include "scenarios/engine/suggestion.h"

#include <gtest/gtest.h>

namespace logquake::scenario {
namespace {

TEST(Suggestion, CountsInsertionsDeletionsReplacementsAndSwaps) {
  EXPECT_EQ(edit_distance("length", "length"), 0U);
  EXPECT_EQ(edit_distance("lenght", "length"), 1U);
  EXPECT_EQ(edit_distance("lngth", "length"), 1U);
  EXPECT_EQ(edit_distance("lengths", "length"), 1U);
  EXPECT_EQ(edit_distance("lemgth", "length"), 1U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
}

TEST(Suggestion, NamesTheNearestThatCouldBeMeant) {
  EXPECT_EQ(suggestion("lenght", {"about", "length"}), "; did you mean \"length\"?");
  EXPECT_EQ(suggestion("users", {"gossip", "users-table-to-replica"}),
            "; did you mean \"users-table-to-replica\"?");
}

TEST(Suggestion, ListsAllWhereNothingIsNear) {
  EXPECT_EQ(suggestion("zzz", {"about", "length"}), "; expected one of \"about\", \"length\"");
  EXPECT_EQ(suggestion("zzz", {"about"}), "; expected \"about\"");
  EXPECT_EQ(suggestion("zzz", {"about", "length"}, 1), "");
  EXPECT_EQ(suggestion("zzz", {}), "");
}

}  // namespace
}  // namespace logquake::scenario
