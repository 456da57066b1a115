#include "models/connect/connector_request.h"

#include <gtest/gtest.h>

namespace logquake::connect {
namespace {

constexpr std::string_view source_json = R"({"name": "my-source-connect", "config": {
 "connector.class": "io.confluent.connect.jdbc.JdbcSourceConnector",
 "connection.url": "jdbc:mysql://localhost:3306/mydb", "connection.user": "root", "connection.password": "test1357",
 "mode": "incrementing", "incrementing.column.name": "id", "table.whitelist": "users",
 "topic.prefix": "my_topic_", "tasks.max": "1"}})";
constexpr std::string_view sink_json =
    R"({"name":"my-sink-connect","config":{"connector.class":"io.confluent.connect.jdbc.JdbcSinkConnector",)"
    R"("connection.url":"jdbc:mysql://localhost:3306/copy","connection.user":"root","connection.password":"test1357",)"
    R"("auto.create":"true","auto.evolve":"true","delete.enabled":"false","tasks.max":"1","topics":"my_topic_users"}})";

logquake::Result<sim::Address> resolve(std::string_view host) {
  if (host == "localhost:3306") return sim::Address{.host = "database-1", .port = 3306};
  return logquake::Error{
      logquake::ErrorCode::unreachable,
      "no simulated node is " + std::string(host) + "; there are: localhost:3306"};
}

std::vector<ConnectorProblem> check(std::string_view json) {
  return check_connector(json, resolve);
}

std::string changed(std::string_view json, std::string_view from, std::string_view to) {
  std::string text(json);
  const auto at = text.find(from);
  return text.replace(at, from.size(), to);
}

TEST(ConnectorCheck, AcceptsTheTutorialsConnectorsAsTheyAre) {
  for (const auto json : {source_json, sink_json}) {
    const auto problems = check(json);
    EXPECT_TRUE(problems.empty()) << (problems.empty() ? "" : to_string(problems.front()));
  }
}

TEST(ConnectorCheck, NamesThePlaceOfASyntaxError) {
  const auto problems = check("{\"name\": \"a\",\n \"config\": {,}}");

  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].line, 2);
  EXPECT_EQ(problems[0].path, "$");
}

// C-RST-32.
TEST(ConnectorCheck, NamesAnUnknownClassAsTheWorkerDoes) {
  const auto problems = check(changed(source_json, "JdbcSourceConnector", "JdbcSaucer"));

  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].path, "$.config['connector.class']");
  EXPECT_TRUE(problems[0].message.starts_with(
      "Failed to find any class that implements Connector and which name matches "
      "io.confluent.connect.jdbc.JdbcSaucer, available connectors are: PluginDesc{klass=class "))
      << problems[0].message;
}

TEST(ConnectorCheck, NamesAHostThatNoSimulatedNodeHas) {
  const auto problems = check(changed(source_json, "localhost:3306", "localhost:3307"));

  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].path, "$.config['connection.url']");
  EXPECT_NE(problems[0].message.find("localhost:3306"), std::string::npos);
}

TEST(ConnectorCheck, WarnsOfAMisspeltKeyAndSuggestsTheRightOne) {
  const auto problems = check(changed(source_json, "table.whitelist", "table.whitelst"));

  ASSERT_EQ(problems.size(), 1U);
  EXPECT_TRUE(problems[0].is_warning);
  EXPECT_EQ(problems[0].expected, "table.whitelist");
}

TEST(ConnectorCheck, NamesMissingPartsOfTheDocument) {
  EXPECT_EQ(check("[]")[0].path, "$");
  EXPECT_EQ(check(R"({"config":{}})")[0].path, "$.name");
  EXPECT_EQ(check(R"({"name":"a"})")[0].path, "$.config");
  EXPECT_EQ(check(R"({"name":"a","config":{"x":{}}})")[0].path, "$.config['x']");
  EXPECT_EQ(check(R"({"name":"a","config":{}})")[0].message,
            "Connector config {name=a} contains no connector type");
}

