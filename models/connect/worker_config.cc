#include "models/connect/worker_config.h"

#include <algorithm>

#include "models/connect/converter.h"
#include "sim/base/format.h"

namespace logquake::connect {
namespace {

using enum ConfigType;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\f'; }

/// One logical line: continued ones joined, leading blanks gone.
std::string next_line(std::string_view& text) {
  std::string line;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!part.empty() && part.back() == '\r') part.remove_suffix(1);
    while (!part.empty() && is_blank(part.front())) part.remove_prefix(1);
    const bool is_comment =
        line.empty() && !part.empty() && (part.front() == '#' || part.front() == '!');
    std::size_t slashes = 0;
    while (slashes < part.size() && part[part.size() - 1 - slashes] == '\\') ++slashes;
    const bool goes_on = !is_comment && slashes % 2 == 1;
    if (goes_on) part.remove_suffix(1);
    if (!is_comment) line += part;
    if (!goes_on) break;
  }
  return line;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    out += c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
  }
  return out;
}

std::optional<std::string> converter_complaint(const std::string& name) {
  const auto found = Converter::from_properties({{"c.converter", name}}, "c.converter");
  if (found.ok()) return std::nullopt;
  return format("Class {} could not be found.", name);
}

ConfigDefinition worker_definition() {
  std::vector<ConfigKey> keys;
  keys.push_back(required_key("bootstrap.servers", list));
  keys.push_back(required_key("group.id", string));
  keys.push_back(required_key("config.storage.topic", string));
  keys.push_back(required_key("offset.storage.topic", string));
  keys.push_back(required_key("status.storage.topic", string));
  keys.push_back(
      required_key("key.converter", klass).valid(converter_complaint, "a converter's class name"));
  keys.push_back(required_key("value.converter", klass)
                     .valid(converter_complaint, "a converter's class name"));
  keys.push_back(key("header.converter", klass, std::nullopt));
  keys.push_back(key("client.id", string, ""));
  keys.push_back(key("session.timeout.ms", int32, "10000"));
  keys.push_back(key("heartbeat.interval.ms", int32, "3000"));
  keys.push_back(key("rebalance.timeout.ms", int32, "60000"));
  keys.push_back(key("worker.sync.timeout.ms", int32, "3000"));
  keys.push_back(key("worker.unsync.backoff.ms", int32, "300000"));
  keys.push_back(key("scheduled.rebalance.max.delay.ms", int32, "300000").at_least(0));
  keys.push_back(key("offset.flush.interval.ms", int64, "60000"));
  keys.push_back(key("offset.flush.timeout.ms", int64, "5000"));
  keys.push_back(key("task.shutdown.graceful.timeout.ms", int64, "5000"));
  keys.push_back(key("config.storage.replication.factor", int16, "3"));
  keys.push_back(key("offset.storage.replication.factor", int16, "3"));
  keys.push_back(key("status.storage.replication.factor", int16, "3"));
  keys.push_back(key("offset.storage.partitions", int32, "25"));
  keys.push_back(key("status.storage.partitions", int32, "5"));
  keys.push_back(
      key("connect.protocol", string, "sessioned").one_of({"eager", "compatible", "sessioned"}));
  keys.push_back(key("exactly.once.source.support", string, "disabled")
                     .one_of({"disabled", "preparing", "enabled"})
                     .only({"disabled"}));
  keys.push_back(key("topic.creation.enable", boolean, "true"));
  keys.push_back(key("connector.client.config.override.policy", string, "All").only({"all"}));
  keys.push_back(key("listeners", list, "http://:8083"));
  keys.push_back(key("rest.advertised.host.name", string, std::nullopt));
  keys.push_back(key("rest.advertised.port", int32, std::nullopt));
  keys.push_back(key("rest.port", int32, std::nullopt));
  keys.push_back(key("plugin.path", list, std::nullopt));
  keys.push_back(key("plugin.discovery", string, "hybrid_warn"));
  return ConfigDefinition(std::move(keys));
}

bool is_foreign(std::string_view name) {
  return name.starts_with("producer.") || name.starts_with("consumer.") ||
         name.starts_with("admin.") || name.starts_with("key.converter.") ||
         name.starts_with("value.converter.") || name.starts_with("internal.key.converter") ||
         name.starts_with("internal.value.converter") || name.starts_with("config.storage.") ||
         name.starts_with("offset.storage.") || name.starts_with("status.storage.");
}

Duration milliseconds(const ParsedConfig& config, std::string_view name) {
  return std::chrono::milliseconds(config.integer(name));
}

}  // namespace

