#include "scenarios/zookeeper/fact_kinds.h"

#include <gtest/gtest.h>

#include "scenarios/engine/fact_kinds_testing.h"

namespace logquake::scenario {
namespace {

TEST(ZookeeperFactKinds, AreAllThatItsModelsDeclare) {
  EXPECT_EQ(zookeeper_fact_kinds(), declared_fact_kinds({"models/quorum"}));
}

}  // namespace
}  // namespace logquake::scenario
