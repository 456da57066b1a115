#include "scenarios/kafka/checkers/order_per_key.h"

#include <gtest/gtest.h>

#include "models/broker/facts.h"
#include "models/client/facts.h"
#include "scenarios/engine/checker_testing.h"

namespace logquake::scenario {
namespace {

namespace client = kafka::client;
using testing::Clauses;
using testing::Witness;

constexpr std::int64_t a_key = 5;

/// A producer that has sent the records 1 and 2 of one key, and had them acknowledged.
class TwoSent : public Witness {
 public:
  explicit TwoSent(bool is_idempotent = true,
                   DurabilityProfile profile = {.replicas = 3, .min_insync_replicas = 2})
      : Witness(order_per_key(profile)) {
    for (const std::int64_t number : {1, 2}) {
      state(client::RecordSent{.client = "p",
                               .session = 1,
                               .send = number,
                               .partition = {"t", 0},
                               .key_digest = a_key,
                               .value_digest = 100 + number});
      state(client::RecordAcknowledged{.client = "p",
                                       .partition = {"t", 0},
                                       .is_idempotent = is_idempotent,
                                       .value_digest = 100 + number});
    }
  }
  /// A consumer reads the record `number` at `offset`.
  TwoSent& read(std::int64_t number, std::int64_t offset) {
    state(client::RecordDelivered{.client = "c",
                                  .partition = {"t", 0},
                                  .offset = kafka::Offset(offset),
                                  .key_digest = a_key,
                                  .value_digest = 100 + number});
    return *this;
  }
};

TEST(OrderPerKey, PassesWhatIsReadOnceAndInOrder) {
  EXPECT_EQ(TwoSent().read(1, 0).read(2, 1).end().broken(), Clauses{});
  EXPECT_EQ(TwoSent().read(1, 0).read(2, 1).read(1, 0).end().broken(), Clauses{})
      << "one offset read twice is no duplicate in the log";
}

TEST(OrderPerKey, BreaksWhereOneRecordIsAtTwoOffsets) {
  EXPECT_EQ(TwoSent().read(1, 0).read(1, 1).end().broken(), Clauses{"K-INV-40"});
}

TEST(OrderPerKey, BreaksWhereARecordOvertakesAnotherOfItsKey) {
  EXPECT_EQ(TwoSent().read(2, 0).read(1, 1).end().broken(), Clauses{"K-INV-41"});
}

TEST(OrderPerKey, ExcusesBothWithoutIdempotence) {
  TwoSent doubled(false);
  TwoSent overtaken(false);

  doubled.read(1, 0).read(1, 1).end();
  overtaken.read(2, 0).read(1, 1).end();

  EXPECT_EQ(doubled.broken(), Clauses{});
  EXPECT_EQ(overtaken.broken(), Clauses{});
  EXPECT_EQ(doubled.excused(), Clauses{"K-ANO-2"});
  EXPECT_EQ(overtaken.excused(), Clauses{"K-ANO-11"});
}

TEST(OrderPerKey, BreaksWhereARecordChangesUnderItsOffsetWhateverTheProducer) {
  EXPECT_EQ(TwoSent(false).read(1, 0).read(2, 0).broken(), Clauses{"K-INV-18"});
}

TEST(OrderPerKey, ExcusesAChangeWhereTheSettingsOrThePowerLetRecordsGetLost) {
  TwoSent careless(true, {.replicas = 1, .min_insync_replicas = 1});
  careless.read(1, 0).read(2, 0).end();
  EXPECT_EQ(careless.broken(), Clauses{});
  EXPECT_EQ(careless.excused(), Clauses{"K-INV-18 (precondition: profile SAFE)"});

  // Broker 2 had the record, lost it with its power and leads.
  TwoSent powerless;
  powerless.state(kafka::BatchAppended{.partition = "t-0", .broker = kafka::BrokerId(2)});
  powerless.state(kafka::HighWatermarkAdvanced{.partition = "t-0", .offset = kafka::Offset(1)});
  powerless.state(kafka::LogLoaded{.broker = kafka::BrokerId(2), .partition = "t-0"});
  powerless.state(kafka::BecameLeader{.partition = "t-0", .leader = kafka::BrokerId(2)});
  powerless.read(1, 0).read(2, 0).end();
  EXPECT_EQ(powerless.broken(), Clauses{});
  EXPECT_EQ(powerless.excused(), Clauses{"K-INV-1 (precondition: clean history under F3)"});
}

// The leader had no state of the producer: the first batch that came was its eighth.
TEST(OrderPerKey, ExcusesOvertakingAtALeaderThatKnewNothingOfTheProducer) {
  const auto appended = [](std::int32_t sequence, std::int64_t offset) {
    return kafka::BatchAppended{.partition = "t-0",
                                .broker = kafka::BrokerId(1),
                                .as_leader = true,
                                .base_offset = kafka::Offset(offset),
                                .last_offset = kafka::Offset(offset),
                                .producer_id = kafka::ProducerId(5),
                                .base_sequence = sequence};
  };
  TwoSent unknown;
  unknown.state(appended(7, 0));
  unknown.read(2, 0).read(1, 1).end();
  EXPECT_EQ(unknown.broken(), Clauses{});
  EXPECT_EQ(unknown.excused(), Clauses{"K-LOG-43"});

  TwoSent known;
  known.state(appended(0, 0)).state(appended(7, 1));
  known.read(2, 1).read(1, 2).end();
  EXPECT_EQ(known.broken(), Clauses{"K-INV-41"});
}

TEST(OrderPerKey, ExcusesADuplicateOfWhatWasRenumberedWhenAnotherRecordWasRefused) {
  for (const bool is_indeterminate : {false, true}) {
    TwoSent witness;
    witness.state(client::RecordFailed{
        .client = "p", .partition = {"t", 0}, .is_indeterminate = is_indeterminate});
    witness.read(1, 0).read(1, 1).end();
    EXPECT_EQ(witness.broken(), is_indeterminate ? Clauses{"K-INV-40"} : Clauses{});
    EXPECT_EQ(witness.excused(), is_indeterminate ? Clauses{} : Clauses{"K-PRD-25"});
  }
}

TEST(OrderPerKey, JudgesTheOrderOfTheLogThatGoesOn) {
  TwoSent witness(true, {.replicas = 1, .min_insync_replicas = 1});

  witness.read(1, 0).read(2, 1).read(2, 0).end();

  EXPECT_EQ(witness.broken(), Clauses{});
}

}  // namespace
}  // namespace logquake::scenario
