#include "scenarios/zookeeper/checkers/protocol.h"

#include <gtest/gtest.h>

#include "scenarios/zookeeper/checkers/ensemble_testing.h"
#include "sim/trace/kernel_facts.h"

namespace logquake::scenario {
namespace {

using testing::Clauses;
using testing::EnsembleWitness;
using testing::z;

EnsembleWitness witness() { return EnsembleWitness(zookeeper_protocol()); }

TEST(ZookeeperProtocol, IsNotViolatedByAnybody) {  // Z-INV-24
  const zookeeper::LearnerSynchronized synchronized{2, "DIFF", z(1, 1), z(1, 4)};

  EXPECT_EQ(witness().on("a", synchronized).broken(), Clauses{});
  EXPECT_EQ(witness().on("b", zookeeper::ProtocolViolated{"COMMIT of nothing"}).broken(),
            Clauses{"Z-INV-24"});
}

TEST(ZookeeperProtocol, ExcusesWhatAServerHasForgottenWithItsDisk) {  // Z-ST-7
  auto story = witness();
  story.on("a", sim::NodeLostDisk{"a"}).on("a", zookeeper::ProtocolViolated{"a gap"});

  EXPECT_EQ(story.broken(), Clauses{});
  EXPECT_EQ(story.excused(), Clauses{"Z-ST-7"});
}

}  // namespace
}  // namespace logquake::scenario
