// The JDBC sink against simulated database servers, without Kafka.
#include <gtest/gtest.h>

#include "models/connect/defects.h"
#include "models/connect/jdbc_testing.h"
#include "sim/testing/run_program.h"

namespace logquake::connect {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): of this folder

SinkRecord record(std::int64_t id, const std::string& name, std::int64_t offset = 0) {
  Schema schema;
  schema.type = SchemaType::structure;
  schema.fields = {{"id", make_schema(SchemaType::int32)},
                   {"name", make_schema(SchemaType::string, true)}};
  SinkRecord out;
  out.topic = "t";
  out.kafka_offset = offset;
  out.value_schema = std::make_shared<const Schema>(std::move(schema));
  out.value = Struct{out.value_schema, {id, name}};
  return out;
}

// C-INV-61, C-JSI-64: what is delivered twice is there twice, without an error.
TEST(JdbcSink, DoublesRowsThatAreDeliveredAgainWithoutAKey) {
  World world;
  sim::testing::run_program(world.simulation, [](sim::Node& node) {
    Sink sink(node);
    ASSERT_TRUE(sink.task.start(sink_properties()).ok());

    EXPECT_TRUE(sink.task.put({record(1, "a")}).ok());
    EXPECT_TRUE(sink.task.put({record(1, "a")}).ok());

    auto copy = client_of(node, "copy");
    EXPECT_EQ(rows(copy, "select id, name from t"), (std::vector<std::string>{"1 a", "1 a"}));
  });
}

// C-JSI-66.
TEST(JdbcSink, ConvergesWithAnUpsertOnTheKey) {
  World world;
  sim::testing::run_program(world.simulation, [](sim::Node& node) {
    Sink sink(node);
    ASSERT_TRUE(
        sink.task
            .start(sink_properties(
                {{"pk.mode", "record_value"}, {"pk.fields", "id"}, {"insert.mode", "upsert"}}))
            .ok());

    EXPECT_TRUE(sink.task.put({record(1, "a"), record(2, "b")}).ok());
    EXPECT_TRUE(sink.task.put({record(1, "new")}).ok());

    auto copy = client_of(node, "copy");
    EXPECT_EQ(rows(copy, "select id, name from t order by id"),
              (std::vector<std::string>{"1 new", "2 b"}));
  });
}

// C-JSI-41, C-JSI-53.
TEST(JdbcSink, FailsAtOnceForAMissingTableThatItMayNotCreate) {
  World world;
  sim::testing::run_program(world.simulation, [](sim::Node& node) {
    Sink sink(node);
    ASSERT_TRUE(sink.task.start(sink_properties({{"auto.create", "false"}})).ok());

    const auto put = sink.task.put({record(1, "a")});

    ASSERT_FALSE(put.ok());
    EXPECT_EQ(put.error().code, ErrorCode::connect);
    EXPECT_NE(put.error().message.find("Table \"t\" is missing and auto-creation is disabled"),
              std::string::npos);
  });
}

// C-JSI-45, C-JSI-65.
TEST(JdbcSink, AddsNullableColumnsAndRefusesRequiredOnes) {
  World world;
  sim::testing::run_program(world.simulation, [](sim::Node& node) {
    auto copy = client_of(node, "copy");
    sql(copy, "create table t(id int not null)");
    Sink sink(node);
    ASSERT_TRUE(sink.task.start(sink_properties()).ok());
    EXPECT_TRUE(sink.task.put({record(1, "a")}).ok());
    EXPECT_EQ(rows(copy, "select * from t"), std::vector<std::string>{"1 a"});

    SinkRecord wider = record(2, "b");
    Schema schema = *wider.value_schema;
    schema.fields.push_back({"age", make_schema(SchemaType::int32)});
    wider.value_schema = std::make_shared<const Schema>(schema);
    wider.value = Struct{wider.value_schema, {2, "b", 7}};
    const auto put = sink.task.put({wider});
    ASSERT_FALSE(put.ok());
    EXPECT_NE(
        put.error().message.find("Cannot ALTER TABLE \"t\" to add missing field SinkRecordField{"),
        std::string::npos)
        << put.error().message;
  });
}

