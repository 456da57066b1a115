#include "scenarios/zookeeper/ensemble.h"

#include <gtest/gtest.h>

#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

Ensemble of(int servers) {
  Ensemble ensemble;
  for (int id = 1; id <= servers; ++id) ensemble.members.push_back({format("s{}", id), id});
  return ensemble;
}

TEST(Ensemble, NeedsMoreThanHalfOfItsVoters) {  // Z-QV-1, Z-QV-4
  auto four = of(4);
  four.members.push_back({.node = "s5", .id = 5, .is_observer = true});

  EXPECT_TRUE(of(3).is_quorum({"s1", "s3"}));
  EXPECT_FALSE(of(3).is_quorum({"s1"}));
  EXPECT_FALSE(four.is_quorum({"s1", "s2", "s5"}));
  EXPECT_TRUE(four.is_quorum({"s1", "s2", "s3"}));
}

TEST(Ensemble, NeedsMoreThanHalfOfTheWeightInMoreThanHalfOfTheGroups) {  // Z-QV-2
  auto ensemble = of(7);
  for (auto& member : ensemble.members) member.group = (member.id - 1) / 3 + 1;
  ensemble.members[6].weight = 0;  // a group without weight does not count

  EXPECT_TRUE(ensemble.is_quorum({"s1", "s2", "s4", "s5"}));
  EXPECT_FALSE(ensemble.is_quorum({"s1", "s2", "s3", "s4", "s7"}));
}

TEST(Ensemble, ToleratesAMinority) {  // Z-TQ-1
  EXPECT_EQ(of(2).most_down(), 0);
  EXPECT_EQ(of(3).most_down(), 1);
  EXPECT_EQ(of(4).most_down(), 1);
  EXPECT_EQ(of(5).most_down(), 2);
}

}  // namespace
}  // namespace logquake::scenario
