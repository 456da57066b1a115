// Runs one source task: polls it, produces what it returns, and stores its offsets.
// Source: C-SRC-1 to 8, 11, C-TSK-1 to 3; Apache Kafka 3.7.0, AbstractWorkerSourceTask,
// WorkerSourceTask.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "models/client/admin.h"
#include "models/client/producer.h"
#include "models/connect/connector.h"
#include "models/connect/converter.h"
#include "models/connect/offset_store.h"
#include "models/connect/submitted_records.h"

namespace logquake::connect {

class WorkerSourceTask {
 public:
  /// How topics are made that do not exist yet: topic.creation.default.* (C-SRC-9).
  struct TopicCreation {
    kafka::Config admin;
    std::int32_t partitions = -1;  // -1: the broker's default
    std::int16_t replication = -1;
    std::map<std::string, std::string> configs;
  };
  struct Settings {
    TaskId id;
    ConnectorPlugin plugin;
    Properties config;  // the task's
    kafka::Config producer;
    std::optional<TopicCreation> topic_creation;  // none: the broker creates them, or nobody
    Resolver resolve;
    DriverSettings driver;
    Duration offset_flush_interval = 60s;
    Duration offset_flush_timeout = 5s;
    Converter key_converter;
    Converter value_converter;
  };
  /// Told when the task runs, and asked whether it is paused (it then waits on `resumed`).
  struct Control {
    StopFlag& stop;
    const bool& paused;
    const bool& cancelled;  // no more offsets, no more status (C-TSK-3)
    std::function<void()> on_started;
    std::function<void(bool paused)> on_pause_or_resume;  // when the task itself has come to it
  };
  WorkerSourceTask(sim::Node& node, Settings settings, Control control, OffsetStore& offsets);

  /// Runs until stopped or failed. Blocks. Errors: what the task fails with.
  Status run();
  /// Gives up the producer's records from outside, for a task that is cancelled.
  void cancel();

 private:
  struct Shared;  // what the producer's callbacks and the offset timer touch
  Status execute(SourceTask& task);
  Status send_batch(const std::vector<SourceRecord>& records);
  Status send(const SourceRecord& record);
  Status ensure_topic(const std::string& topic);
  void update_committable();
  /// Whether everything committable is stored.
  bool commit_offsets(SourceTask& task);
  void commit_at_stop(SourceTask& task);

  sim::Node& node_;
  Settings settings_;
  Control control_;
  bool said_paused_ = false;
  OffsetStore& offsets_;
  const bool commits_before_send_;
  const bool waits_for_all_;
  std::shared_ptr<Shared> shared_;
  std::optional<kafka::Producer> producer_;
  std::set<std::string> known_topics_;
};

}  // namespace logquake::connect
