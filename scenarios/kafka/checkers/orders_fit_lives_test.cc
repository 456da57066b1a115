#include "scenarios/kafka/checkers/orders_fit_lives.h"

#include <gtest/gtest.h>

#include "models/broker/facts.h"
#include "scenarios/engine/checker_testing.h"

namespace logquake::scenario {
namespace {

using kafka::BrokerId;
using kafka::LeaderEpoch;
using testing::Clauses;
using testing::Witness;

kafka::LeaderElected elected(std::int32_t broker, std::int32_t epoch) {
  kafka::LeaderElected fact;
  fact.partition = "t-0";
  fact.leader = BrokerId(broker);
  fact.epoch = LeaderEpoch(epoch);
  return fact;
}
kafka::BecameLeader became(std::int32_t broker, std::int32_t epoch) {
  kafka::BecameLeader fact;
  fact.partition = "t-0";
  fact.leader = BrokerId(broker);
  fact.epoch = LeaderEpoch(epoch);
  return fact;
}
kafka::BrokerRegistered registered(std::int32_t broker) {
  kafka::BrokerRegistered fact;
  fact.broker = BrokerId(broker);
  return fact;
}

TEST(OrdersFitLives, BreaksWhereANewLifeObeysADecisionThatIsOver) {
  Witness wrong(orders_fit_lives());
  wrong.state(registered(1)).state(elected(1, 0)).state(registered(1)).state(elected(2, 1));
  EXPECT_EQ(wrong.state(became(1, 0)).broken(), Clauses{"K-CTL-9"});
}

TEST(OrdersFitLives, PassesWhereTheDecisionStandsOrWasForThisLife) {
  Witness stands(orders_fit_lives());
  stands.state(registered(1)).state(elected(1, 0)).state(registered(1));
  EXPECT_EQ(stands.state(became(1, 0)).broken(), Clauses{});

  Witness late(orders_fit_lives());
  late.state(registered(1)).state(elected(1, 0)).state(elected(2, 1));
  EXPECT_EQ(late.state(became(1, 0)).broken(), Clauses{});
}

}  // namespace
}  // namespace logquake::scenario
