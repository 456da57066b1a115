// A whole platform for the tests of Connect workers: ZooKeeper, brokers, a database server and one
// worker, and somebody who talks to all of them as people do.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/client/admin.h"
#include "models/client/consumer.h"
#include "models/client/producer.h"
#include "models/cluster.h"
#include "models/connect/json.h"
#include "models/connect/rest.h"
#include "models/database/database_client.h"
#include "sim/base/format.h"
#include "sim/simulation.h"

namespace logquake::connect::testing {

inline constexpr std::string_view users_table = R"(
create table users(
  id int auto_increment primary key,
  user_id varchar(20) not null,
  pwd varchar(20) not null,
  created_at datetime default now()
);)";

/// The connectors of the tutorials, as they are posted.
inline constexpr std::string_view source_json = R"({
  "name": "my-source-connect",
  "config": {
    "connector.class": "io.confluent.connect.jdbc.JdbcSourceConnector",
    "connection.url": "jdbc:mysql://localhost:3306/mydb",
    "connection.user": "root",
    "connection.password": "test1357",
    "mode": "incrementing",
    "incrementing.column.name": "id",
    "table.whitelist": "users",
    "topic.prefix": "my_topic_",
    "poll.interval.ms": "500",
    "tasks.max": "1"
  }
})";
inline constexpr std::string_view sink_json = R"({
  "name": "my-sink-connect",
  "config": {
    "connector.class": "io.confluent.connect.jdbc.JdbcSinkConnector",
    "connection.url": "jdbc:mysql://localhost:3306/copy",
    "connection.user": "root",
    "connection.password": "test1357",
    "auto.create": "true",
    "auto.evolve": "true",
    "delete.enabled": "false",
    "tasks.max": "1",
    "topics": "my_topic_users"
  }
})";

inline std::string changed(std::string_view text, std::string_view from, std::string_view to) {
  std::string out(text);
  const auto at = out.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? out : out.replace(at, from.size(), to);
}

/// A record of a topic as text; a tombstone has no value.
struct Line {
  std::string key;
  std::optional<std::string> value;
};

/// Somebody at a terminal of the simulated world.
class Person {
 public:
  Person(sim::Node& node, std::string brokers) : node_(node), brokers_(std::move(brokers)) {}
  sim::Node& node() { return node_; }

  /// One request; sent again while nobody listens.
  HttpResponse call(std::string_view method, std::string_view path, std::string_view body = {}) {
    for (int attempt = 0; attempt < 300; ++attempt) {
      const auto answer =
          call_rest(node_, {"connect-1", 8083},
                    {std::string(method), std::string(path), std::string(body)}, 100s);
      if (answer.ok()) return *answer;
      node_.sleep_for(500ms);
    }
    ADD_FAILURE() << "nobody answers " << method << " " << path;
    return {};
  }
  std::string get(std::string_view path) { return call("GET", path).body; }

  /// Waits until `holds`; simulated time is bounded.
  void await(std::string_view what, const std::function<bool()>& holds, Duration limit = 120s) {
    const Instant deadline = node_.now() + limit;
    while (!holds()) {
      if (node_.now() >= deadline) {
        ADD_FAILURE() << "never: " << what;
        return;
      }
      node_.sleep_for(100ms);
    }
  }
  /// Waits for the state of the connector and of its only task.
  void await_state(std::string_view connector, std::string_view state, std::string_view of_task) {
    const auto path = "/connectors/" + std::string(connector) + "/status";
    const auto is = [](std::string_view wanted) {
      return "\"state\":\"" + std::string(wanted) + "\"";
    };
    await(path + " is " + std::string(state) + ", its task " + std::string(of_task), [&] {
      const auto body = get(path);
      const auto tasks = body.find("\"tasks\":");
      return body.find(is(state)) < tasks &&
             (of_task.empty() ? body.find("\"tasks\":[]") != std::string::npos
                              : body.find(is(of_task), tasks) != std::string::npos);
    });
  }

  database::ResultSet sql(std::string_view database, std::string_view statement) {
    database::ConnectionSettings settings;
    settings.address = {"database-1", 3306};
    settings.password = "test1357";
    settings.database = std::string(database);
    for (int attempt = 0; attempt < 300; ++attempt) {
      auto client = database::DatabaseClient::connect(node_, settings);
      if (client.ok()) {
        auto result = client->execute(statement);
        EXPECT_TRUE(result.ok()) << statement << ": " << to_string(result.error());
        return result.ok() ? std::move(result).value() : database::ResultSet{};
      }
      node_.sleep_for(100ms);
    }
    ADD_FAILURE() << "no database";
    return {};
  }
  void insert(int rows) {
    for (int row = 0; row < rows; ++row)
      sql("mydb", "insert into users(user_id, pwd) values ('u', 'p')");
  }

