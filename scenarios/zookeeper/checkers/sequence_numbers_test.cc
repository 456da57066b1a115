#include "scenarios/zookeeper/checkers/sequence_numbers.h"

#include <gtest/gtest.h>

#include "scenarios/zookeeper/checkers/ensemble_testing.h"

namespace logquake::scenario {
namespace {

using testing::Clauses;
using testing::EnsembleWitness;
using testing::z;

using zookeeper::SessionId;
using zookeeper::ZnodeCreated;

ZnodeCreated created(std::string path, std::int64_t counter) {
  return {std::move(path), z(1, counter), SessionId(7), SessionId(), ""};
}
EnsembleWitness witness() {
  return EnsembleWitness(zookeeper_sequence_numbers()).on("a", created("/p/x-0000000003", 1));
}

TEST(ZookeeperSequenceNumbers, GrowUnderEachParent) {  // Z-INV-15
  EXPECT_EQ(witness()
                .on("a", created("/p/y-0000000004", 2))
                .on("a", created("/q/x-0000000003", 3))
                .broken(),
            Clauses{});
  EXPECT_EQ(witness().on("a", created("/p/y-0000000003", 2)).broken(), Clauses{"Z-INV-15"});
  EXPECT_EQ(witness().on("a", created("/p/x-0000000002", 2)).broken(), Clauses{"Z-INV-15"});
}

TEST(ZookeeperSequenceNumbers, BeginAgainWithTheParent) {  // Z-INV-15
  EXPECT_EQ(witness()
                .on("a", zookeeper::ZnodeDeleted{"/p", z(1, 2), SessionId(7)})
                .on("a", created("/p", 3))
                .on("a", created("/p/x-0000000000", 4))
                .broken(),
            Clauses{});
}

}  // namespace
}  // namespace logquake::scenario
