// Runs one sink task: a consumer in the group connect-<name>, conversion, put, and commits after
// put. Source: C-SNK-1 to 9, C-OFF-5; Apache Kafka 3.7.0, WorkerSinkTask.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/client/consumer.h"
#include "models/connect/connector.h"
#include "models/connect/converter.h"

namespace logquake::connect {

class WorkerSinkTask {
 public:
  struct Settings {
    TaskId id;
    ConnectorPlugin plugin;
    Properties config;
    std::vector<std::string> topics;
    kafka::Config consumer;
    Resolver resolve;
    DriverSettings driver;
    Duration offset_flush_interval = 60s;
    Converter key_converter;
    Converter value_converter;
  };
  struct Control {
    StopFlag& stop;
    const bool& paused;
    const bool& cancelled;
    std::function<void()> on_started;
    std::function<void(bool paused)> on_pause_or_resume;  // when the task itself has come to it
  };
  WorkerSinkTask(sim::Node& node, Settings settings, Control control);

  /// Runs until stopped or failed. Blocks. Errors: what the task fails with.
  Status run();

 private:
  Status execute(SinkTask& task);
  Status poll_once(SinkTask& task);
  Status deliver(SinkTask& task);
  Result<SinkRecord> convert(const kafka::ConsumerRecord& record);
  void commit(bool closing);
  void on_revoked(const std::vector<kafka::TopicPartition>& partitions, bool lost);

  sim::Node& node_;
  Settings settings_;
  Control control_;
  bool said_paused_ = false;
  const bool commits_before_put_;
  SinkTaskContext context_;
  std::optional<kafka::Consumer> consumer_;
  Instant next_commit_{};
  std::vector<SinkRecord> batch_;  // not yet taken by put; kept for redelivery
  int attempts_ = 0;               // of this batch
  kafka::Offsets batch_offsets_;   // where the position is once the batch is written
  kafka::Offsets current_;         // of completed puts (C-SNK-3)
  kafka::Offsets last_committed_;
};

}  // namespace logquake::connect
