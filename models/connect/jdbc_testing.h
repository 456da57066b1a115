// What the tests of the JDBC connectors share: a database server and connector code without Kafka.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "models/connect/jdbc_sink_task.h"
#include "models/connect/jdbc_source_task.h"
#include "models/connect/json_converter.h"
#include "models/database/server.h"
#include "sim/simulation.h"

namespace logquake::connect::testing {

inline constexpr std::string_view users_sql = R"(
create table users(
  id int auto_increment primary key,
  user_id varchar(20) not null,
  pwd varchar(20) not null,
  created_at datetime default now()
);)";

/// One database server, and a machine on which connector code runs.
struct World {
  sim::Simulation simulation;

  explicit World(std::string_view sql = users_sql) {
    database::ServerSettings server;
    server.databases = {{"mydb", std::string(sql)}, {"copy", ""}};
    simulation.add_node("database-1",
                        [server](sim::Node& node) { database::run_database(node, server); });
  }
  static logquake::Result<sim::Address> resolve(std::string_view host) {
    if (host == "localhost:3306") return sim::Address{"database-1", 3306};
    return logquake::Error{logquake::ErrorCode::unreachable,
                           "no simulated node is " + std::string(host)};
  }
};

inline database::DatabaseClient client_of(sim::Node& node, std::string_view database) {
  database::ConnectionSettings settings;
  settings.address = {"database-1", 3306};
  settings.database = database;
  for (;;) {
    auto client = database::DatabaseClient::connect(node, settings);
    if (client.ok()) return std::move(client).value();
    node.sleep_for(100ms);
  }
}

inline void sql(database::DatabaseClient& client, std::string_view text) {
  const auto result = client.execute(text);
  LOGQUAKE_CHECK(result.ok(), std::string(text) + ": " + to_string(result.error()));
}

/// A select's rows, columns joined by blanks.
inline std::vector<std::string> rows(database::DatabaseClient& client, std::string_view text) {
  const auto result = client.execute(text);
  std::vector<std::string> out;
  if (!result.ok()) return {result.error().message};
  for (const auto& row : result->rows) {
    std::string line;
    for (const auto& value : row) line += (line.empty() ? "" : " ") + to_string(value);
    out.push_back(line);
  }
  return out;
}

inline Properties source_properties(Properties more = {}) {
  Properties properties{{"name", "src"},
                        {"connection.url", "jdbc:mysql://localhost:3306/mydb"},
                        {"connection.user", "root"},
                        {"mode", "incrementing"},
                        {"incrementing.column.name", "id"},
                        {"table.whitelist", "users"},
                        {"topic.prefix", "my_topic_"},
                        {"tables", "`mydb`.`users`"}};
  for (const auto& [name, value] : more) properties[name] = value;
  return properties;
}

inline Properties sink_properties(Properties more = {}) {
  Properties properties{{"name", "sink"},
                        {"connection.url", "jdbc:mysql://localhost:3306/copy"},
                        {"connection.user", "root"},
                        {"auto.create", "true"},
                        {"auto.evolve", "true"}};
  for (const auto& [name, value] : more) properties[name] = value;
  return properties;
}

/// A source task as a worker runs it, with its stored offsets.
struct Source {
  StopFlag stop;
  SourceTaskContext context;
  JdbcSourceTask task;
  std::map<std::string, Json> stored;

  explicit Source(sim::Node& node)
      : stop(node), context{{node, {"src", 0}, World::resolve, {}, stop}, {}}, task(context) {
    context.stored_offsets =
        [this](const std::vector<Json>& partitions) -> Result<std::vector<Json>> {
      std::vector<Json> found;
      for (const Json& partition : partitions) found.push_back(stored[to_json_text(partition)]);
      return found;
    };
  }
};

struct Sink {
  StopFlag stop;
  SinkTaskContext context;
  JdbcSinkTask task;

  explicit Sink(sim::Node& node)
      : stop(node), context{{node, {"sink", 0}, World::resolve, {}, stop}, {}}, task(context) {}
};

inline std::string ids_of(const std::vector<SourceRecord>& records) {
  std::string out;
  for (const auto& record : records)
    out += to_text(nullptr, *record.value.structure()->find("id")) + " ";
  return out;
}

/// What a source record becomes at the sink, through the JSON of the topic.
inline SinkRecord at_sink(const SourceRecord& record, std::int64_t offset) {
  JsonConverter converter;
  const auto bytes = converter.from_connect(record.value_schema, record.value).value();
  const auto read = converter.to_connect(*bytes).value();
  SinkRecord out;
  out.topic = record.topic;
  out.kafka_offset = offset;
  out.value_schema = read.schema;
  out.value = read.value;
  return out;
}

inline std::vector<SinkRecord> at_sink(const std::vector<SourceRecord>& records) {
  std::vector<SinkRecord> out;
  for (const auto& record : records)
    out.push_back(at_sink(record, static_cast<std::int64_t>(out.size())));
  return out;
}

}  // namespace logquake::connect::testing
