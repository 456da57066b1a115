// The JDBC source against simulated database servers, without Kafka.
#include <gtest/gtest.h>

#include "models/connect/jdbc_facts.h"
#include "models/connect/jdbc_source_connector.h"
#include "models/connect/jdbc_testing.h"
#include "sim/testing/run_program.h"

namespace logquake::connect {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): of this folder

// C-GLD-17, C-GLD-19: the default chain, source text to target rows.
TEST(JdbcChain, CarriesARowFromTableToTable) {
  World world;
  sim::testing::run_program(world.simulation, [](sim::Node& node) {
    auto mydb = client_of(node, "mydb");
    sql(mydb,
        "insert into users(user_id, pwd, created_at) values ('u1', 'p1', '2024-07-04 03:33:58')");
    Source source(node);
    ASSERT_TRUE(source.task.start(source_properties()).ok());
    Sink sink(node);
    ASSERT_TRUE(sink.task.start(sink_properties()).ok());

    const auto records = source.task.poll().value();
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].topic, "my_topic_users");
    EXPECT_EQ(to_json_text(records[0].source_partition),
              R"({"protocol":"1","table":"mydb.users"})");
    EXPECT_EQ(to_json_text(records[0].source_offset), R"({"incrementing":1})");
    EXPECT_TRUE(sink.task.put(at_sink(records)).ok());

    auto copy = client_of(node, "copy");
    EXPECT_EQ(rows(copy, "select * from my_topic_users"),
              std::vector<std::string>{"1 u1 p1 2024-07-04 03:33:58.000"});
    JsonConverter converter;
    EXPECT_EQ(
        converter.from_connect(records[0].value_schema, records[0].value).value(),
        R"({"schema":{"type":"struct","fields":[{"type":"int32","optional":false,"field":"id"},)"
        R"({"type":"string","optional":false,"field":"user_id"},{"type":"string","optional":false,"field":"pwd"},)"
        R"({"type":"int64","optional":true,"name":"org.apache.kafka.connect.data.Timestamp","version":1,"field":"created_at"}],)"
        R"("optional":false,"name":"users"},)"
        R"("payload":{"id":1,"user_id":"u1","pwd":"p1","created_at":1720064038000}})");
  });
}

// C-JSO-70, C-JSO-71.
TEST(JdbcSource, NeverSeesUpdatesAndDeletesInIncrementingMode) {
  World world;
  sim::testing::run_program(world.simulation, [](sim::Node& node) {
    auto mydb = client_of(node, "mydb");
    sql(mydb, "insert into users(user_id, pwd) values ('a', 'x'), ('b', 'x')");
    Source source(node);
    ASSERT_TRUE(source.task.start(source_properties()).ok());
    EXPECT_EQ(ids_of(source.task.poll().value()), "1 2 ");

    sql(mydb, "update users set pwd = 'new' where id = 1");
    sql(mydb, "delete from users where id = 2");
    const Instant before = node.now();
    EXPECT_EQ(ids_of(source.task.poll().value()), "");  // C-JSO-23: after three empty queries
    EXPECT_GE(node.now() - before, 14s);
    sql(mydb, "insert into users(user_id, pwd) values ('c', 'x')");
    EXPECT_EQ(ids_of(source.task.poll().value()), "3 ");
  });
}

// C-JSO-72, C-GLD-3.
TEST(JdbcSource, MissesASmallerIdThatIsCommittedLater) {
  World world;
  sim::testing::run_program(world.simulation, [](sim::Node& node) {
    auto a = client_of(node, "mydb");
    auto b = client_of(node, "mydb");
    Source source(node);
    ASSERT_TRUE(source.task.start(source_properties()).ok());

    EXPECT_TRUE(a.begin().ok());
    sql(a, "insert into users(user_id, pwd) values ('a', 'x')");
    sql(b, "insert into users(user_id, pwd) values ('b', 'x')");
    EXPECT_EQ(ids_of(source.task.poll().value()), "2 ");
    EXPECT_TRUE(a.commit().ok());
    EXPECT_EQ(ids_of(source.task.poll().value()), "");
  });
}

