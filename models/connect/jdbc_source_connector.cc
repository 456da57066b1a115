#include "models/connect/jdbc_source_connector.h"

#include "models/connect/connector_plugin.h"
#include "models/connect/jdbc_facts.h"
#include "sim/base/format.h"

namespace logquake::connect {

JdbcSourceConnector::JdbcSourceConnector(ConnectorContext& context)
    : context_(context),
      stop_monitor_(context.node),
      changed_(context.node, "a connector's list of tables") {}

Status JdbcSourceConnector::start(const Properties& properties) {
  const auto parsed = jdbc_source_definition().parse(properties);
  if (!parsed.ok()) {
    return Error{
        ErrorCode::connect,
        "Couldn't start JdbcSourceConnector due to configuration error: " + parsed.error().message};
  }
  const ParsedConfig& config = parsed.value();
  properties_ = properties;
  if (const auto url = parse_jdbc_url(config.text("connection.url")); !url.ok()) {
    if (url.error().message.starts_with("Not a valid"))
      return url.error();  // no dialect is found (C-JSO-3)
  }
  whitelist_ = config.list("table.whitelist");
  blacklist_ = config.list("table.blacklist");
  table_poll_interval_ = std::chrono::milliseconds(config.integer("table.poll.interval.ms"));
  startup_limit_ =
      std::chrono::milliseconds(config.integer("table.monitoring.startup.polling.limit.ms"));
  JdbcConnection::Settings settings;
  settings.connector = context_.name;
  settings.url = config.text("connection.url");
  settings.user = config.text("connection.user");
  settings.password = config.text("connection.password");
  settings.attempts = static_cast<int>(config.integer("connection.attempts"));
  settings.backoff = std::chrono::milliseconds(config.integer("connection.backoff.ms"));
  settings.autocommit = true;  // the connector's own connection keeps the driver's default
  connection_.emplace(context_.node, context_.resolve, context_.stop, std::move(settings));
  if (auto connected = connection_->get(); !connected.ok()) return connected.error();
  if (!whitelist_.empty() && !blacklist_.empty()) {
    return Error{ErrorCode::connect, "table.whitelist and table.blacklist are exclusive."};
  }
  monitor_runs_ = true;
  context_.node.spawn("table monitor of " + context_.name, [this] { monitor_tables(); });
  return {};
}

void JdbcSourceConnector::monitor_tables() {
  while (!stop_monitor_.raised()) {
    const auto changed = update_tables();
    if (!changed.ok()) {
      context_.raise_error(
          {ErrorCode::connect,
           "Encountered an unrecoverable error while reading tables from the database: " +
               to_string(changed.error())});
      break;
    }
    if (changed.value()) context_.request_task_reconfiguration();
    if (!stop_monitor_.sleep(table_poll_interval_)) break;
  }
  monitor_runs_ = false;
  changed_.notify_all();
}

Result<bool> JdbcSourceConnector::update_tables() {
  auto client = connection_->get();
  if (!client.ok()) return client.error();
  std::vector<std::string> databases = {
      parse_jdbc_url(properties_["connection.url"]).value().database};
  std::vector<TableId> listed;
  if (context_.driver.all_databases) {
    auto all = client.value()->databases();
    if (!all.ok()) {
      connection_->close();  // the list stays as it was (C-JSO-10)
      return false;
    }
    databases = std::move(all).value();
  }
  for (const std::string& database : databases) {
    auto names = client.value()->tables(database);
    if (!names.ok()) {
      connection_->close();
      return false;
    }
    for (std::string& name : *names) listed.push_back({database, "", std::move(name)});
  }
  auto filtered = filter_tables(listed, whitelist_, blacklist_);
  const bool changed = !tables_ || *tables_ != filtered;
  tables_ = std::move(filtered);
  changed_.notify_all();
  if (changed) {
    TablesListed fact;
    fact.connector = context_.name;
    for (const TableId& id : *tables_) fact.tables.push_back(unquoted(id));
    context_.node.record(fact);
  }
  return changed;
}

Result<std::vector<Properties>> JdbcSourceConnector::task_configs(int max_tasks) {
  changed_.wait_until([this] { return tables_.has_value() || !monitor_runs_; }, startup_limit_);
  std::vector<Properties> configs;
  if (!tables_) return configs;  // C-JSO-12
  if (auto unique = refuse_duplicate_names(*tables_, !whitelist_.empty(), !blacklist_.empty());
      !unique.ok()) {
    const Error failure{
        ErrorCode::connect,
        "Encountered an unrecoverable error while reading tables from the database: " +
            to_string(unique.error())};
    context_.raise_error(failure);
    stop_monitor_.raise();
    return failure;
  }
  if (tables_->empty()) {  // C-JSO-7
    configs.push_back(properties_);
    configs.back()["tables"] = "[]";
    return configs;
  }
  for (const auto& group : group_tables(*tables_, static_cast<std::size_t>(max_tasks))) {
    configs.push_back(properties_);
    configs.back()["tables"] = tables_text(group);
  }
  return configs;
}

void JdbcSourceConnector::stop() {
  stop_monitor_.raise();
  changed_.wait_until([this] { return !monitor_runs_; });
  if (connection_) connection_->close();
}

}  // namespace logquake::connect