TEST(ConnectorCheck, RefusesWhatIsNotModelledByName) {
  const auto problems = check(changed(source_json, "\"incrementing\"", "\"timestamp\""));

  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].path, "$.config['mode']");
  EXPECT_TRUE(problems[0].message.starts_with(
      "Invalid value timestamp for configuration mode: Not modelled"));
}

TEST(ConnectorConfig, SpeaksAsTheRealConfigException) {
  const auto plugin = find_connector_plugin("JdbcSource").value();
  const auto messages = [&plugin](Properties config) {
    std::vector<std::string> all;
    for (const auto& problem : validate_connector(plugin, config, "g"))
      all.push_back(problem.message);
    return all;
  };
  const Properties good{{"name", "a"}, {"connector.class", "JdbcSource"}};
  const auto with = [&good](const std::string& key, const std::string& value) {
    Properties config = good;
    config[key] = value;
    return config;
  };
  using Messages = std::vector<std::string>;

  EXPECT_EQ(messages(good), Messages{});
  EXPECT_EQ(messages({{"connector.class", "JdbcSource"}}),
            Messages{"Missing required configuration \"name\" which has no default value."});
  EXPECT_EQ(messages(with("tasks.max", "0")),
            Messages{"Invalid value 0 for configuration tasks.max: Value must be at least 1"});
  EXPECT_EQ(messages(with("tasks.max", "many")),
            Messages{"Invalid value many for configuration tasks.max: Not a number of type INT"});
  EXPECT_EQ(messages(with("validate.non.null", "yes")),
            Messages{"Invalid value yes for configuration validate.non.null: Expected value to be "
                     "either true or false"});
  EXPECT_EQ(
      messages(with("mode", "inc")),
      Messages{
          "Invalid value inc for configuration mode: String must be one of: , bulk, timestamp, "
          "incrementing, timestamp+incrementing"});
  EXPECT_EQ(messages(with("topic.prefix", "a/b")),
            Messages{"Invalid value a/b for configuration topic.prefix: Topic prefix must not "
                     "contain any character "
                     "other than ASCII alphanumerics, '.', '_' and '-'."});
  EXPECT_EQ(messages(with("value.converter", "com.example.Avro")),
            Messages{"Invalid value com.example.Avro for configuration value.converter: Class "
                     "com.example.Avro could "
                     "not be found."});
}

// C-RST-34, C-RST-35.
TEST(ConnectorConfig, ASinkNeedsExactlyOneKindOfTopicsAndItsOwnGroup) {
  const auto plugin = find_connector_plugin("JdbcSinkConnector").value();
  Properties config{
      {"name", "a"}, {"connector.class", "JdbcSink"}, {"connection.url", "jdbc:mysql://h/d"}};

  const auto none = validate_connector(plugin, config, "g");
  ASSERT_EQ(none.size(), 2U);
  EXPECT_EQ(none[0].message, "Must configure one of topics or topics.regex");

  config["topics"] = "t";
  EXPECT_TRUE(validate_connector(plugin, config, "g").empty());
  EXPECT_EQ(validate_connector(plugin, config, "connect-a").size(), 1U);
  config["insert.mode"] = "merge";
  EXPECT_EQ(validate_connector(plugin, config, "g")[0].message,
            "Invalid value merge for configuration insert.mode: Invalid enumerator");
  config["insert.mode"] = "UPSERT";
  EXPECT_TRUE(validate_connector(plugin, config, "g").empty());
}

// C-RST-12.
TEST(CreateConnectorRequest, PutsTheNameIntoTheConfigurationAndTakesScalarsAsText) {
  std::vector<ConnectorProblem> problems;
  const auto json = parse_json(
      R"({"name":"src","config":{"tasks.max":1,"auto.create":true},"initial_state":"PAUSED"})");

  const auto request = read_create_request(json.value(), problems);

  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(request.config,
            (Properties{{"name", "src"}, {"tasks.max", "1"}, {"auto.create", "true"}}));
  EXPECT_EQ(request.initial_state, TargetState::paused);
}

}  // namespace
}  // namespace logquake::connect