// C-JSI-50 to 52: a duplicate key is retried, then fatal.
TEST(JdbcSink, RetriesADuplicateKeyUntilItFails) {
  World world;
  sim::testing::run_program(world.simulation, [](sim::Node& node) {
    auto copy = client_of(node, "copy");
    sql(copy, "create table t(id int primary key, name text)");
    sql(copy, "insert into t values (1, 'there')");
    Sink sink(node);
    ASSERT_TRUE(
        sink.task.start(sink_properties({{"max.retries", "2"}, {"retry.backoff.ms", "1000"}}))
            .ok());

    const std::vector<SinkRecord> batch = {record(2, "b"), record(1, "a")};
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(sink.task.put(batch).error().code, ErrorCode::retriable);
      EXPECT_EQ(sink.context.retry_after, 1s);
    }
    const auto last = sink.task.put(batch);
    EXPECT_EQ(last.error().code, ErrorCode::connect);
    EXPECT_NE(last.error().message.find("Duplicate entry '1' for key 'PRIMARY'"),
              std::string::npos);
    EXPECT_EQ(rows(copy, "select id from t"),
              std::vector<std::string>{"1"});  // the whole put was rolled back
  });
}

// C-JSI-3.
TEST(JdbcSink, FailsForARecordWithoutASchema) {
  World world;
  sim::testing::run_program(world.simulation, [](sim::Node& node) {
    Sink sink(node);
    ASSERT_TRUE(sink.task.start(sink_properties()).ok());
    SinkRecord plain = record(1, "a");
    plain.value_schema = nullptr;
    plain.value = Entries{{"id", 1}};

    const auto put = sink.task.put({plain});

    ASSERT_FALSE(put.ok());
    EXPECT_EQ(put.error().code, ErrorCode::connect);
    EXPECT_NE(put.error().message.find("with a HashMap value and null value schema."),
              std::string::npos);
  });
}

// C-JSI-59.
TEST(JdbcSink, LosesOneRetryToALostServerAndGoesOn) {
  World world;
  sim::testing::run_program(world.simulation, [&world](sim::Node& node) {
    Sink sink(node);
    ASSERT_TRUE(sink.task.start(sink_properties()).ok());
    EXPECT_TRUE(sink.task.put({record(1, "a")}).ok());

    const auto database = world.simulation.node("database-1").id();
    world.simulation.after(1s, [&world, database] { world.simulation.crash_process(database); });
    world.simulation.after(6s, [&world, database] { world.simulation.restart(database); });
    node.sleep_for(2s);
    // Found dead before it was used: no retry is spent, the attempts of the connection reach the
    // new server.
    EXPECT_TRUE(sink.task.put({record(2, "b")}).ok());

    auto copy = client_of(node, "copy");
    EXPECT_EQ(rows(copy, "select id from t"), (std::vector<std::string>{"1", "2"}));
  });
}

// C-JSI-21 with delete.enabled, C-GLD-12; and the defect that breaks it.
TEST(JdbcSink, KeepsTheOrderOfDeleteAndUpsertUnlessBroken) {
  for (const bool broken : {false, true}) {
    sim::Options options;
    if (broken) options.defects.insert(std::string(keep_insert_after_delete.name));
    sim::Simulation simulation(options);
    database::ServerSettings server;
    server.databases = {{"copy", ""}};
    simulation.add_node("database-1",
                        [server](sim::Node& node) { database::run_database(node, server); });
    sim::testing::run_program(simulation, [broken](sim::Node& node) {
      Sink sink(node);
      ASSERT_TRUE(sink.task
                      .start(sink_properties({{"pk.mode", "record_key"},
                                              {"pk.fields", "id"},
                                              {"insert.mode", "upsert"},
                                              {"delete.enabled", "true"}}))
                      .ok());
      auto keyed = [](SinkRecord out) {
        out.key_schema = make_schema(SchemaType::int32);
        out.key = 1;
        return out;
      };
      SinkRecord tombstone = keyed(record(1, "a"));
      tombstone.value_schema = nullptr;
      tombstone.value = Value();
      const SinkRecord upsert = keyed(record(1, "a"));
      EXPECT_TRUE(sink.task.put({upsert, tombstone, upsert}).ok());

      auto copy = client_of(node, "copy");
      EXPECT_EQ(rows(copy, "select id from t").size(), broken ? 0U : 1U);
    });
  }
}

}  // namespace
}  // namespace logquake::connect
