#include "scenarios/kafka/checkers/follower_terms.h"

#include <gtest/gtest.h>

#include "models/broker/facts.h"
#include "scenarios/engine/checker_testing.h"

namespace logquake::scenario {
namespace {

using kafka::BrokerId;
using kafka::LeaderEpoch;
using testing::Clauses;
using testing::Witness;

Clauses broken_by_a_batch_of(std::int32_t epoch, bool as_leader) {
  kafka::BecameFollower follows;
  follows.partition = "t-0";
  follows.broker = BrokerId(1);
  follows.epoch = LeaderEpoch(4);
  kafka::BatchAppended appended;
  appended.partition = "t-0";
  appended.broker = BrokerId(1);
  appended.epoch = LeaderEpoch(epoch);
  appended.as_leader = as_leader;
  return Witness(followers_copy_their_term()).state(follows).state(appended).end().broken();
}

TEST(FollowersCopyTheirTerm, BreaksWhereABatchIsOfALaterTerm) {
  EXPECT_EQ(broken_by_a_batch_of(3, false), Clauses{});
  EXPECT_EQ(broken_by_a_batch_of(4, false), Clauses{});
  EXPECT_EQ(broken_by_a_batch_of(5, false), Clauses{"K-REP-11"});
  EXPECT_EQ(broken_by_a_batch_of(5, true), Clauses{});  // it leads by now
}

}  // namespace
}  // namespace logquake::scenario