Properties parse_properties(std::string_view text) {
  Properties properties;
  while (!text.empty()) {
    const std::string line = next_line(text);
    if (line.empty()) continue;
    std::size_t end = 0;
    while (end < line.size() && line[end] != '=' && line[end] != ':' && !is_blank(line[end])) {
      end += line[end] == '\\' ? 2 : 1;
    }
    end = std::min(end, line.size());
    std::size_t begin = end;
    while (begin < line.size() && is_blank(line[begin])) ++begin;
    if (begin < line.size() && (line[begin] == '=' || line[begin] == ':')) ++begin;
    while (begin < line.size() && is_blank(line[begin])) ++begin;
    properties[unescaped(std::string_view(line).substr(0, end))] =
        unescaped(std::string_view(line).substr(begin));
  }
  return properties;
}

Result<WorkerConfig> WorkerConfig::from(std::string_view properties_text) {
  WorkerConfig worker;
  worker.properties = parse_properties(properties_text);
  const ConfigDefinition definition = worker_definition();
  const auto parsed = definition.parse(worker.properties);
  if (!parsed.ok()) return parsed.error();
  const ParsedConfig& config = parsed.value();
  worker.group_id = config.text("group.id");
  worker.bootstrap_servers = config.text("bootstrap.servers");
  const auto topic = [&config](std::string_view kind, std::int32_t partitions,
                               std::string purpose) {
    StorageTopic storage;
    storage.property = format("{}.storage.topic", kind);
    storage.name = config.text(storage.property);
    storage.partitions = partitions;
    storage.replication =
        static_cast<std::int16_t>(config.integer(format("{}.storage.replication.factor", kind)));
    storage.purpose = std::move(purpose);
    return storage;
  };
  worker.config_topic = topic("config", 1, "connector configurations");
  worker.offset_topic =
      topic("offset", static_cast<std::int32_t>(config.integer("offset.storage.partitions")),
            "source connector offsets");
  worker.status_topic =
      topic("status", static_cast<std::int32_t>(config.integer("status.storage.partitions")),
            "connector and task statuses");
  worker.offset_flush_interval = milliseconds(config, "offset.flush.interval.ms");
  worker.offset_flush_timeout = milliseconds(config, "offset.flush.timeout.ms");
  worker.graceful_shutdown_timeout = milliseconds(config, "task.shutdown.graceful.timeout.ms");
  worker.rest_host = config.text("rest.advertised.host.name");
  const auto listeners = config.list("listeners");
  if (!listeners.empty()) {
    const auto number = listeners.front().substr(listeners.front().rfind(':') + 1);
    const ConfigDefinition port({key("listeners", int32, "8083").at_least(1)});
    const auto read = port.parse({{"listeners", number}});
    if (!read.ok() || read.value().integer("listeners") > 65535) {
      return Error{ErrorCode::config,
                   format("Invalid value {} for configuration listeners: Invalid scheme found in "
                          "listener, or no port; expected http://host:port",
                          listeners.front())};
    }
    worker.rest_port = static_cast<std::uint16_t>(read.value().integer("listeners"));
  }
  for (const auto& [name, value] : worker.properties) {
    if (definition.find(name) == nullptr && !is_foreign(name))
      worker.unknown_settings.push_back(name);
  }
  return worker;
}

kafka::Config WorkerConfig::client_config(const std::vector<sim::Address>& bootstrap,
                                          std::string_view client_id, const kafka::Config& base,
                                          std::string_view prefix) const {
  kafka::Config config = base;
  std::string servers;
  for (const auto& address : bootstrap)
    servers += (servers.empty() ? "" : ",") + to_string(address);
  config["bootstrap.servers"] = servers;
  config["client.id"] = std::string(client_id);
  for (const auto& [name, value] : properties) {
    if (name.starts_with(prefix) && name != std::string(prefix) + "bootstrap.servers") {
      config[name.substr(prefix.size())] = value;
    }
  }
  return config;
}

std::vector<std::string> check_worker(const WorkerSettings& settings) {
  const auto config = WorkerConfig::from(settings.properties);
  if (!config.ok()) return {config.error().message};
  std::vector<std::string> problems;
  for (const std::string& server : split_list(config.value().bootstrap_servers)) {
    if (settings.resolve_cluster == nullptr) break;
    const auto found = settings.resolve_cluster(server);
    if (!found.ok()) problems.push_back("bootstrap.servers: " + found.error().message);
  }
  return problems;
}

}  // namespace logquake::connect
