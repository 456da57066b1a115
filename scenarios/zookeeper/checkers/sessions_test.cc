#include "scenarios/zookeeper/checkers/sessions.h"

#include <gtest/gtest.h>

#include "scenarios/zookeeper/checkers/ensemble_testing.h"

namespace logquake::scenario {
namespace {

using testing::Clauses;
using testing::EnsembleWitness;
using testing::z;

using zookeeper::SessionClosed;
using zookeeper::SessionCreated;
using zookeeper::SessionExpired;
using zookeeper::SessionId;
using zookeeper::ZnodeCreated;
using zookeeper::ZnodeDeleted;

const SessionCreated opened{SessionId(7), "client", 6s, z(1, 1)};
const ZnodeCreated owned{"/e", z(1, 2), SessionId(7), SessionId(7), ""};
const ZnodeDeleted swept{"/e", z(1, 3), SessionId(7)};
const SessionClosed closed{SessionId(7), z(1, 3), 1, 0};

EnsembleWitness witness() {
  return EnsembleWitness(zookeeper_sessions()).on("a", opened).on("a", owned);
}

TEST(ZookeeperSessions, TakeTheirEphemeralsWithThem) {  // Z-INV-12
  EXPECT_EQ(witness().on("a", swept).on("a", closed).on("b", opened).broken(), Clauses{});
  EXPECT_EQ(witness().on("a", closed).broken(), Clauses{"Z-INV-12"});
  EXPECT_EQ(witness().on("a", SessionClosed{SessionId(7), z(1, 3), 0, 1}).broken(),
            Clauses{"Z-INV-12"});
}

TEST(ZookeeperSessions, DoNothingAfterTheirClose) {  // Z-INV-12, Z-SE-9
  auto facts = witness();
  facts.on("a", swept).on("a", closed);

  EXPECT_EQ(EnsembleWitness(facts).on("b", SessionClosed{SessionId(7), z(1, 9), 0, 0}).broken(),
            Clauses{});
  EXPECT_EQ(EnsembleWitness(facts)
                .on("a", ZnodeCreated{"/x", z(1, 4), SessionId(7), SessionId(), ""})
                .broken(),
            Clauses{"Z-INV-12"});
}

TEST(ZookeeperSessions, AreOpenWhileTheyOwn) {  // Z-INV-12
  const ZnodeCreated orphan{"/o", z(1, 3), SessionId(8), SessionId(8), ""};

  EXPECT_EQ(witness().on("a", orphan).broken(), Clauses{"Z-INV-12"});
  // After an election there may be some of which nobody told.
  EXPECT_EQ(witness()
                .serve("b", 2, z(1, 5))
                .on("b", ZnodeCreated{"/o", z(2, 1), SessionId(8), SessionId(8), ""})
                .broken(),
            Clauses{});
}

TEST(ZookeeperSessions, HaveIdsOfTheirOwn) {  // Z-INV-12, Z-SE-1
  EXPECT_EQ(witness().on("a", SessionCreated{SessionId(7), "client", 6s, z(1, 3)}).broken(),
            Clauses{"Z-INV-12"});
}

TEST(ZookeeperSessions, ExpireOnlyAfterTheirTimeout) {  // Z-INV-13
  EXPECT_EQ(witness().on("a", SessionExpired{SessionId(7), 6s, 6s}).broken(), Clauses{});
  EXPECT_EQ(witness().on("a", SessionExpired{SessionId(7), 6s, 5999ms}).broken(),
            Clauses{"Z-INV-13"});
}

}  // namespace
}  // namespace logquake::scenario
