#include "scenarios/kafka/checkers/order_per_key.h"

#include <gtest/gtest.h>

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
  explicit TwoSent(bool is_idempotent = true) : Witness(order_per_key()) {
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

}  // namespace
}  // namespace logquake::scenario
