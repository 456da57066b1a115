// The config topic as a store: its fold, and the writes of a leader. Source: C-CFG-1, 2, 9, 12;
// Apache Kafka 3.7.0, KafkaConfigBackingStore.
#pragma once

#include <functional>
#include <vector>

#include "models/connect/config_fold.h"
#include "models/connect/topic_log.h"

namespace logquake::connect {

class ConfigStore {
 public:
  /// Told of each change while the topic is read, in order.
  using Listener = std::function<void(const ConfigChange&)>;
  ConfigStore(sim::Node& node, TopicLog::Settings settings, Listener listener);

  Status start() { return log_.start(); }
  /// Errors: those of TopicLog::read_to_end. Blocks.
  Status refresh(Duration timeout) { return log_.read_to_end(timeout); }
  const ConfigFold& snapshot() const { return fold_; }
  bool has_unread_writes() const { return log_.has_unread_writes(); }

  // Each write blocks until it is acknowledged and read back, 30 s in all (C-CFG-9, C-INV-35).
  /// The target state goes first, so that no reader sees the connector without it.
  Status put_connector(const std::string& name, const Properties& config,
                       std::optional<TargetState> initial_state);
  /// Tombstones for configuration and target state only (C-CFG-4).
  Status remove_connector(const std::string& name);
  /// Task records, their acknowledgements, then the commit.
  Status put_tasks(const std::string& connector, const std::vector<Properties>& configs);
  Status put_target_state(const std::string& connector, TargetState state);
  Status put_restart(const std::string& connector, bool include_tasks, bool only_failed);

 private:
  struct Entry {
    std::string key;
    std::optional<std::string> value;
  };
  Status append(const std::vector<Entry>& entries);
  void apply(const kafka::ConsumerRecord& record);

  sim::Node& node_;
  Listener listener_;
  ConfigFold fold_;
  TopicLog log_;
};

}  // namespace logquake::connect
