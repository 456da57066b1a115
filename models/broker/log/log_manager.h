// All the logs of one broker: loading and recovering them at start, their upkeep, their
// checkpoints, and closing them cleanly. Source: K-REC-2 to 6, K-RET-1.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/broker/config.h"
#include "models/broker/log/checkpoints.h"
#include "models/broker/log/log.h"
#include "models/broker/log/log_directory.h"
#include "sim/node.h"
#include "sim/schedule/sync.h"

namespace logquake::kafka {

/// Owned by the broker's main task, which must outlive the tasks that start() spawns.
class LogManager {
 public:
  /// What the configuration of a topic is; asked while loading and when a log is created.
  using ConfigOf = std::function<TopicConfig(const std::string& topic)>;

  LogManager(sim::Node& node, const BrokerConfig& config, ConfigOf config_of);
  LogManager(const LogManager&) = delete;
  LogManager& operator=(const LogManager&) = delete;

  /// Loads every log found on disk, recovering them all after an unclean stop. Blocks.
  /// Errors: KAFKA_STORAGE_ERROR (the directory is offline: Kafka stops the broker).
  Outcome<> load();
  /// Spawns the upkeep: checkpoints, flushes, retention, expiry of producers.
  void start();
  /// Flushes and closes every log, writes the checkpoints and, if loading had finished, the marker
  /// of a clean shutdown (K-REC-3). Blocks.
  Outcome<> shutdown();

  /// Whether the last stop was clean; known after load().
  bool was_clean() const { return was_clean_; }
  bool is_offline() const { return directory_.is_offline(); }
  /// Blocks until the directory goes offline. Kafka's broker halts when its last directory fails.
  void wait_until_offline() { directory_.wait_until_offline(); }

  /// The log, or null. Valid until the process ends, also after remove(): a removed log answers
  /// KAFKA_STORAGE_ERROR.
  Log* find(const TopicPartition& partition);
  /// Creates an empty log where there is none. May block. Errors: KAFKA_STORAGE_ERROR.
  Outcome<Log*> get_or_create(const TopicPartition& partition);
  /// Deletes a partition's log: StopReplica with deletion, or a stray. May block.
  Outcome<> remove(const TopicPartition& partition);
  std::vector<TopicPartition> partitions() const;
  /// Takes a topic's new configuration over into its logs.
  void set_config(const std::string& topic, const TopicConfig& config);

  /// Writes replication-offset-checkpoint now. Blocks.
  Outcome<> checkpoint_high_watermarks();
  /// Writes recovery-point-offset-checkpoint now. Blocks.
  Outcome<> checkpoint_recovery_points();
  Outcome<> checkpoint_log_starts();

 private:
  Outcome<> load_logs();
  Outcome<> remove_marker();
  Outcome<> write(OffsetCheckpoint& file, Offset (Log::*offset)() const, std::string_view what);
  void every(std::string task, Duration interval, std::function<Outcome<>()> deed);
  template <class Deed>
  Outcome<> for_each_log(Deed deed);
  Outcome<> apply_retention();
  Error failed(std::string_view deed, const logquake::Error& error);

  sim::Node& node_;
  const BrokerConfig config_;
  ConfigOf config_of_;
  LogDirectory directory_;
  OffsetCheckpoint recovery_points_;
  OffsetCheckpoint high_watermarks_;
  OffsetCheckpoint log_starts_;
  std::map<TopicPartition, std::unique_ptr<Log>> logs_;
  std::vector<std::unique_ptr<Log>> removed_;  // tasks may still hold on to them
  sim::Mutex creating_;
  bool was_clean_ = false;
  bool loaded_ = false;
  bool stopped_ = false;
  bool marker_is_late_ = false;  // defect recovery.marker-delete-late
};

}  // namespace logquake::kafka
