#include "models/connect/connector_plugin.h"

#include <algorithm>

#include "models/connect/converter.h"
#include "sim/base/format.h"

namespace logquake::connect {
namespace {

using enum ConfigType;

constexpr std::string_view connector_suffix = "Connector";

std::string simple_name(std::string_view class_name) {
  return std::string(class_name.substr(class_name.rfind('.') + 1));
}

bool answers_to(const ConnectorPlugin& plugin, std::string_view name) {
  const std::string simple = simple_name(plugin.class_name);
  return name == plugin.class_name || name == simple ||
         name == std::string_view(simple).substr(0, simple.size() - connector_suffix.size());
}

std::string description_of(const ConnectorPlugin& plugin) {
  return format(
      "PluginDesc{{klass=class {0}, name='{0}', version='{1}', encodedVersion={1}, type={2}, "
      "typeName='{2}', "
      "location='file:/usr/share/java/'}}",
      plugin.class_name, plugin.version, name_of(plugin.type));
}

std::optional<std::string> topic_prefix_complaint(const std::string& prefix) {
  if (prefix.size() > 249)
    return "Topic prefix length must not exceed max topic name length, 249 chars";
  const auto is_legal = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  if (!std::all_of(prefix.begin(), prefix.end(), is_legal)) {
    return "Topic prefix must not contain any character other than ASCII alphanumerics, '.', '_' "
           "and '-'.";
  }
  return std::nullopt;
}

std::optional<std::string> converter_complaint(const std::string& name) {
  const auto found = Converter::from_properties({{"c.converter", name}}, "c.converter");
  if (found.ok()) return std::nullopt;
  return format("Class {} could not be found.", name);
}

/// The transform and predicate chains of KIP-66 and KIP-585 are not modelled yet.
void add_common(std::vector<ConfigKey>& keys) {
  keys.push_back(required_key("name", string).non_empty());
  keys.push_back(required_key("connector.class", string));
  keys.push_back(key("tasks.max", int32, "1").at_least(1));
  const std::string converters =
      "JsonConverter, StringConverter or ByteArrayConverter by its full class name";
  keys.push_back(key("key.converter", klass, std::nullopt).valid(converter_complaint, converters));
  keys.push_back(
      key("value.converter", klass, std::nullopt).valid(converter_complaint, converters));
  keys.push_back(key("header.converter", klass, std::nullopt));
  keys.push_back(key("transforms", list, "").only({""}));
  keys.push_back(key("predicates", list, "").only({""}));
  keys.push_back(key("config.action.reload", string, "restart").one_of({"none", "restart"}));
  keys.push_back(key("errors.retry.timeout", int64, "0"));
  keys.push_back(key("errors.retry.delay.max.ms", int64, "60000"));
  keys.push_back(key("errors.tolerance", string, "none").one_of({"none", "all"}).only({"none"}));
  keys.push_back(key("errors.log.enable", boolean, "false"));
  keys.push_back(key("errors.log.include.messages", boolean, "false"));
}

}  // namespace

std::string_view name_of(ConnectorType type) {
  return type == ConnectorType::source ? "source" : "sink";
}

std::vector<ConnectorPlugin> connector_plugins() {
  return {{"io.confluent.connect.jdbc.JdbcSinkConnector", ConnectorType::sink, "10.6.4"},
          {"io.confluent.connect.jdbc.JdbcSourceConnector", ConnectorType::source, "10.6.4"}};
}

Result<ConnectorPlugin> find_connector_plugin(std::string_view name) {
  std::string available;
  for (const ConnectorPlugin& plugin : connector_plugins()) {
    if (answers_to(plugin, name)) return plugin;
    available += (available.empty() ? "" : ", ") + description_of(plugin);
  }
  return Error{ErrorCode::connect,
               format("Failed to find any class that implements Connector and which name matches "
                      "{}, available connectors are: {}",
                      name, available)};
}

ConfigDefinition common_definition(ConnectorType type) {
  std::vector<ConfigKey> keys;
  add_common(keys);
  if (type == ConnectorType::source) {
    keys.push_back(key("topic.creation.groups", list, "").only({""}));
    keys.push_back(key("exactly.once.support", string, "requested")
                       .one_of({"requested", "required"})
                       .only({"requested"}));
    keys.push_back(
        key("transaction.boundary", string, "poll").one_of({"poll", "interval", "connector"}));
    keys.push_back(key("offsets.storage.topic", string, std::nullopt).only({}));
  } else {
    keys.push_back(key("topics", list, ""));
    keys.push_back(key("topics.regex", string, "").only({""}));
    keys.push_back(key("errors.deadletterqueue.topic.name", string, "").only({""}));
    keys.push_back(key("errors.deadletterqueue.topic.replication.factor", int16, "3"));
    keys.push_back(key("errors.deadletterqueue.context.headers.enable", boolean, "false"));
  }
  return ConfigDefinition(std::move(keys));
}

// Names and defaults: C-JSO-1. What is not modelled yet says so when it is asked for.
ConfigDefinition jdbc_source_definition() {
  std::vector<ConfigKey> keys;
  keys.push_back(key("connection.url", string, ""));  // looked at when connecting only (C-JSO-3)
  keys.push_back(key("connection.user", string, std::nullopt));
  keys.push_back(key("connection.password", password, std::nullopt));
  keys.push_back(key("connection.attempts", int32, "3").at_least(1));
  keys.push_back(key("connection.backoff.ms", int64, "10000"));
  keys.push_back(key("table.whitelist", list, ""));
  keys.push_back(key("table.blacklist", list, ""));
  keys.push_back(key("catalog.pattern", string, std::nullopt).only({}));
  keys.push_back(
      key("schema.pattern", string, std::nullopt));  // ignored by the MariaDB driver (C-JSO-5)
  keys.push_back(key("numeric.precision.mapping", boolean,
                     "false"));  // DECIMAL is not touched by it (C-JSO-62)
  keys.push_back(key("numeric.mapping", string, std::nullopt)
                     .enumerator({"none", "precision_only", "best_fit", "best_fit_eager_double"}));
  keys.push_back(key("dialect.name", string, "").only({"", "mysqldatabasedialect"}));
  keys.push_back(key("mode", string, "")
                     .one_of({"", "bulk", "timestamp", "incrementing", "timestamp+incrementing"})
                     .only({"", "bulk", "incrementing"}));
  keys.push_back(key("incrementing.column.name", string, ""));
  keys.push_back(key("timestamp.column.name", list, ""));
  keys.push_back(key("timestamp.initial", int64, std::nullopt));
  keys.push_back(key("timestamp.delay.interval.ms", int64, "0"));
  keys.push_back(key("validate.non.null", boolean, "true"));
  keys.push_back(key("query", string, "").only({""}));
  keys.push_back(key("query.suffix", string, ""));
  keys.push_back(key("query.retry.attempts", int32, "-1"));
  keys.push_back(key("quote.sql.identifiers", string, "ALWAYS").only({"always"}));
  keys.push_back(key("transaction.isolation.mode", string, "DEFAULT").only({"default"}));
  keys.push_back(key("table.types", list, "TABLE").only({"table"}));
  keys.push_back(key("poll.interval.ms", int32, "5000"));
  keys.push_back(key("batch.max.rows", int32, "100"));
  keys.push_back(key("table.monitoring.startup.polling.limit.ms", int64, "10000"));
  keys.push_back(key("table.poll.interval.ms", int64, "60000"));
  keys.push_back(
      key("topic.prefix", string, "")
          .valid(topic_prefix_complaint, "at most 249 letters, digits, '.', '_' or '-'"));
  keys.push_back(key("db.timezone", string, "UTC").only({"utc"}));
  keys.push_back(key("timestamp.granularity", string, "connect_logical").only({"connect_logical"}));
  return ConfigDefinition(std::move(keys));
}

// Names and defaults: C-JSI-1.
ConfigDefinition jdbc_sink_definition() {
  std::vector<ConfigKey> keys;
  keys.push_back(required_key("connection.url", string));
  keys.push_back(key("connection.user", string, std::nullopt));
  keys.push_back(key("connection.password", password, std::nullopt));
  keys.push_back(key("connection.attempts", int32, "3").at_least(1));
  keys.push_back(key("connection.backoff.ms", int64, "10000"));
  keys.push_back(key("dialect.name", string, "").only({"", "mysqldatabasedialect"}));
  keys.push_back(key("insert.mode", string, "insert").enumerator({"insert", "upsert", "update"}));
  keys.push_back(key("batch.size", int32, "3000").at_least(0));
  keys.push_back(key("delete.enabled", boolean, "false"));
  keys.push_back(key("table.types", list, "TABLE").only({"table"}));
  keys.push_back(key("table.name.format", string, "${topic}").non_empty());
  keys.push_back(
      key("pk.mode", string, "none").enumerator({"none", "kafka", "record_key", "record_value"}));
  keys.push_back(key("pk.fields", list, ""));
  keys.push_back(key("fields.whitelist", list, ""));
  keys.push_back(key("db.timezone", string, "UTC").only({"utc"}));
  keys.push_back(key("auto.create", boolean, "false"));
  keys.push_back(key("auto.evolve", boolean, "false"));
  keys.push_back(key("quote.sql.identifiers", string, "ALWAYS").only({"always"}));
  keys.push_back(key("max.retries", int32, "10").at_least(0));
  keys.push_back(key("retry.backoff.ms", int32, "3000").at_least(0));
  return ConfigDefinition(std::move(keys));
}

ConfigDefinition definition_of(const ConnectorPlugin& plugin) {
  ConfigDefinition definition = common_definition(plugin.type);
  definition.add(plugin.type == ConnectorType::source ? jdbc_source_definition()
                                                      : jdbc_sink_definition());
  return definition;
}

std::vector<ConfigProblem> validate_connector(const ConnectorPlugin& plugin,
                                              const Properties& config,
                                              std::string_view worker_group) {
  auto problems = definition_of(plugin).validate(config);
  if (plugin.type == ConnectorType::source) return problems;
  const auto text = [&config](const std::string& name) {
    const auto at = config.find(name);
    return at == config.end() ? std::string() : at->second;
  };
  const bool has_topics = !split_list(text("topics")).empty();
  const bool has_regex = !split_list(text("topics.regex")).empty();
  if (has_topics == has_regex) {
    const std::string message =
        has_topics ? "topics and topics.regex are mutually exclusive options, but both are set."
                   : "Must configure one of topics or topics.regex";
    problems.push_back({"topics", message, "exactly one of topics and topics.regex"});
    problems.push_back({"topics.regex", message, "exactly one of topics and topics.regex"});
  }
  const std::string group = config.contains("consumer.override.group.id")
                                ? text("consumer.override.group.id")
                                : "connect-" + text("name");
  if (group == worker_group) {
    problems.push_back(
        {"name",
         format("Consumer group {} conflicts with Connect worker group {}", group, worker_group),
         "a name whose consumer group is not the workers' own"});
  }
  if (lower_case(text("delete.enabled")) == "true" && lower_case(text("pk.mode")) != "record_key") {
    const std::string message = "Deletes are only supported for pk.mode record_key";
    problems.push_back({"pk.mode", message, "record_key"});
    problems.push_back({"delete.enabled", message, "false, or pk.mode record_key"});
  }
  return problems;
}

}  // namespace logquake::connect
