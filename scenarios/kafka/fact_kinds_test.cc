#include "scenarios/kafka/fact_kinds.h"

#include <gtest/gtest.h>

#include "scenarios/engine/fact_kinds_testing.h"

namespace logquake::scenario {
namespace {

TEST(KafkaFactKinds, AreAllThatItsModelsDeclare) {
  auto declared =
      declared_fact_kinds({"models/broker", "models/client", "models/connect", "models/database",
                           "models/groups", "models/protocol", "models/quorum",
                           "scenarios/kafka/kafka_actions.cc", "scenarios/kafka/workloads"});
  std::erase_if(declared, [](const std::string& kind) { return kind.starts_with("recipe."); });

  EXPECT_EQ(kafka_fact_kinds(), declared);
}

}  // namespace
}  // namespace logquake::scenario
