#include "scenarios/kafka/checkers/acked_records_survive.h"

#include <gtest/gtest.h>

#include "models/broker/facts.h"
#include "models/client/facts.h"
#include "scenarios/engine/checker_testing.h"

namespace logquake::scenario {
namespace {

using kafka::BrokerId;
using kafka::LeaderEpoch;
using kafka::Offset;
using testing::Clauses;
using testing::Witness;

constexpr DurabilityProfile safe{.replicas = 3, .min_insync_replicas = 2};

kafka::BatchAppended appended(int broker, std::uint32_t digest) {
  return {.partition = "t-0",
          .broker = BrokerId(broker),
          .as_leader = broker == 1,
          .base_offset = Offset(0),
          .last_offset = Offset(0),
          .digest = digest};
}
kafka::BecameLeader becomes_leader(int broker) {
  return {.partition = "t-0", .leader = BrokerId(broker), .epoch = LeaderEpoch(1)};
}

/// Broker 1 leads, appends a record and answers for it; the producer hears of it.
class Acknowledged : public Witness {
 public:
  explicit Acknowledged(std::int16_t acks = -1, DurabilityProfile profile = safe)
      : Witness(acked_records_survive(profile)) {
    state(becomes_leader(1)).state(appended(1, 11));
    state(kafka::ProduceAcknowledged{.partition = "t-0", .leader = BrokerId(1), .acks = acks});
    state(kafka::client::RecordAcknowledged{
        .partition = {"t", 0}, .offset = Offset(0), .acks = acks});
  }
};

TEST(AckedRecordsSurvive, PassesALeaderThatHasTheRecord) {
  Acknowledged witness;

  witness.state(appended(2, 11)).state(becomes_leader(2)).end();

  EXPECT_EQ(witness.broken(), Clauses{});
  EXPECT_EQ(witness.excused(), Clauses{});
}

TEST(AckedRecordsSurvive, BreaksWhereALaterLeaderLacksTheRecord) {
  Acknowledged witness;

  witness.state(becomes_leader(2));

  EXPECT_EQ(witness.broken(), Clauses{"K-INV-1"});
}

TEST(AckedRecordsSurvive, BreaksWhereALaterLeaderHasAnotherRecordInItsPlace) {
  Acknowledged witness;

  witness.state(appended(2, 12)).state(becomes_leader(2));

  EXPECT_EQ(witness.broken(), Clauses{"K-INV-1"});
}

TEST(AckedRecordsSurvive, BreaksWhereTheLeaderItselfHasLostTheRecordInTheEnd) {
  const kafka::LogTruncated cut{.partition = "t-0", .broker = BrokerId(1), .to = Offset(0)};

  EXPECT_EQ(Acknowledged().state(cut).end().broken(), Clauses{"K-INV-1"});
  EXPECT_EQ(Acknowledged().state(cut).end(false).broken(), Clauses{}) << "it may still come back";
}

TEST(AckedRecordsSurvive, PromisesNothingForWhatNobodyHeardOf) {
  Witness witness(acked_records_survive(safe));
  witness.state(becomes_leader(1)).state(appended(1, 11));
  witness.state(kafka::ProduceAcknowledged{.partition = "t-0", .leader = BrokerId(1), .acks = -1});

  witness.state(becomes_leader(2)).end();

  EXPECT_EQ(witness.broken(), Clauses{});
}

TEST(AckedRecordsSurvive, LetsGoOfWhatRetentionAndDeletionRemove) {
  EXPECT_EQ(Acknowledged()
                .state(kafka::LogStartMoved{
                    .partition = "t-0", .broker = BrokerId(2), .log_start = Offset(1)})
                .state(becomes_leader(2))
                .end()
                .broken(),
            Clauses{});
  EXPECT_EQ(Acknowledged()
                .state(kafka::TopicDeleted{.topic = "t"})
                .state(becomes_leader(2))
                .end()
                .broken(),
            Clauses{});
}

TEST(AckedRecordsSurvive, NamesTheClauseThatExcusesALoss) {
  const kafka::LeaderElected unclean{
      .partition = "t-0", .leader = BrokerId(2), .isr = {BrokerId(2)}, .unclean = true};
  Acknowledged with_unclean_election;
  Acknowledged with_one_ack(1);
  Acknowledged with_weak_settings(-1, {.replicas = 3, .min_insync_replicas = 1});

  with_unclean_election.state(unclean).state(becomes_leader(2));
  with_one_ack.state(becomes_leader(2));
  with_weak_settings.state(becomes_leader(2));

  EXPECT_EQ(with_unclean_election.excused(), Clauses{"K-REP-41"});
  EXPECT_EQ(with_one_ack.excused(), Clauses{"K-REP-26"});
  EXPECT_EQ(with_weak_settings.excused(), Clauses{"K-INV-1 (precondition: profile SAFE)"});
  for (const auto* witness : {&with_unclean_election, &with_one_ack, &with_weak_settings})
    EXPECT_EQ(witness->broken(), Clauses{});
}

// The rule for F3: a machine that lost committed records with its power and led before it had them.
TEST(AckedRecordsSurvive, ExcusesALossByPowerOnlyWhereTheLoserLeads) {
  const kafka::HighWatermarkAdvanced committed{
      .partition = "t-0", .leader = BrokerId(1), .offset = Offset(1), .log_end = Offset(1)};
  const kafka::LogLoaded lost{.broker = BrokerId(2), .partition = "t-0", .recovered = true};
  Acknowledged loser_leads;
  Acknowledged another_leads;

  loser_leads.state(appended(2, 11)).state(committed).state(lost).state(becomes_leader(2));
  another_leads.state(appended(2, 11)).state(committed).state(lost).state(becomes_leader(3));

  EXPECT_EQ(loser_leads.broken(), Clauses{});
  EXPECT_EQ(loser_leads.excused(), Clauses{"K-INV-1 (precondition: clean history under F3)"});
  EXPECT_EQ(another_leads.broken(), Clauses{"K-INV-1"});
}

}  // namespace
}  // namespace logquake::scenario
