// What connector code and the framework promise each other. Source: C-HRD-5, C-TSK-1, C-SNK-4;
// Apache Kafka 3.7.0, connect-api.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "models/connect/config_definition.h"
#include "models/connect/config_fold.h"
#include "models/connect/connector_plugin.h"
#include "models/connect/connector_request.h"
#include "models/connect/record.h"
#include "sim/node.h"
#include "sim/schedule/sync.h"

namespace logquake::connect {

/// Tells a running connector or task to end; whoever sleeps on it wakes at once.
class StopFlag {
 public:
  explicit StopFlag(sim::Node& node) : signal_(node, "a stop of connector or task") {}
  void raise() {
    raised_ = true;
    signal_.notify_all();
  }
  bool raised() const { return raised_; }
  /// Blocks for `duration`, or until raised. Whether to go on.
  bool sleep(Duration duration) {
    signal_.wait_until([this] { return raised_; }, duration);
    return !raised_;
  }

 private:
  sim::Signal signal_;
  bool raised_ = false;
};

/// How the JDBC driver behaves where drivers differ (C-JSO-5, C-JSO-25).
struct DriverSettings {
  /// Metadata look-ups see all databases of the server (MySQL driver 8's default) or the URL's
  /// only.
  bool all_databases = false;
  /// A connection lost during a statement is retried also for jdbc:mariadb: URLs. For jdbc:mysql:
  /// it always is, as by the MySQL driver.
  bool lost_connection_is_transient = false;
};

/// What a connector may ask of the framework. Lent for the connector's life.
struct ConnectorContext {
  sim::Node& node;
  std::string name;
  Resolver resolve;
  DriverSettings driver;
  StopFlag& stop;
  std::function<void()> request_task_reconfiguration;  // C-HRD-6; does not block
  std::function<void(Error)> raise_error;  // the connector becomes FAILED; does not block
};

/// Plans the work of its tasks. All calls may block.
class Connector {
 public:
  virtual ~Connector() = default;
  virtual Status start(const Properties& properties) = 0;
  /// At most `max_tasks` configurations.
  virtual Result<std::vector<Properties>> task_configs(int max_tasks) = 0;
  /// Ends every task of its own that start() spawned before it returns.
  virtual void stop() = 0;
};

struct TaskContext {
  sim::Node& node;
  TaskId id;
  Resolver resolve;
  DriverSettings driver;
  StopFlag& stop;
};

struct SourceTaskContext : TaskContext {
  /// The stored offsets of these source partitions, null where there is none (C-OFF-3). Blocks.
  std::function<Result<std::vector<Json>>(const std::vector<Json>& partitions)> stored_offsets;
};

class SourceTask {
 public:
  virtual ~SourceTask() = default;
  virtual Status start(const Properties& properties) = 0;
  /// Blocks for records; may return none. Errors end the task.
  virtual Result<std::vector<SourceRecord>> poll() = 0;
  /// Called after offsets were stored.
  virtual void commit() {}
  virtual void stop() = 0;
};

struct SinkTaskContext : TaskContext {
  /// After a retriable error: when to deliver the batch again (SinkTaskContext.timeout).
  Duration retry_after{};
};

class SinkTask {
 public:
  virtual ~SinkTask() = default;
  virtual Status start(const Properties& properties) = 0;
  /// Errors: retriable keeps the batch for redelivery after the context's retry_after; others end
  /// the task.
  virtual Status put(const std::vector<SinkRecord>& records) = 0;
  virtual void stop() = 0;
};

/// Instances of a plugin's classes.
std::unique_ptr<Connector> make_connector(const ConnectorPlugin& plugin, ConnectorContext& context);
std::unique_ptr<SourceTask> make_source_task(const ConnectorPlugin& plugin,
                                             SourceTaskContext& context);
std::unique_ptr<SinkTask> make_sink_task(const ConnectorPlugin& plugin, SinkTaskContext& context);

}  // namespace logquake::connect
