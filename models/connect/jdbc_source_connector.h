// The JDBC source connector: watches the database's tables and splits them among tasks.
// Source: C-JSO-2, 5 to 7, 10 to 13; kafka-connect-jdbc 10.6.4, JdbcSourceConnector,
// TableMonitorThread.
#pragma once

#include <optional>
#include <vector>

#include "models/connect/connector.h"
#include "models/connect/jdbc_connection.h"
#include "models/connect/jdbc_source_query.h"

namespace logquake::connect {

class JdbcSourceConnector : public Connector {
 public:
  explicit JdbcSourceConnector(ConnectorContext& context);
  Status start(const Properties& properties) override;
  Result<std::vector<Properties>> task_configs(int max_tasks) override;
  void stop() override;

 private:
  void monitor_tables();
  /// Whether the filtered list differs from the one before. Blocks.
  Result<bool> update_tables();

  ConnectorContext& context_;
  Properties properties_;
  std::vector<std::string> whitelist_;
  std::vector<std::string> blacklist_;
  Duration table_poll_interval_{};
  Duration startup_limit_{};
  std::optional<JdbcConnection> connection_;
  std::optional<std::vector<TableId>> tables_;  // nothing before the first listing
  StopFlag stop_monitor_;
  sim::Signal changed_;  // tables_ or monitor_runs_
  bool monitor_runs_ = false;
};

}  // namespace logquake::connect