  kafka::Admin admin() { return kafka::Admin::create(node_, brokers()).value(); }

  /// Every record of a topic, partition after partition; nothing while there is no such topic.
  std::vector<Line> read(const std::string& topic) {
    const auto described = admin().describe_topic(topic);
    if (!described.ok()) return {};
    auto config = brokers();
    config["enable.auto.commit"] = "false";
    auto consumer = kafka::Consumer::create(node_, config).value();
    std::vector<Line> lines;
    for (const auto& each : described->partitions) {
      const kafka::TopicPartition partition{topic, each.index};
      EXPECT_TRUE(consumer.assign({partition}).ok());
      EXPECT_TRUE(consumer.seek(partition, kafka::Offset(0)).ok());
      const auto ends = consumer.end_offsets({partition});
      EXPECT_TRUE(ends.ok()) << to_string(ends.error());
      while (ends.ok() && consumer.position(partition).value() < ends->at(partition)) {
        const auto records = consumer.poll(1s);
        EXPECT_TRUE(records.ok()) << to_string(records.error());
        if (!records.ok()) break;
        for (const auto& [where, offset, epoch, record] : *records) {
          Line line;
          line.key = record.key ? std::string(text_of(*record.key)) : "null";
          if (record.value) line.value = std::string(text_of(*record.value));
          lines.push_back(std::move(line));
        }
      }
    }
    consumer.close();
    return lines;
  }
  /// The ids of the rows in the source's topic, in the order of its one partition.
  std::vector<std::int64_t> ids() {
    std::vector<std::int64_t> out;
    for (const Line& line : read("my_topic_users")) {
      const auto json = parse_json(line.value.value_or(""));
      const Json* payload = json.ok() ? json->find("payload") : nullptr;
      const Json* id = payload == nullptr ? nullptr : payload->find("id");
      out.push_back(id == nullptr || id->integer() == nullptr ? -1 : *id->integer());
    }
    return out;
  }
  void await_ids(const std::vector<std::int64_t>& wanted) {
    await("rows in my_topic_users", [&] { return ids().size() >= wanted.size(); });
    EXPECT_EQ(ids(), wanted);
  }
  /// The last value of each key of a topic.
  std::map<std::string, std::optional<std::string>> latest(const std::string& topic) {
    std::map<std::string, std::optional<std::string>> values;
    for (Line& line : read(topic)) values[line.key] = std::move(line.value);
    return values;
  }
  /// The source offset of my-source-connect that is stored, as JSON.
  std::string stored_offset() {
    const auto values = latest("connect-offsets");
    const auto at = values.find(R"(["my-source-connect",{"protocol":"1","table":"mydb.users"}])");
    return at == values.end() ? "" : at->second.value_or("erased");
  }
  void await_offset(std::string_view json) {
    await("source offset " + std::string(json), [&] { return stored_offset() == json; });
  }

 private:
  kafka::Config brokers() const {
    return {{"bootstrap.servers", brokers_}, {"default.api.timeout.ms", "120000"}};
  }
  sim::Node& node_;
  std::string brokers_;
};

struct PlatformOptions {
  int brokers = 1;
  std::string broker_properties = "offsets.topic.replication.factor=1\n";
  std::string connect_properties = "offset.flush.interval.ms=1000\n";
  sim::Options simulation;
};

class Platform {
 public:
  explicit Platform(const PlatformOptions& options = {}) : simulation(options.simulation) {
    ClusterSettings settings;
    settings.brokers = options.brokers;
    settings.broker_properties = options.broker_properties;
    settings.databases = {{.databases = {{"mydb", std::string(users_table)}, {"copy", ""}}}};
    settings.connect_workers = 1;
    settings.connect_properties = options.connect_properties;
    const Cluster cluster(settings);
    for (const auto& address : cluster.bootstrap_servers())
      brokers_ += (brokers_.empty() ? "" : ",") + to_string(address);
    cluster.place(simulation);
  }
  void run(const std::function<void(Person&)>& story) {
    bool is_finished = false;
    simulation.add_node("person-1",
                        [&](sim::Node& node) {
                          Person person(node, brokers_);
                          story(person);
                          is_finished = true;
                          node.exit("the test is over");
                        },
                        {.restarts_itself = false});
    const auto stop = simulation.run_until([&] { return is_finished; }, 2h);
    EXPECT_EQ(stop.reason, sim::Stop::Reason::condition)
        << name_of(stop.reason) << ": " << stop.message;
  }
  sim::NodeId id(std::string_view node) { return simulation.node(node).id(); }

  sim::Simulation simulation;

 private:
  std::string brokers_;
};

}  // namespace logquake::connect::testing
