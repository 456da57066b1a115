#include "scenarios/kafka/checkers/transactions_survive.h"

#include <gtest/gtest.h>

#include "models/database/facts.h"
#include "scenarios/engine/checker_testing.h"

namespace logquake::scenario {
namespace {

using database::CommitNumber;
using testing::Clauses;
using testing::Witness;

Clauses broken_by_losing_the_last_of_two(bool durable) {
  Witness witness(committed_transactions_survive());
  witness.state(database::TransactionCommitted{
      .commit = CommitNumber(1), .rows = 1, .connection = 1, .durable = true});
  witness.state(database::TransactionCommitted{
      .commit = CommitNumber(2), .rows = 1, .connection = 1, .durable = durable});
  database::Recovered recovered;
  recovered.last_commit = CommitNumber(1);
  return witness.state(recovered).end().broken();
}

TEST(CommittedTransactionsSurvive, BreaksWhereADurableOneIsGone) {
  EXPECT_EQ(broken_by_losing_the_last_of_two(true), Clauses{"C-DB-62"});
  EXPECT_EQ(broken_by_losing_the_last_of_two(false), Clauses{});
}

}  // namespace
}  // namespace logquake::scenario
