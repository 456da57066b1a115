#include "scenarios/kafka/checkers/ids_are_new.h"

#include <gtest/gtest.h>

#include "models/database/facts.h"
#include "scenarios/engine/checker_testing.h"

namespace logquake::scenario {
namespace {

using testing::Clauses;
using testing::Witness;

database::RowInserted row(std::string key, std::string name) {
  database::RowInserted inserted;
  inserted.table = "mydb.users";
  inserted.row = {{.column = "id", .value = key}, {.column = "name", .value = std::move(name)}};
  inserted.key = std::move(key);
  return inserted;
}

TEST(IdsAreNew, BreaksWhereAnotherRowHasTheIdOfAnEarlierOne) {
  Witness witness(ids_are_new("mydb.users"));

  witness.state(row("1", "a")).state(row("2", "b"));
  witness.state(row("1", "a"));  // restated by recovery
  EXPECT_EQ(witness.broken(), Clauses{});
  EXPECT_EQ(witness.state(row("2", "c")).broken(), Clauses{"C-DB-15"});
}

TEST(IdsAreNew, LooksAtItsTableOnly) {
  Witness witness(ids_are_new("mydb.orders"));

  EXPECT_EQ(witness.state(row("1", "a")).state(row("1", "b")).end().broken(), Clauses{});
}

}  // namespace
}  // namespace logquake::scenario
