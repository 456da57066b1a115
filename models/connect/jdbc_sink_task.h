// A JDBC sink task: puts batches into the database, with retries.
// Source: C-JSI-50 to 59; kafka-connect-jdbc 10.6.4, JdbcSinkTask.
#pragma once

#include <optional>

#include "models/connect/connector.h"
#include "models/connect/jdbc_sink_writer.h"

namespace logquake::connect {

class JdbcSinkTask : public SinkTask {
 public:
  explicit JdbcSinkTask(SinkTaskContext& context) : context_(context) {}
  Status start(const Properties& properties) override;
  Status put(const std::vector<SinkRecord>& records) override;
  void stop() override;

 private:
  SinkTaskContext& context_;
  JdbcSinkSettings settings_;
  std::optional<JdbcSinkWriter> writer_;
  int remaining_retries_ = 0;
};

/// The JDBC sink connector: every task has the connector's configuration.
class JdbcSinkConnector : public Connector {
 public:
  Status start(const Properties& properties) override;
  Result<std::vector<Properties>> task_configs(int max_tasks) override;
  void stop() override {}

 private:
  Properties properties_;
};

}  // namespace logquake::connect
