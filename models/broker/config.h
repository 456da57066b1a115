// The settings of brokers and topics, under Kafka's own names. Source: K-CFG (section 7); names and
// bounds as in Kafka 3.7's KafkaConfig and TopicConfig.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "models/protocol/ids.h"
#include "sim/base/result.h"
#include "sim/base/time.h"

namespace logquake::kafka {

/// Settings as text, by Kafka's names: what `server.properties` or CreateTopics carry.
using Properties = std::map<std::string, std::string>;

/// Reads lines of `name=value`; blank lines and lines that begin with # or ! are skipped.
/// Errors: invalid_argument, naming the line.
Result<Properties> parse_properties(std::string_view text);

/// What a setting may hold. Without a list of words any text will do.
struct Bounds {
  std::int64_t low =
      std::numeric_limits<std::int64_t>::min();  // of numbers; of durations in milliseconds
  std::int64_t high = std::numeric_limits<std::int64_t>::max();
  // "delete compact": each word of a comma-separated value must be one of these
  std::string_view words = {};
};

/// The settings of one topic. Durations come in milliseconds; Duration::max() stands for 2^63-1 ms
/// and -1 ms for "no limit".
struct TopicConfig {
  std::string cleanup_policy = "delete";
  std::string compression_type = "producer";
  Duration delete_retention = 24h;
  Duration file_delete_delay = 60s;
  std::int64_t flush_messages = std::numeric_limits<std::int64_t>::max();
  Duration flush_interval = Duration::max();
  std::int32_t index_interval_bytes = 4096;
  Duration max_compaction_lag = Duration::max();
  std::int32_t max_message_bytes = 1'048'588;
  bool message_downconversion_enable = true;
  Duration timestamp_after_max = Duration::max();
  Duration timestamp_before_max = Duration::max();
  std::string timestamp_type = "CreateTime";
  std::string min_cleanable_dirty_ratio = "0.5";
  Duration min_compaction_lag{};
  std::int32_t min_insync_replicas = 1;
  bool preallocate = false;
  std::int64_t retention_bytes = -1;
  Duration retention = std::chrono::hours(24 * 7);
  std::int32_t segment_bytes = 1 << 30;
  std::int32_t segment_index_bytes = 10 << 20;
  Duration segment_jitter{};
  Duration segment_age = std::chrono::hours(24 * 7);
  bool unclean_leader_election_enable = false;

  bool compacts() const { return cleanup_policy.find("compact") != std::string::npos; }
  bool deletes() const { return cleanup_policy.find("delete") != std::string::npos; }
  bool stamps_append_time() const { return timestamp_type == "LogAppendTime"; }

  /// This configuration with `overrides` on top. Errors: invalid_argument (an unknown name, a value
  /// out of bounds), which a broker answers with INVALID_CONFIG.
  Result<TopicConfig> with(const Properties& overrides) const;
  /// Every setting as text, in the order of names below.
  Properties to_properties() const;

  bool operator==(const TopicConfig&) const = default;

  /// One description for reading, printing and checking: io(name, field, bounds).
  template <class Io>
  void settings(Io& io);
};

/// The settings of one broker; those that topics inherit are in `topic_defaults`.
struct BrokerConfig {
  BrokerId broker_id;
  std::string log_dirs = "kafka-logs";
  std::string zookeeper_connect;
  Duration zookeeper_session_timeout = 18s;
  Duration zookeeper_connection_timeout = 18s;
  std::int32_t port = 9092;

  std::int32_t num_partitions = 1;
  std::int32_t default_replication_factor = 1;
  bool auto_create_topics = true;
  bool delete_topics = true;

  Duration replica_lag_time_max = 30s;
  Duration replica_fetch_wait_max = 500ms;
  std::int32_t replica_fetch_min_bytes = 1;
  std::int32_t replica_fetch_max_bytes = 1 << 20;
  std::int32_t replica_fetch_response_max_bytes = 10 << 20;
  Duration replica_fetch_backoff = 1s;
  Duration replica_socket_timeout = 30s;
  std::int32_t num_replica_fetchers = 1;
  Duration high_watermark_checkpoint_interval = 5s;
  bool auto_leader_rebalance = true;
  std::int32_t leader_imbalance_percentage = 10;
  std::int32_t leader_imbalance_check_seconds = 300;
  Duration controller_socket_timeout = 30s;
  bool controlled_shutdown = true;
  std::int32_t controlled_shutdown_max_retries = 3;
  Duration controlled_shutdown_retry_backoff = 5s;

  std::int32_t socket_request_max_bytes = 100 << 20;
  std::int32_t fetch_max_bytes = 55 << 20;
  std::int32_t fetch_session_slots = 1000;  // max.incremental.fetch.session.cache.slots
  Duration request_timeout = 30s;
  Duration connections_max_idle = 10min;

  Duration log_flush_scheduler_interval = Duration::max();
  Duration flush_offset_checkpoint_interval = 60s;
  Duration start_offset_checkpoint_interval = 60s;
  Duration retention_check_interval = 5min;
  Duration producer_id_expiration = 24h;
  Duration producer_id_expiration_check_interval = 10min;

  std::int32_t offsets_topic_num_partitions = 50;
  std::int32_t offsets_topic_replication_factor = 3;
  std::int32_t offsets_topic_segment_bytes = 100 << 20;
  Duration offsets_retention = std::chrono::minutes(10080);
  Duration offsets_retention_check_interval = 10min;
  Duration offsets_commit_timeout = 5s;
  std::int32_t offset_metadata_max_bytes = 4096;
  std::int32_t group_max_size = std::numeric_limits<std::int32_t>::max();
  Duration group_initial_rebalance_delay = 3s;
  Duration group_min_session_timeout = 6s;
  Duration group_max_session_timeout = 30min;

  TopicConfig topic_defaults;

  /// The defaults with `properties` on top. Errors: invalid_argument, naming setting, expectation
  /// and finding. An unknown name is an error too: Kafka itself only warns, but a misspelt setting
  /// is never what somebody wanted from an experiment.
  static Result<BrokerConfig> from(const Properties& properties);
  /// Every setting as text.
  Properties to_properties() const;
  /// The settings of __consumer_offsets. Source: K-OFS-1.
  TopicConfig offsets_topic() const;

  bool operator==(const BrokerConfig&) const = default;

  template <class Io>
  void settings(Io& io);
};

/// The names that TopicConfig and BrokerConfig know, sorted: for suggestions.
std::vector<std::string> known_topic_settings();
std::vector<std::string> known_broker_settings();

}  // namespace logquake::kafka
