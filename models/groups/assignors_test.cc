#include "models/groups/assignors.h"

#include <gtest/gtest.h>

#include "sim/base/format.h"

namespace logquake::kafka {
namespace {

std::string printed(const Assignments& assignments) {
  std::string text;
  for (const auto& [member, partitions] : assignments) {
    text += member + ":";
    for (const auto& partition : partitions) text += " " + to_string(partition);
    text += "\n";
  }
  return text;
}

TEST(RangeAssignor, GivesTheFirstMembersOneMore) {
  const auto assignments =
      assign_ranges({{"t", 7}}, {{"c", {}, {"t"}}, {"a", {}, {"t"}}, {"b", {}, {"t"}}});

  EXPECT_EQ(printed(assignments),
            "a: t-0 t-1 t-2\n"
            "b: t-3 t-4\n"
            "c: t-5 t-6\n");
}

TEST(RangeAssignor, DealsEachTopicAmongItsOwnSubscribers) {
  const auto assignments = assign_ranges(
      {{"t", 3}, {"u", 2}}, {{"a", {}, {"t"}}, {"b", {}, {"t", "u"}}, {"c", {}, {"u"}}});

  EXPECT_EQ(printed(assignments),
            "a: t-0 t-1\n"
            "b: t-2 u-0\n"
            "c: u-1\n");
}

TEST(RangeAssignor, LeavesMembersBeyondThePartitionsIdle) {
  EXPECT_EQ(printed(assign_ranges({{"t", 1}}, {{"a", {}, {"t"}}, {"b", {}, {"t"}}})),
            "a: t-0\n"
            "b:\n");
}

TEST(RangeAssignor, PassesOverTopicsThatDoNotExist) {
  EXPECT_EQ(printed(assign_ranges({}, {{"a", {}, {"t"}}})), "a:\n");
}

TEST(RangeAssignor, PutsStaticMembersFirstByInstance) {
  const auto assignments = assign_ranges(
      {{"t", 3}}, {{"a", {}, {"t"}}, {"z", "instance-1", {"t"}}, {"y", "instance-2", {"t"}}});

  EXPECT_EQ(printed(assignments),
            "a: t-2\n"
            "y: t-1\n"
            "z: t-0\n");
}

TEST(RangeAssignor, CountsATopicOnceHoweverOftenItIsNamed) {
  EXPECT_EQ(printed(assign_ranges({{"t", 2}}, {{"a", {}, {"t", "t"}}, {"b", {}, {"t"}}})),
            "a: t-0\n"
            "b: t-1\n");
}

}  // namespace
}  // namespace logquake::kafka
