// The REST interface of a worker as people meet it, from the JSON that they post (C-RST).
#include "models/connect_worker_testing.h"

namespace logquake::connect {
namespace {

using testing::changed;
using testing::Person;
using testing::Platform;
using testing::sink_json;
using testing::source_json;

// The error body of every refusal (C-RST-1).
std::string error_body(int status, std::string_view message) {
  return to_json_text(Json::Object{{"error_code", status}, {"message", message}});
}

TEST(ConnectWorkerRest, NamesItsVersionAndTheClustersOwnId) {
  Platform platform;
  platform.run([](Person& person) {
    const auto root = parse_json(person.get("/")).value();
    const auto id = person.admin().cluster_id().value();

    EXPECT_EQ(id.size(), 22U);
    EXPECT_EQ(
        to_json_text(root),
        R"({"version":"3.7.0","commit":"2ae524ed625438c5","kafka_cluster_id":")" + id + R"("})");
  });
}

// C-RST-11 to 16, 21, 22; C-GLD-17, 21.
TEST(ConnectWorkerRest, TakesAConnectorAsItIsPosted) {
  Platform platform;
  platform.run([](Person& person) {
    person.insert(1);
    EXPECT_EQ(person.get("/connectors"), "[]");

    const auto created = person.call("POST", "/connectors", source_json);

    EXPECT_EQ(created.status, 201);
    EXPECT_EQ(created.location, "/connectors/my-source-connect");
    const std::string config =
        R"({"connection.password":"test1357","connection.url":"jdbc:mysql://localhost:3306/mydb",)"
        R"("connection.user":"root","connector.class":)"
        R"("io.confluent.connect.jdbc.JdbcSourceConnector","incrementing.column.name":"id",)"
        R"("mode":"incrementing","poll.interval.ms":"500","table.whitelist":"users",)"
        R"("tasks.max":"1","topic.prefix":"my_topic_","name":"my-source-connect"})";
    EXPECT_EQ(created.body, R"({"name":"my-source-connect","config":)" + config +
                                R"(,"tasks":[],"type":"source"})");
    const auto again = person.call("POST", "/connectors", source_json);
    EXPECT_EQ(again.status, 409);
    EXPECT_EQ(again.body, error_body(409, "Connector my-source-connect already exists"));

    person.await_state("my-source-connect", "RUNNING", "RUNNING");
    EXPECT_EQ(person.get("/connectors"), R"(["my-source-connect"])");
    const std::string info =
        R"({"name":"my-source-connect","config":)" + config +
        R"(,"tasks":[{"connector":"my-source-connect","task":0}],"type":"source"})";
    const std::string status =
        R"({"name":"my-source-connect","connector":{"state":"RUNNING","worker_id":)"
        R"("connect-1:8083"},"tasks":[{"id":0,"state":"RUNNING","worker_id":"connect-1:8083"}],)"
        R"("type":"source"})";
    EXPECT_EQ(person.get("/connectors/my-source-connect"), info);
    EXPECT_EQ(person.get("/connectors/my-source-connect/config"), config);
    EXPECT_EQ(person.get("/connectors/my-source-connect/status"), status);
    EXPECT_EQ(person.get("/connectors/my-source-connect/tasks/0/status"),
              R"({"id":0,"state":"RUNNING","worker_id":"connect-1:8083"})");
    EXPECT_EQ(person.get("/connectors?expand=info&expand=status"),
              R"({"my-source-connect":{"status":)" + status + R"(,"info":)" + info + "}}");
    const auto tasks = parse_json(person.get("/connectors/my-source-connect/tasks")).value();
    const auto by_id = parse_json(person.get("/connectors/my-source-connect/tasks-config")).value();
    ASSERT_EQ(tasks.array()->size(), 1U);
    EXPECT_EQ(to_json_text(*tasks.array()->front().find("id")),
              R"({"connector":"my-source-connect","task":0})");
    EXPECT_EQ(*tasks.array()->front().find("config"), *by_id.find("my-source-connect-0"));

    person.await_ids({1});
    const auto records = person.read("my_topic_users");
    EXPECT_EQ(records.front().key, "null");
    EXPECT_TRUE(records.front().value->starts_with(R"({"schema":{"type":"struct","fields":[)"))
        << *records.front().value;
  });
}

// C-RST-1, 5, 31, 32, 34; C-GRP-19.
TEST(ConnectWorkerRest, RefusesAsTheRealWorkerDoes) {
  struct Case {
    std::string method;
    std::string path;
    std::string body;
    int status;
    std::string message;  // how it begins
  };
  const auto with = [](std::string_view from, std::string_view to) {
    return changed(source_json, from, to);
  };
  const std::string entity =
      "org.apache.kafka.connect.runtime.rest.entities.CreateConnectorRequest";
  const std::string invalid = "Connector configuration is invalid and contains the following ";
  const std::vector<Case> cases{
      {"GET", "/nothing", "", 404, "HTTP 404 Not Found"},
      {"GET", "/connectors/x/tasks/one/status", "", 404, "HTTP 404 Not Found"},
      {"DELETE", "/connectors", "", 405, "HTTP 405 Method Not Allowed"},
      {"PATCH", "/connectors/there/config", "{}", 405, "HTTP 405 Method Not Allowed"},
      {"GET", "/connectors/x", "", 404, "Connector x not found"},
      {"GET", "/connectors/x/config", "", 404, "Connector x not found"},
      {"GET", "/connectors/x/tasks", "", 404, "Connector x not found"},
      {"GET", "/connectors/x/offsets", "", 404, "Connector x not found"},
      {"GET", "/connectors/x/status", "", 404, "No status found for connector x"},
      {"GET", "/connectors/x/tasks/3/status", "", 404, "No status found for task x-3"},
      {"DELETE", "/connectors/x", "", 404, "Connector x not found"},
      {"PUT", "/connectors/x/pause", "", 404, "Unknown connector x"},
      {"PUT", "/connectors/x/resume", "", 404, "Unknown connector x"},
      {"PUT", "/connectors/x/stop", "", 404, "Unknown connector x"},
      {"POST", "/connectors/x/restart", "", 404, "Unknown connector: x"},
      {"POST", "/connectors/x/restart?includeTasks=true", "", 404, "Unknown connector: x"},
      {"POST", "/connectors/x/tasks/0/restart", "", 404, "Unknown connector: x"},
      {"POST", "/connectors/there/tasks/7/restart", "", 404, "Unknown task: there-7"},
      {"GET", "/connectors/there/topics", "", 403, "Topic tracking is disabled."},
      {"PUT", "/connectors/there/topics/reset", "", 403, "Topic tracking is disabled."},
      {"POST", "/connectors/there/tasks", "[]", 400, "Internal request missing required signature"},
      {"PUT", "/connectors/there/fence", "", 400, "Internal request missing required signature"},
      {"DELETE", "/connectors/there/offsets", "", 400,
       "Connectors must be in the STOPPED state before their offsets can be modified. This can be "
       "done for the specified connector by issuing a 'PUT' request to the "
       "'/connectors/there/stop' endpoint"},
      {"PATCH", "/connectors/there/offsets", R"({"offsets":[]})", 400,
       "Partitions / offsets need to be provided for an alter offsets request"},
      {"POST", "/connectors", "{\"name\": \"a\",\n \"config\": {,}}", 500, "syntax error"},
      {"POST", "/connectors", "[]", 500,
       "Cannot deserialize value of type `" + entity + "` from Array value"},
      {"POST", "/connectors", R"({"name":"a","config":{"x":{}}})", 500,
       "Cannot deserialize value of type `java.lang.String` from Object value"},
      {"POST", "/connectors", R"({"connector.class":"JdbcSource","config":{}})", 500,
       "Unrecognized field \"connector.class\" (class " + entity + "), not marked as ignorable"},
      {"POST", "/connectors", R"({"name":"a"})", 500,
       "Cannot invoke \"java.util.Map.get(Object)\""},
      {"POST", "/connectors", R"({"name":"a","config":{},"initial_state":"on"})", 500,
       "Cannot construct instance of `" + entity + "$InitialState`, problem: No enum constant " +
           entity + ".InitialState.ON"},
      {"POST", "/connectors", R"({"name":"a","config":{"name":"b"}})", 400,
       "Connector name configuration (b) doesn't match connector name in the URL (a)"},
      {"POST", "/connectors", R"({"name":"a","config":{}})", 400,
       "Connector config {name=a} contains no connector type"},
      {"POST", "/connectors", R"({"config":{"connector.class":"JdbcSource"}})", 400,
       invalid +
           "1 error(s):\nInvalid value  for configuration name: String must be non-empty\nYou "
           "can also find the above list of errors at the endpoint "
           "`/connector-plugins/{connectorType}/config/validate`"},
      {"POST", "/connectors", with("JdbcSourceConnector", "JdbcSaucer"), 500,
       "Failed to find any class that implements Connector and which name matches "
       "io.confluent.connect.jdbc.JdbcSaucer, available connectors are: "},
      {"POST", "/connectors", with("\"tasks.max\": \"1\"", "\"tasks.max\": \"0\""), 400,
       invalid + "1 error(s):\nInvalid value 0 for configuration tasks.max"},
      {"POST", "/connectors", changed(sink_json, "\"topics\"", "\"topic\""), 400,
       invalid + "2 error(s):\nMust configure one of topics or topics.regex"},
      // Judged before the name is looked up.
      {"POST", "/connectors", R"({"name":"there","config":{"connector.class":"JdbcSink"}})", 400,
       invalid},
      {"PUT", "/connectors/there/config", R"({"connector.class":"JdbcSource","name":"other"})", 400,
       "Connector name configuration (other) doesn't match connector name in the URL (there)"},
      {"PUT", "/connectors/there/config", "[]", 500, "Cannot deserialize value of type "},
      {"PUT", "/connectors/there/config", R"({"tasks.max":"1"})", 400,
       "Connector config {name=there, tasks.max=1} contains no connector type"},
  };
  Platform platform;
  platform.run([&](Person& person) {
    EXPECT_EQ(person.call("POST", "/connectors", with("my-source-connect", "there")).status, 201);
    person.await_state("there", "RUNNING", "RUNNING");
    const auto records = person.read("connect-configs").size();
    for (const Case& each : cases) {
      const auto answer = person.call(each.method, each.path, each.body);

      const std::string what = each.method + " " + each.path + " " + each.body;
      EXPECT_EQ(answer.status, each.status) << what;
      const auto body = parse_json(answer.body);
      ASSERT_TRUE(body.ok() && body->object() != nullptr) << what << answer.body;
      EXPECT_EQ(body->object()->size(), 2U) << answer.body;
      EXPECT_EQ(*body->find("error_code"), Json(each.status)) << answer.body;
      EXPECT_TRUE(body->find("message")->text()->starts_with(each.message))
          << what << ": " << answer.body;
    }
    EXPECT_EQ(person.read("connect-configs").size(), records);  // a refusal writes nothing
  });
}

// C-RST-15, C-HRD-3.
TEST(ConnectWorkerRest, PutsAWholeConfigurationInPlaceOfTheOld) {
  Platform platform;
  platform.run([](Person& person) {
    person.insert(1);
    const auto body = parse_json(source_json).value();
    const auto config = to_json_text(*body.find("config"));
    const auto created = person.call("PUT", "/connectors/my-source-connect/config", config);
    EXPECT_EQ(created.status, 201);
    EXPECT_EQ(created.location, "/connectors/my-source-connect");
    person.await_ids({1});

    const auto replaced = person.call("PUT", "/connectors/my-source-connect/config",
                                      changed(config, "my_topic_", "other_"));

    EXPECT_EQ(replaced.status, 200);
    EXPECT_EQ(replaced.location, "");
    person.await_state("my-source-connect", "RUNNING", "RUNNING");
    person.insert(1);
    person.await("a row in other_users", [&] { return !person.read("other_users").empty(); });
    EXPECT_EQ(person.read("other_users").size(), 1U);  // it goes on from the stored offset
    EXPECT_EQ(person.ids(), std::vector<std::int64_t>{1});
  });
}

// C-RST-18, C-TSK-5.
TEST(ConnectWorkerRest, PausesAndResumes) {
  Platform platform;
  platform.run([](Person& person) {
    person.insert(2);
    person.call("POST", "/connectors", source_json);
    person.await_ids({1, 2});

    const auto paused = person.call("PUT", "/connectors/my-source-connect/pause");
    EXPECT_EQ(paused.status, 202);
    EXPECT_EQ(paused.body, "");
    person.await_state("my-source-connect", "PAUSED", "PAUSED");
    EXPECT_EQ(person.call("PUT", "/connectors/my-source-connect/pause").status, 202);
    person.insert(1);
    person.node().sleep_for(20s);
    EXPECT_EQ(person.ids(), (std::vector<std::int64_t>{1, 2}));

    EXPECT_EQ(person.call("PUT", "/connectors/my-source-connect/resume").status, 202);
    person.await_state("my-source-connect", "RUNNING", "RUNNING");
    person.await_ids({1, 2, 3});
  });
}

// C-RST-19, 25, 26; C-HRD-7.
TEST(ConnectWorkerRest, StopsAndLetsOffsetsBeChanged) {
  Platform platform;
  platform.run([](Person& person) {
    const std::string offsets = "/connectors/my-source-connect/offsets";
    const std::string partition = R"({"protocol":"1","table":"mydb.users"})";
    const auto offsets_at = [&](const std::string& offset) {
      return R"({"offsets":[{"partition":)" + partition + R"(,"offset":)" + offset + "}]}";
    };
    person.insert(3);
    person.call("POST", "/connectors", source_json);
    person.await_ids({1, 2, 3});

    EXPECT_EQ(person.call("PUT", "/connectors/my-source-connect/stop").status, 204);
    person.await_state("my-source-connect", "STOPPED", "");
    EXPECT_EQ(person.call("POST", "/connectors/my-source-connect/restart").status, 204);
    person.await_state("my-source-connect", "STOPPED", "");
    EXPECT_EQ(person.get(offsets), offsets_at(R"({"incrementing":3})"));
    const auto altered =
        person.call("PATCH", offsets,
                    R"({"offsets":[{"partition":{"table":"mydb.users","protocol":"1"},)"
                    R"("offset":{"incrementing":2}}]})");
    EXPECT_EQ(altered.status, 200);
    EXPECT_NE(altered.body.find("have been altered successfully"), std::string::npos);
    EXPECT_EQ(person.get(offsets), offsets_at(R"({"incrementing":2})"));
    EXPECT_EQ(person.call("PUT", "/connectors/my-source-connect/resume").status, 202);
    person.await_ids({1, 2, 3, 3});

    EXPECT_EQ(person.call("PUT", "/connectors/my-source-connect/stop").status, 204);
    person.await_state("my-source-connect", "STOPPED", "");
    const auto reset = person.call("DELETE", offsets);
    EXPECT_EQ(reset.status, 200);
    EXPECT_NE(reset.body.find("have been reset successfully"), std::string::npos);
    EXPECT_EQ(person.get(offsets), R"({"offsets":[]})");
    EXPECT_EQ(person.stored_offset(), "erased");
    person.call("PUT", "/connectors/my-source-connect/resume");
    person.await_ids({1, 2, 3, 3, 1, 2, 3});
  });
}

// C-RST-25, C-OFF-5.
TEST(ConnectWorkerRest, TellsASinksOffsetsFromItsGroup) {
  Platform platform;
  platform.run([](Person& person) {
    person.insert(2);
    person.call("POST", "/connectors", source_json);
    person.call("POST", "/connectors", sink_json);
    const std::string offsets = "/connectors/my-sink-connect/offsets";

    person.await("the sink's committed offset", [&] {
      return person.get(offsets) ==
             R"({"offsets":[{"partition":{"kafka_topic":"my_topic_users","kafka_partition":0},)"
             R"("offset":{"kafka_offset":2}}]})";
    });
    EXPECT_EQ(person.sql("copy", "select id from my_topic_users").rows.size(), 2U);
    EXPECT_EQ(person.call("PUT", "/connectors/my-sink-connect/stop").status, 204);
    const auto refused = person.call("DELETE", offsets);
    EXPECT_EQ(refused.status, 500);
    EXPECT_EQ(refused.body, error_body(500,
                                       "Failed to reset consumer group offsets for connector "
                                       "my-sink-connect"));
  });
}

// C-RST-16, 20, 23; C-TSK-6.
TEST(ConnectWorkerRest, RestartsWhatHasFailed) {
  Platform platform;
  platform.run([](Person& person) {
    const std::string restart = "/connectors/my-source-connect/restart";
    person.call("POST", "/connectors", changed(source_json, "\"users\"", "\"orders\""));
    person.await_state("my-source-connect", "RUNNING", "FAILED");
    const auto failed = parse_json(person.get("/connectors/my-source-connect/tasks/0/status"));
    EXPECT_NE(failed->find("trace")->text()->find("Exception"), std::string::npos);

    // The connector alone, and only what failed: the task stays as it is.
    EXPECT_EQ(person.call("POST", restart).status, 204);
    EXPECT_EQ(person.call("POST", restart + "?onlyFailed=true").status, 202);
    person.node().sleep_for(10s);
    person.await_state("my-source-connect", "RUNNING", "FAILED");

    person.sql("mydb", "create table orders(id int auto_increment primary key)");
    person.sql("mydb", "insert into orders values (1)");
    const auto answer = person.call("POST", restart + "?includeTasks=true&onlyFailed=true");
    EXPECT_EQ(answer.status, 202);
    EXPECT_TRUE(answer.body.starts_with(
        R"({"name":"my-source-connect","connector":{"state":"RUNNING","worker_id":)"
        R"("connect-1:8083"},"tasks":[{"id":0,"state":"RESTARTING","worker_id":"connect-1:8083")"))
        << answer.body;
    EXPECT_EQ(person.latest("connect-configs")["restart-connector-my-source-connect"],
              R"({"include-tasks":true,"only-failed":true})");
    person.await("the table to be seen", [&] { return !person.read("my_topic_orders").empty(); });
    person.await_state("my-source-connect", "RUNNING", "RUNNING");

    EXPECT_EQ(person.call("POST", "/connectors/my-source-connect/tasks/0/restart").status, 204);
    person.await_state("my-source-connect", "RUNNING", "RUNNING");
    EXPECT_EQ(person.read("my_topic_orders").size(), 1U);
  });
}

// C-RST-17, C-CFG-4, C-INV-34, C-OFF-4.
TEST(ConnectWorkerRest, DeletesAConnectorButNotItsOffsets) {
  Platform platform;
  platform.run([](Person& person) {
    person.insert(2);
    person.call("POST", "/connectors", source_json);
    person.await_ids({1, 2});

    EXPECT_EQ(person.call("DELETE", "/connectors/my-source-connect").status, 204);
    EXPECT_EQ(person.call("DELETE", "/connectors/my-source-connect").status, 404);
    person.await("its status to go", [&] {
      return person.call("GET", "/connectors/my-source-connect/status").status == 404;
    });
    EXPECT_EQ(person.get("/connectors"), "[]");
    person.insert(1);
    person.node().sleep_for(10s);
    EXPECT_EQ(person.ids(), (std::vector<std::int64_t>{1, 2}));
    const auto configs = person.latest("connect-configs");
    EXPECT_EQ(configs.at("connector-my-source-connect"), std::nullopt);
    EXPECT_EQ(configs.at("target-state-my-source-connect"), std::nullopt);
    EXPECT_EQ(configs.at("commit-my-source-connect"), R"({"tasks":1})");
    const auto statuses = person.latest("connect-status");
    EXPECT_EQ(statuses.at("status-connector-my-source-connect"), std::nullopt);
    EXPECT_EQ(statuses.at("status-task-my-source-connect-0"), std::nullopt);

    EXPECT_EQ(person.call("POST", "/connectors", source_json).status, 201);
    person.await_ids({1, 2, 3});
  });
}

// C-RST-12.
TEST(ConnectWorkerRest, CreatesAConnectorInTheStateAskedFor) {
  Platform platform;
  platform.run([](Person& person) {
    person.insert(1);
    const auto json =
        changed(source_json, "\"config\"", "\"initial_state\": \"PAUSED\", \"config\"");

    EXPECT_EQ(person.call("POST", "/connectors", json).status, 201);

    person.await_state("my-source-connect", "PAUSED", "PAUSED");
    EXPECT_EQ(person.latest("connect-configs").at("target-state-my-source-connect"),
              R"({"state":"PAUSED","state.v2":"PAUSED"})");
    person.node().sleep_for(10s);
    EXPECT_TRUE(person.ids().empty());
  });
}

}  // namespace
}  // namespace logquake::connect
