#include "scenarios/kafka/checkers/rows_converge.h"

#include <gtest/gtest.h>

#include "models/connect/facts.h"
#include "models/connect/jdbc_facts.h"
#include "models/database/facts.h"
#include "scenarios/engine/checker_testing.h"

namespace logquake::scenario {
namespace {

using testing::Clauses;
using testing::Witness;

const std::string source = "mydb.users";
const std::string target = "copy.users";

database::RowImage user(const std::string& id, const std::string& name) {
  return {{"id", id}, {"name", name}};
}
database::RowInserted inserted(const std::string& table, const std::string& id,
                               const std::string& name) {
  return {.table = table, .key = id, .row = user(id, name)};
}
database::RowUpdated updated(const std::string& table, const std::string& id,
                             const std::string& name) {
  return {.table = table, .key = id, .key_before = id, .row = user(id, name)};
}

class Route : public Witness {
 public:
  Route() : Witness(rows_converge({.from = source, .to = target})) {}
};

TEST(RowsConverge, PassesWhereEveryRowArrivesOnceAsItWas) {
  Route witness;

  witness.state(inserted(source, "1", "a")).state(inserted(target, "1", "a")).end();

  EXPECT_EQ(witness.broken(), Clauses{});
  EXPECT_EQ(witness.excused(), Clauses{});
}

TEST(RowsConverge, BreaksWhereARowNeverArrivesOnceAllIsHealed) {
  EXPECT_EQ(Route().state(inserted(source, "1", "a")).end().broken(), Clauses{"C-INV-12"});
  EXPECT_EQ(Route().state(inserted(source, "1", "a")).end(false).broken(), Clauses{});
}

TEST(RowsConverge, BreaksWhereARowArrivesThatTheSourceNeverHeld) {
  EXPECT_EQ(Route().state(inserted(target, "1", "a")).broken(), Clauses{"C-INV-18"});
  EXPECT_EQ(Route().state(inserted(source, "1", "a")).state(inserted(target, "1", "b")).broken(),
            Clauses{"C-INV-18"});
  EXPECT_EQ(Route()
                .state(inserted(source, "1", "a"))
                .state(inserted(target, "1", "a"))
                .state(updated(target, "1", "b"))
                .broken(),
            Clauses{"C-INV-18"});
}

TEST(RowsConverge, NamesCopiesUpdatesAndDeletesThatNeverArrive) {
  Route copied;
  Route changed;
  Route removed;

  copied.state(inserted(source, "1", "a")).state(inserted(target, "1", "a"));
  copied.state(database::RowInserted{.table = target, .key = "row 2", .row = user("1", "a")}).end();
  changed.state(inserted(source, "1", "a")).state(inserted(target, "1", "a"));
  changed.state(updated(source, "1", "b")).end();
  removed.state(inserted(source, "1", "a")).state(inserted(target, "1", "a"));
  removed.state(database::RowDeleted{.table = source, .key = "1", .row = user("1", "a")}).end();

  EXPECT_EQ(copied.excused(), Clauses{"C-INV-61"});
  EXPECT_EQ(changed.excused(), Clauses{"C-JSO-70"});
  EXPECT_EQ(removed.excused(), Clauses{"C-JSO-71"});
  for (const auto* witness : {&copied, &changed, &removed}) EXPECT_EQ(witness->broken(), Clauses{});
}

TEST(RowsConverge, NamesWhyARowMayStayAway) {
  Route behind_a_failed_task;
  Route committed_too_late;

  behind_a_failed_task.state(inserted(source, "1", "a"));
  behind_a_failed_task.state(connect::TaskFailed{.connector = "c", .reason = "trouble"}).end();
  committed_too_late.state(connect::QueryStarted{.table = source, .reached = 7});
  committed_too_late.state(inserted(source, "6", "late")).end();

  EXPECT_EQ(behind_a_failed_task.excused(), Clauses{"C-TSK-1"});
  EXPECT_EQ(committed_too_late.excused(), Clauses{"C-JSO-72"});
  EXPECT_EQ(behind_a_failed_task.broken(), Clauses{});
  EXPECT_EQ(committed_too_late.broken(), Clauses{});
}

}  // namespace
}  // namespace logquake::scenario