// C-JSO-22: one snapshot and one query for all batches of a result.
TEST(JdbcSource, ServesAResultInBatchesFromOneSnapshot) {
  World world;
  int queries = 0;
  world.simulation.trace().subscribe([&queries](const sim::TraceEvent& event) {
    queries += event.as<QueryStarted>() != nullptr ? 1 : 0;
  });
  sim::testing::run_program(world.simulation, [&queries](sim::Node& node) {
    auto mydb = client_of(node, "mydb");
    for (int i = 0; i < 4; ++i) sql(mydb, "insert into users(user_id, pwd) values ('u', 'p')");
    Source source(node);
    ASSERT_TRUE(source.task.start(source_properties({{"batch.max.rows", "2"}})).ok());

    EXPECT_EQ(ids_of(source.task.poll().value()), "1 2 ");
    sql(mydb, "insert into users(user_id, pwd) values ('u', 'p')");
    EXPECT_EQ(ids_of(source.task.poll().value()), "3 4 ");
    EXPECT_EQ(queries, 1);
    EXPECT_EQ(ids_of(source.task.poll().value()), "5 ");
    EXPECT_EQ(queries, 2);
  });
}

// C-JSO-27, C-JSO-53: the stored offset decides, the newer form before the older.
TEST(JdbcSource, GoesOnFromItsStoredOffset) {
  World world;
  sim::testing::run_program(world.simulation, [](sim::Node& node) {
    auto mydb = client_of(node, "mydb");
    for (int i = 0; i < 4; ++i) sql(mydb, "insert into users(user_id, pwd) values ('u', 'p')");
    Source source(node);
    source.stored[R"({"table":"users"})"] = Json::Object{{"incrementing", 1}};
    source.stored[R"({"protocol":"1","table":"mydb.users"})"] = Json::Object{{"incrementing", 2}};
    ASSERT_TRUE(source.task.start(source_properties()).ok());

    EXPECT_EQ(ids_of(source.task.poll().value()), "3 4 ");
  });
}

// C-JSO-30, C-OFF-7.
TEST(JdbcSource, ReadsTheWholeTableEachTimeInBulkMode) {
  World world;
  sim::testing::run_program(world.simulation, [](sim::Node& node) {
    auto mydb = client_of(node, "mydb");
    sql(mydb, "insert into users(user_id, pwd) values ('a', 'x'), ('b', 'x')");
    Source source(node);
    ASSERT_TRUE(source.task.start(source_properties({{"mode", "bulk"}})).ok());

    const auto first = source.task.poll().value();
    EXPECT_EQ(ids_of(first), "1 2 ");
    EXPECT_TRUE(first[0].source_offset.is_null());
    EXPECT_EQ(to_json_text(first[0].source_partition), R"({"table":"users"})");
    EXPECT_EQ(ids_of(source.task.poll().value()), "1 2 ");
  });
}

// C-JSO-7, C-JSO-25.
TEST(JdbcSource, FailsForATableThatIsNotThere) {
  World world;
  sim::testing::run_program(world.simulation, [](sim::Node& node) {
    Source source(node);
    ASSERT_TRUE(source.task.start(source_properties({{"tables", "[]"}})).ok());

    const auto polled = source.task.poll();

    ASSERT_FALSE(polled.ok());
    EXPECT_NE(polled.error().message.find("SQLSyntaxErrorException: Table 'mydb.[]' doesn't exist"),
              std::string::npos)
        << polled.error().message;
  });
}

// C-JSO-38.
TEST(JdbcSource, RefusesANullableIncrementingColumn) {
  World world("create table users(id int, v int);");
  sim::testing::run_program(world.simulation, [](sim::Node& node) {
    Source source(node);

    const auto started = source.task.start(source_properties());

    ASSERT_FALSE(started.ok());
    EXPECT_EQ(started.error().message,
              "Cannot make incremental queries using incrementing column id on `mydb`.`users` "
              "because this column is "
              "nullable.");
  });
}

// C-JSO-1: an empty mode passes validation and fails at the first poll.
TEST(JdbcSource, FailsAtItsFirstPollWithoutAMode) {
  World world;
  sim::testing::run_program(world.simulation, [](sim::Node& node) {
    Source source(node);
    ASSERT_TRUE(source.task.start(source_properties({{"mode", ""}})).ok());
    EXPECT_FALSE(source.task.poll().ok());
  });
}

