#include "scenarios/kafka/workloads/sql_workload.h"

#include <gtest/gtest.h>

#include "models/database/server.h"
#include "sim/simulation.h"

namespace logquake::scenario {
namespace {

TEST(SqlWorkload, NumbersItsStatements) {
  EXPECT_EQ(statement_of("insert into t values ({n}, 'u{n}')", 7),
            "insert into t values (7, 'u7')");
  EXPECT_EQ(statement_of("select 1", 7), "select 1");
}

// A server without power never answers what it was asked before, not even when it is up again.
TEST(SqlWorkload, EndsAlthoughTheServerLosesItsPowerUnderAStatement) {
  sim::Simulation simulation;
  database::ServerSettings settings;
  settings.databases = {{"d", "create table t(id int primary key)"}};
  const auto server =
      simulation.add_node("db-1", [&](sim::Node& node) { database::run_database(node, settings); })
          .id();
  const auto progress = std::make_shared<Progress>();
  SqlWorkload workload;
  workload.connection.address = {"db-1", 3306};
  workload.connection.database = "d";
  workload.statements = {"insert into t values (1)"};
  simulation.add_node("holder-1", [&](sim::Node& node) {
    node.sleep_for(500ms);  // the server is up by then
    auto holder = database::DatabaseClient::connect(node, workload.connection);
    ASSERT_TRUE(holder && holder->begin().ok());
    ASSERT_TRUE(holder->execute("insert into t values (1)"));
    node.sleep_for(1h);
  });
  static_cast<void>(simulation.run_for(1s));
  simulation.add_node("sql-1", sql_client(workload, progress));

  static_cast<void>(simulation.run_for(5s));  // it waits for the holder's lock
  ASSERT_EQ(progress->done_so_far + progress->failed, 0);
  simulation.lose_power(server);
  static_cast<void>(simulation.run_for(5s));
  simulation.restart(server);
  progress->is_stopped = true;

  EXPECT_EQ(simulation.run_until([&] { return progress->is_finished; }, 120s).reason,
            sim::Stop::Reason::condition);
}

}  // namespace
}  // namespace logquake::scenario
