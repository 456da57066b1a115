#include "models/connect/connector_request.h"

#include <algorithm>

#include "models/connect/jdbc_url.h"
#include "sim/base/format.h"

namespace logquake::connect {
namespace {

std::string config_path(std::string_view key) { return format("$.config['{}']", key); }

std::optional<std::string> scalar_text(const Json& value) {
  if (value.text() != nullptr) return *value.text();
  if (value.boolean() != nullptr || value.integer() != nullptr || value.number() != nullptr)
    return to_json_text(value);
  return std::nullopt;
}

/// Keys beside the definition that belong to somebody else: converters, clients, topic creation.
bool is_foreign_key(std::string_view key) {
  return key.starts_with("key.converter.") || key.starts_with("value.converter.") ||
         key.starts_with("header.converter.") || key.starts_with("producer.override.") ||
         key.starts_with("consumer.override.") || key.starts_with("admin.override.") ||
         key.starts_with("topic.creation.");
}

/// How far apart two words are (insertions, removals, replacements).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

std::string nearest_key(const ConfigDefinition& definition, std::string_view key) {
  std::string best;
  std::size_t best_distance = key.size() / 3 + 1;
  for (const ConfigKey& defined : definition.keys()) {
    const auto d = distance(key, defined.name);
    if (d < best_distance) {
      best_distance = d;
      best = defined.name;
    }
  }
  return best;
}

void check_unknown_keys(const ConfigDefinition& definition, const Properties& config,
                        std::vector<ConnectorProblem>& problems) {
  for (const auto& [name, value] : config) {
    if (definition.find(name) != nullptr || is_foreign_key(name)) continue;
    ConnectorProblem problem;
    problem.path = config_path(name);
    problem.message = format("The configuration '{}' was supplied but isn't a known config.", name);
    if (const auto nearest = nearest_key(definition, name); !nearest.empty())
      problem.expected = nearest;
    problem.is_warning = true;
    problems.push_back(std::move(problem));
  }
}

constexpr std::string_view request_class =
    "org.apache.kafka.connect.runtime.rest.entities.CreateConnectorRequest";

/// What Jackson says of a value of another kind.
Error cannot_read(std::string_view type, const Json& found) {
  const auto [kind, token] =
      found.object() != nullptr  ? std::pair("Object", "START_OBJECT")
      : found.array() != nullptr ? std::pair("Array", "START_ARRAY")
      : found.text() != nullptr  ? std::pair("String", "VALUE_STRING")
      : found.boolean() != nullptr
          ? std::pair("Boolean", *found.boolean() ? "VALUE_TRUE" : "VALUE_FALSE")
      : found.integer() != nullptr ? std::pair("Integer", "VALUE_NUMBER_INT")
      : found.is_null()            ? std::pair("Null", "VALUE_NULL")
                                   : std::pair("Floating-point", "VALUE_NUMBER_FLOAT");
  return {ErrorCode::internal,
          format("Cannot deserialize value of type `{}` from {} value (token `JsonToken.{}`)", type,
                 kind, token)};
}

std::string upper_case(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

}  // namespace

std::string_view name_of(TargetState state) {
  constexpr std::string_view names[] = {"STARTED", "PAUSED", "STOPPED"};
  return names[static_cast<std::size_t>(state)];
}

std::string to_string(const ConnectorProblem& problem) {
  std::string place = problem.path;
  if (problem.line > 0) place += format(" (line {}, column {})", problem.line, problem.column);
  return format("{}: {}{}{}", place, problem.message, problem.expected.empty() ? "" : "; expected ",
                problem.expected);
}

CreateConnectorRequest read_create_request(const Json& json,
                                           std::vector<ConnectorProblem>& problems) {
  CreateConnectorRequest request;
  const auto complain = [&problems](std::string path, std::string message, std::string expected,
                                    std::optional<Error> refusal) {
    ConnectorProblem problem;
    problem.path = std::move(path);
    problem.message = std::move(message);
    problem.expected = std::move(expected);
    problem.refusal = std::move(refusal);
    problems.push_back(std::move(problem));
  };
  if (json.object() == nullptr) {
    complain("$", format("found {}", json.kind()), R"(an object {"name": …, "config": {…}})",
             cannot_read(request_class, json));
    return request;
  }
  for (const JsonMember& member : *json.object()) {
    if (member.name == "name" || member.name == "config" || member.name == "initial_state")
      continue;
    const auto message = format("Unrecognized field \"{}\" (class {}), not marked as ignorable",
                                member.name, request_class);
    complain("$." + member.name, message, "name, config or initial_state",
             Error{ErrorCode::internal,
                   message + R"( (3 known properties: "name", "config", "initial_state"]))"});
  }
  if (const Json* config = json.find("config"); config == nullptr || config->object() == nullptr) {
    const bool is_missing = config == nullptr || config->is_null();
    complain("$.config", format("found {}", config == nullptr ? "nothing" : config->kind()),
             "an object of text values",
             is_missing ? Error{ErrorCode::internal,
                                "Cannot invoke \"java.util.Map.get(Object)\" because "
                                "\"connectorConfig\" is null"}
                        : cannot_read("java.util.LinkedHashMap<java.lang.String,java.lang.String>",
                                      *config));
  } else {
    for (const JsonMember& member : *config->object()) {
      if (const auto text = scalar_text(member.value)) {
        request.config[member.name] = *text;
      } else {
        complain(config_path(member.name), format("found {}", member.value.kind()), "text",
                 cannot_read("java.lang.String", member.value));
      }
    }
  }
  const Json* name = json.find("name");
  if (const auto text = name == nullptr ? std::nullopt : scalar_text(*name)) request.name = *text;
  const auto in_config = request.config.find("name");
  if (in_config != request.config.end() && in_config->second != request.name) {
    const auto message = "Connector name configuration (" + in_config->second +
                         ") doesn't match connector name in the URL (" + request.name + ")";
    complain(name == nullptr ? "$.name" : config_path("name"), message,
             name == nullptr ? in_config->second : request.name,
             Error{ErrorCode::bad_request, message});
  } else if (name != nullptr && name->text() == nullptr && !name->is_null() &&
             request.name.empty()) {
    complain("$.name", format("found {}", name->kind()), "the connector's name",
             cannot_read("java.lang.String", *name));
  } else if (request.name.empty()) {
    complain("$.name", format("found {}", name == nullptr ? "nothing" : name->kind()),
             "the connector's name", std::nullopt);
  }
  request.config["name"] = request.name;
  if (const Json* state = json.find("initial_state"); state != nullptr && !state->is_null()) {
    const std::string text = state->text() == nullptr ? "" : lower_case(*state->text());
    if (text == "running") {
      request.initial_state = TargetState::started;
    } else if (text == "paused") {
      request.initial_state = TargetState::paused;
    } else if (text == "stopped") {
      request.initial_state = TargetState::stopped;
    } else {
      complain("$.initial_state", format("found {}", to_json_text(*state)),
               "RUNNING, PAUSED or STOPPED",
               Error{ErrorCode::internal,
                     format("Cannot construct instance of `{0}$InitialState`, problem: No enum "
                            "constant {0}.InitialState.{1}",
                            request_class, upper_case(text))});
    }
  }
  return request;
}

std::vector<ConnectorProblem> check_connector(std::string_view json, const Resolver& resolve,
                                              std::string_view worker_group) {
  std::vector<ConnectorProblem> problems;
  const auto parsed = parse_json(json);
  if (!parsed.ok()) {
    ConnectorProblem problem;
    problem.path = "$";
    problem.message = parsed.error().message;
    problem.expected = R"(JSON such as {"name": …, "config": {…}})";
    problem.line = parsed.error().line;
    problem.column = parsed.error().column;
    problems.push_back(std::move(problem));
    return problems;
  }
  const auto request = read_create_request(parsed.value(), problems);
  if (!problems.empty()) return problems;
  const auto add = [&problems](const std::string& key, std::string message, std::string expected) {
    ConnectorProblem problem;
    problem.path = config_path(key);
    problem.message = std::move(message);
    problem.expected = std::move(expected);
    problems.push_back(std::move(problem));
  };
  const auto class_name = request.config.find("connector.class");
  if (class_name == request.config.end()) {
    add("connector.class",
        "Connector config " + map_text(request.config) + " contains no connector type",
        "a connector class");
    return problems;
  }
  const auto plugin = find_connector_plugin(class_name->second);
  if (!plugin.ok()) {
    std::string known;
    for (const ConnectorPlugin& each : connector_plugins())
      known += (known.empty() ? "" : " or ") + each.class_name;
    add("connector.class", plugin.error().message, known);
    return problems;
  }
  for (ConfigProblem& problem : validate_connector(plugin.value(), request.config, worker_group)) {
    add(problem.key, std::move(problem.message), std::move(problem.expected));
  }
  if (const auto url = request.config.find("connection.url"); url != request.config.end()) {
    const auto read = parse_jdbc_url(url->second);
    if (!read.ok()) {
      add("connection.url", read.error().message,
          "jdbc:mysql://host:port/database or jdbc:mariadb://host:port/database");
    } else if (resolve != nullptr) {
      const auto address = resolve(read.value().host_and_port());
      if (!address.ok())
        add("connection.url", address.error().message, "a host and port of the simulated world");
    }
  }
  check_unknown_keys(definition_of(plugin.value()), request.config, problems);
  return problems;
}

}  // namespace logquake::connect
