#include "models/connect/rest.h"

#include <gtest/gtest.h>

namespace logquake::connect {
namespace {

RestCall call(const std::string& method, const std::string& path) {
  return route({method, path, ""}).value().call;
}

TEST(RestRoutes, KnowTheEndpointsOfTheRealWorker) {
  EXPECT_EQ(call("GET", "/"), RestCall::root);
  EXPECT_EQ(call("GET", "/connectors"), RestCall::list);
  EXPECT_EQ(call("POST", "/connectors/"), RestCall::create);
  EXPECT_EQ(call("GET", "/connectors/src/status"), RestCall::status);
  EXPECT_EQ(call("DELETE", "/connectors/src"), RestCall::remove);
  EXPECT_EQ(call("PUT", "/connectors/src/config"), RestCall::put_config);
  EXPECT_EQ(call("GET", "/connector-plugins"), RestCall::plugins);

  const auto restart =
      route({"POST", "/connectors/src/restart?includeTasks=true&onlyFailed=true", ""}).value();
  EXPECT_EQ(restart.call, RestCall::restart);
  EXPECT_TRUE(restart.include_tasks && restart.only_failed);
  EXPECT_EQ(route({"GET", "/connectors/my%20src/status", ""}).value().connector, "my src");
  const auto list = route({"GET", "/connectors?forward=true&expand=info", ""}).value();
  EXPECT_TRUE(list.expands && list.expands_info && !list.expands_status);
  const auto task = route({"POST", "/connectors/src/tasks/2/restart", ""}).value();
  EXPECT_EQ(task.call, RestCall::restart_task);
  EXPECT_EQ(task.task, 2);
}

TEST(RestRoutes, RefuseWhatIsNotThere) {
  for (const auto* path :
       {"/nothing", "/connectors/a/b/c", "/connectors/a/tasks/x/status", "/connectors/a/teapot"}) {
    EXPECT_EQ(route({"GET", path, ""}).error().code, ErrorCode::not_found) << path;
  }
  for (const auto* method : {"PATCH", "POST", "get", ""}) {
    EXPECT_EQ(route({method, "/connectors/a", ""}).error().code, ErrorCode::method_not_allowed);
  }
  EXPECT_EQ(error_response(route({"PUT", "/", ""}).error()).body,
            R"({"error_code":405,"message":"HTTP 405 Method Not Allowed"})");
}

// C-RST-1, C-GLD-21.
TEST(RestAnswers, AreTheRealOnes) {
  const auto response = error_response({ErrorCode::already_exists, "Connector src already exists"});
  EXPECT_EQ(response.status, 409);
  EXPECT_EQ(response.body, R"({"error_code":409,"message":"Connector src already exists"})");

  ConfigFold fold;
  fold.apply("connector-src", config_record::properties_value(
                                  {{"connector.class", "C"}, {"tasks.max", "1"}, {"name", "src"}}));
  EXPECT_EQ(
      connector_info_json(fold, "src", ConnectorType::source),
      R"({"name":"src","config":{"connector.class":"C","tasks.max":"1","name":"src"},"tasks":[],"type":"source"})");
}

// C-RST-16.
TEST(RestAnswers, TellAStatusWithTheTraceOfAFailure) {
  EXPECT_EQ(
      connector_status_json("src", {RunState::running, "", "connect-1:8083", 1},
                            {{0, {RunState::failed, "java.x: y", "connect-1:8083", 1}}},
                            ConnectorType::source),
      R"({"name":"src","connector":{"state":"RUNNING","worker_id":"connect-1:8083"},"tasks":)"
      R"([{"id":0,"state":"FAILED","worker_id":"connect-1:8083","trace":"java.x: y"}],"type":"source"})");
}

// C-STA-2.
TEST(StatusRecords, ReadBackWhatTheyWrote) {
  const StatusRecord record{RunState::failed, "trace\nof two lines", "connect-1:8083", 3};

  const auto text = status_value(record);

  EXPECT_EQ(
      text,
      R"({"state":"FAILED","trace":"trace\nof two lines","worker_id":"connect-1:8083","generation":3})");
  EXPECT_EQ(parse_status(*text)->trace, record.trace);
  EXPECT_EQ(status_value({RunState::destroyed, "", "", 0}), std::nullopt);
  EXPECT_EQ(parse_status("{}"), std::nullopt);
  EXPECT_EQ(task_status_key({"my-sink", 0}), "status-task-my-sink-0");
}

}  // namespace
}  // namespace logquake::connect
