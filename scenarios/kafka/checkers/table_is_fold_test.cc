#include "scenarios/kafka/checkers/table_is_fold.h"

#include <gtest/gtest.h>

#include "models/client/facts.h"
#include "models/database/facts.h"
#include "scenarios/engine/checker_testing.h"

namespace logquake::scenario {
namespace {

using testing::Clauses;
using testing::Witness;

kafka::client::RecordAcknowledged record(std::int64_t offset, std::int64_t key,
                                         std::int64_t value) {
  kafka::client::RecordAcknowledged fact;
  fact.partition = {"users", 0};
  fact.offset = kafka::Offset(offset);
  fact.key_digest = key;
  fact.value_digest = value;
  return fact;
}
database::RowInserted row(std::string key) {
  database::RowInserted fact;
  fact.table = "copy.users";
  fact.key = std::move(key);
  return fact;
}

TEST(TableIsFold, HasARowForEachKeyThatIsNotDeletedLast) {
  Witness witness(table_is_fold("users", "copy.users"));
  witness.state(record(0, 1, 7)).state(record(1, 1, 0)).state(record(2, 1, 7));
  witness.state(record(3, 2, 7)).state(record(4, 2, 0));

  EXPECT_EQ(witness.state(row("1")).end().broken(), Clauses{});
}

TEST(TableIsFold, BreaksWhereARowIsMissingOrLeft) {
  Witness missing(table_is_fold("users", "copy.users"));
  EXPECT_EQ(missing.state(record(0, 1, 7)).end().broken(), Clauses{"C-INV-60"});

  Witness left(table_is_fold("users", "copy.users"));
  left.state(record(0, 1, 7)).state(row("1")).state(record(1, 1, 0));
  EXPECT_EQ(left.end().broken(), Clauses{"C-INV-60"});

  Witness unhealed(table_is_fold("users", "copy.users"));
  EXPECT_EQ(unhealed.state(record(0, 1, 7)).end(false).broken(), Clauses{});
}

}  // namespace
}  // namespace logquake::scenario