// C-JSO-26.
TEST(JdbcSource, FailsAfterItsConnectionAttempts) {
  World world;
  sim::testing::run_program(world.simulation, [](sim::Node& node) {
    Source source(node);
    const Instant before = node.now();

    const auto started =
        source.task.start(source_properties({{"connection.url", "jdbc:mysql://nowhere:1/mydb"}}));

    EXPECT_FALSE(started.ok());
    EXPECT_GE(node.now() - before, 20s);
    EXPECT_NE(started.error().message.find("no simulated node is nowhere:1"), std::string::npos);
  });
}

// C-JSO-25: jdbc:mysql retries what jdbc:mariadb fails of.
TEST(JdbcSource, SurvivesALostServerOnlyWithTheMySqlDriver) {
  for (const bool mysql : {true, false}) {
    World world;
    sim::testing::run_program(world.simulation, [&world, mysql](sim::Node& node) {
      auto mydb = client_of(node, "mydb");
      sql(mydb, "insert into users(user_id, pwd) values ('a', 'x')");
      mydb.close();
      Source source(node);
      const std::string url =
          mysql ? "jdbc:mysql://localhost:3306/mydb" : "jdbc:mariadb://localhost:3306/mydb";
      ASSERT_TRUE(
          source.task
              .start(source_properties({{"connection.url", url}, {"connection.attempts", "20"}}))
              .ok());
      EXPECT_EQ(ids_of(source.task.poll().value()), "1 ");

      const auto database = world.simulation.node("database-1").id();
      world.simulation.after(7s, [&world, database] { world.simulation.crash_process(database); });
      world.simulation.after(12s, [&world, database] { world.simulation.restart(database); });
      node.sleep_for(15s);
      auto again = client_of(node, "mydb");
      sql(again, "insert into users(user_id, pwd) values ('b', 'x')");
      EXPECT_EQ(ids_of(source.task.poll().value()),
                "2 ");  // found dead between two uses: replaced either way
    });
  }
}

// C-JSO-10, C-JSO-11.
TEST(JdbcSourceConnector, AsksForOtherTasksWhenTablesAppear) {
  World world;
  sim::testing::run_program(world.simulation, [](sim::Node& node) {
    StopFlag stop(node);
    int reconfigurations = 0;
    ConnectorContext context{
        node, "src", World::resolve, {}, stop, [&] { ++reconfigurations; }, [](const Error&) {}};
    JdbcSourceConnector connector(context);
    Properties properties = source_properties({{"table.poll.interval.ms", "1000"}});
    properties.erase("tables");
    properties.erase("table.whitelist");
    ASSERT_TRUE(connector.start(properties).ok());

    const auto first = connector.task_configs(4).value();
    ASSERT_EQ(first.size(), 1U);
    EXPECT_EQ(first[0].at("tables"), "`mydb`.`users`");
    auto mydb = client_of(node, "mydb");
    sql(mydb, "create table orders(id int primary key)");
    node.sleep_for(2s);
    EXPECT_EQ(reconfigurations, 2);
    const auto second = connector.task_configs(1).value();
    ASSERT_EQ(second.size(), 1U);
    EXPECT_EQ(second[0].at("tables"), "`mydb`.`orders`,`mydb`.`users`");
    EXPECT_EQ(connector.task_configs(4).value().size(), 2U);
    connector.stop();
  });
}

// C-JSO-7.
TEST(JdbcSourceConnector, PlansATaskForNothingWhenNoTableMatches) {
  World world;
  sim::testing::run_program(world.simulation, [](sim::Node& node) {
    StopFlag stop(node);
    ConnectorContext context{node, "src", World::resolve, {}, stop, [] {}, [](const Error&) {}};
    JdbcSourceConnector connector(context);
    ASSERT_TRUE(connector.start(source_properties({{"table.whitelist", "nothing"}})).ok());

    const auto configs = connector.task_configs(3).value();

    ASSERT_EQ(configs.size(), 1U);
    EXPECT_EQ(configs[0].at("tables"), "[]");
    connector.stop();
  });
}

}  // namespace
}  // namespace logquake::connect
