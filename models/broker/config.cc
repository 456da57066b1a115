#include "models/broker/config.h"

#include <algorithm>
#include <charconv>
#include <concepts>
#include <type_traits>

#include "sim/base/format.h"

namespace logquake::kafka {
namespace {

constexpr std::int64_t no_limit = std::numeric_limits<std::int64_t>::max();
constexpr Bounds positive{.low = 1};
constexpr Bounds not_negative{.low = 0};
constexpr Bounds anything{};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto end = text.find(separator);
    parts.push_back(trimmed(text.substr(0, end)));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return parts;
}

Duration from_milliseconds(std::int64_t value) {
  constexpr auto most =
      std::chrono::duration_cast<std::chrono::milliseconds>(Duration::max()).count();
  return value >= most ? Duration::max() : Duration(std::chrono::milliseconds(value));
}

std::int64_t to_milliseconds(Duration value) {
  if (value == Duration::max()) return no_limit;
  return std::chrono::duration_cast<std::chrono::milliseconds>(value).count();
}

logquake::Error unfit(std::string_view name, std::string_view expected, std::string_view found) {
  return {logquake::ErrorCode::invalid_argument,
          logquake::format("setting {}: expected {}, found '{}'", name, expected, found)};
}

Result<std::int64_t> parse_integer(std::string_view name, std::string_view text, std::int64_t low,
                                   std::int64_t high) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return unfit(name, "an integer", text);
  }
  if (value < low || value > high) {
    return unfit(name, logquake::format("an integer from {} to {}", low, high), text);
  }
  return value;
}

Status check_words(std::string_view name, std::string_view text, std::string_view words) {
  const auto known = split(words, ' ');
  for (const auto word : split(text, ',')) {
    if (std::find(known.begin(), known.end(), word) == known.end()) {
      return unfit(name, logquake::format("one of {}", words), text);
    }
  }
  return text.empty() ? Status(unfit(name, logquake::format("one of {}", words), text)) : Status{};
}

/// Takes the values that `properties` give, leaves the other fields alone, remembers the first
/// trouble and which names were known.
class Reader {
 public:
  explicit Reader(const Properties& properties) : properties_(properties) {}

  template <class Field>
  void operator()(const char* name, Field& field, const Bounds& bounds) {
    known_.emplace_back(name);
    const auto found = properties_.find(name);
    if (found == properties_.end() || !status_.ok()) return;
    read(name, trimmed(found->second), field, bounds);
  }

  /// Another name for a field, in a coarser unit. Finer ones come later and win.
  void alias(const char* name, Duration& field, Duration unit) {
    known_.emplace_back(name);
    const auto found = properties_.find(name);
    if (found == properties_.end() || !status_.ok()) return;
    const auto value = parse_integer(name, trimmed(found->second), -1, Duration::max() / unit);
    if (!value) {
      status_ = value.error();
    } else {
      field = *value < 0 ? Duration(-1ms) : *value * unit;
    }
  }

  Status finish() {
    if (!status_.ok()) return status_;
    for (const auto& [name, value] : properties_) {
      if (std::find(known_.begin(), known_.end(), name) == known_.end()) {
        return logquake::Error{logquake::ErrorCode::invalid_argument,
                               logquake::format("unknown setting {}", name)};
      }
    }
    return {};
  }
  std::vector<std::string> known() && { return std::move(known_); }

 private:
  void read(std::string_view name, std::string_view text, std::string& field,
            const Bounds& bounds) {
    if (!bounds.words.empty()) status_ = check_words(name, text, bounds.words);
    field = text;
  }
  void read(std::string_view name, std::string_view text, bool& field, const Bounds&) {
    if (text != "true" && text != "false") {
      status_ = unfit(name, "true or false", text);
    }
    field = text == "true";
  }
  void read(std::string_view name, std::string_view text, Duration& field, const Bounds& bounds) {
    const auto value = parse_integer(name, text, bounds.low, bounds.high);
    if (!value) {
      status_ = value.error();
    } else {
      field = from_milliseconds(*value);
    }
  }
  void read(std::string_view name, std::string_view text, BrokerId& field, const Bounds& bounds) {
    std::int32_t number = 0;
    read(name, text, number, bounds);
    field = BrokerId{number};
  }
  template <std::integral Number>
  void read(std::string_view name, std::string_view text, Number& field, const Bounds& bounds) {
    const auto low = std::max<std::int64_t>(bounds.low, std::numeric_limits<Number>::min());
    const auto high = std::min<std::int64_t>(bounds.high, std::numeric_limits<Number>::max());
    const auto value = parse_integer(name, text, low, high);
    if (!value) {
      status_ = value.error();
    } else {
      field = static_cast<Number>(*value);
    }
  }

  const Properties& properties_;
  std::vector<std::string> known_;
  Status status_;
};

class Printer {
 public:
  template <class Field>
  void operator()(const char* name, const Field& field, const Bounds&) {
    properties[name] = text(field);
  }
  void alias(const char*, const Duration&, Duration) {}

  Properties properties;

 private:
  static std::string text(const std::string& value) { return value; }
  static std::string text(bool value) { return value ? "true" : "false"; }
  static std::string text(BrokerId value) { return std::to_string(value.value()); }
  static std::string text(Duration value) { return std::to_string(to_milliseconds(value)); }
  template <std::integral Number>
  static std::string text(Number value) {
    return std::to_string(value);
  }
};

template <class Config>
Properties print(Config config) {
  Printer printer;
  config.settings(printer);
  return std::move(printer.properties);
}

template <class Config>
std::vector<std::string> names_of_settings() {
  Config config;
  const Properties none;
  Reader reader(none);
  config.settings(reader);
  auto names = std::move(reader).known();
  std::sort(names.begin(), names.end());
  return names;
}

Status check_ratio(const std::string& text) {
  // A decimal between 0 and 1; it is kept as text, because no float enters the models.
  const bool digits = !text.empty() && text.find_first_not_of("0123456789.") == std::string::npos &&
                      std::count(text.begin(), text.end(), '.') <= 1;
  const bool at_most_one = digits && (text[0] == '0' || text[0] == '.' ||
                                      text.find_first_not_of("0.", 1) == std::string::npos);
  if (at_most_one) return {};
  return unfit("min.cleanable.dirty.ratio", "a decimal from 0 to 1", text);
}

constexpr std::string_view codecs = "producer uncompressed";  // the codecs come with part 2
constexpr std::string_view policies = "delete compact";
constexpr std::string_view timestamp_types = "CreateTime LogAppendTime";

}  // namespace

template <class Io>
void TopicConfig::settings(Io& io) {
  io("cleanup.policy", cleanup_policy, Bounds{.words = policies});
  io("compression.type", compression_type, Bounds{.words = codecs});
  io("delete.retention.ms", delete_retention, not_negative);
  io("file.delete.delay.ms", file_delete_delay, not_negative);
  io("flush.messages", flush_messages, positive);
  io("flush.ms", flush_interval, not_negative);
  io("index.interval.bytes", index_interval_bytes, not_negative);
  io("max.compaction.lag.ms", max_compaction_lag, positive);
  io("max.message.bytes", max_message_bytes, not_negative);
  io("message.downconversion.enable", message_downconversion_enable, anything);
  io("message.timestamp.after.max.ms", timestamp_after_max, not_negative);
  io("message.timestamp.before.max.ms", timestamp_before_max, not_negative);
  io("message.timestamp.type", timestamp_type, Bounds{.words = timestamp_types});
  io("min.cleanable.dirty.ratio", min_cleanable_dirty_ratio, anything);
  io("min.compaction.lag.ms", min_compaction_lag, not_negative);
  io("min.insync.replicas", min_insync_replicas, positive);
  io("preallocate", preallocate, anything);
  io("retention.bytes", retention_bytes, anything);
  io("retention.ms", retention, Bounds{.low = -1});
  io("segment.bytes", segment_bytes, Bounds{.low = 14});
  io("segment.index.bytes", segment_index_bytes, Bounds{.low = 4});
  io("segment.jitter.ms", segment_jitter, not_negative);
  io("segment.ms", segment_age, positive);
  io("unclean.leader.election.enable", unclean_leader_election_enable, anything);
}

template <class Io>
void BrokerConfig::settings(Io& io) {
  io("broker.id", broker_id, not_negative);
  io("log.dirs", log_dirs, anything);
  io("zookeeper.connect", zookeeper_connect, anything);
  io("zookeeper.session.timeout.ms", zookeeper_session_timeout, positive);
  io("zookeeper.connection.timeout.ms", zookeeper_connection_timeout, positive);
  io("port", port, Bounds{.low = 1, .high = 65535});

  io("num.partitions", num_partitions, positive);
  io("default.replication.factor", default_replication_factor, Bounds{.low = 1, .high = 32767});
  io("auto.create.topics.enable", auto_create_topics, anything);
  io("delete.topic.enable", delete_topics, anything);

  io("replica.lag.time.max.ms", replica_lag_time_max, positive);
  io("replica.fetch.wait.max.ms", replica_fetch_wait_max, not_negative);
  io("replica.fetch.min.bytes", replica_fetch_min_bytes, not_negative);
  io("replica.fetch.max.bytes", replica_fetch_max_bytes, not_negative);
  io("replica.fetch.response.max.bytes", replica_fetch_response_max_bytes, not_negative);
  io("replica.fetch.backoff.ms", replica_fetch_backoff, not_negative);
  io("replica.socket.timeout.ms", replica_socket_timeout, positive);
  io("num.replica.fetchers", num_replica_fetchers, positive);
  io("replica.high.watermark.checkpoint.interval.ms", high_watermark_checkpoint_interval, positive);
  io("auto.leader.rebalance.enable", auto_leader_rebalance, anything);
  io("leader.imbalance.per.broker.percentage", leader_imbalance_percentage, not_negative);
  io("leader.imbalance.check.interval.seconds", leader_imbalance_check_seconds, positive);
  io("controller.socket.timeout.ms", controller_socket_timeout, positive);
  io("controlled.shutdown.enable", controlled_shutdown, anything);
  io("controlled.shutdown.max.retries", controlled_shutdown_max_retries, not_negative);
  io("controlled.shutdown.retry.backoff.ms", controlled_shutdown_retry_backoff, not_negative);

  io("socket.request.max.bytes", socket_request_max_bytes, positive);
  io("fetch.max.bytes", fetch_max_bytes, Bounds{.low = 1024});
  io("max.incremental.fetch.session.cache.slots", fetch_session_slots, not_negative);
  io("request.timeout.ms", request_timeout, positive);
  io("connections.max.idle.ms", connections_max_idle, positive);

  io("log.flush.scheduler.interval.ms", log_flush_scheduler_interval, positive);
  io("log.flush.offset.checkpoint.interval.ms", flush_offset_checkpoint_interval, positive);
  io("log.flush.start.offset.checkpoint.interval.ms", start_offset_checkpoint_interval, positive);
  io("log.retention.check.interval.ms", retention_check_interval, positive);
  io("producer.id.expiration.ms", producer_id_expiration, positive);
  io("producer.id.expiration.check.interval.ms", producer_id_expiration_check_interval, positive);

  io("offsets.topic.num.partitions", offsets_topic_num_partitions, positive);
  io("offsets.topic.replication.factor", offsets_topic_replication_factor,
     Bounds{.low = 1, .high = 32767});
  io("offsets.topic.segment.bytes", offsets_topic_segment_bytes, positive);
  io.alias("offsets.retention.minutes", offsets_retention, 1min);
  io("offsets.retention.check.interval.ms", offsets_retention_check_interval, positive);
  io("offsets.commit.timeout.ms", offsets_commit_timeout, positive);
  io("offset.metadata.max.bytes", offset_metadata_max_bytes, not_negative);
  io("group.max.size", group_max_size, positive);
  io("group.initial.rebalance.delay.ms", group_initial_rebalance_delay, not_negative);
  io("group.min.session.timeout.ms", group_min_session_timeout, positive);
  io("group.max.session.timeout.ms", group_max_session_timeout, positive);

  // What topics inherit, under the names that brokers use.
  TopicConfig& topic = topic_defaults;
  io("compression.type", topic.compression_type, Bounds{.words = codecs});
  io("log.cleaner.delete.retention.ms", topic.delete_retention, not_negative);
  io("log.cleaner.max.compaction.lag.ms", topic.max_compaction_lag, positive);
  io("log.cleaner.min.cleanable.ratio", topic.min_cleanable_dirty_ratio, anything);
  io("log.cleaner.min.compaction.lag.ms", topic.min_compaction_lag, not_negative);
  io("log.cleanup.policy", topic.cleanup_policy, Bounds{.words = policies});
  io("log.flush.interval.messages", topic.flush_messages, positive);
  io("log.flush.interval.ms", topic.flush_interval, not_negative);
  io("log.index.interval.bytes", topic.index_interval_bytes, not_negative);
  io("log.index.size.max.bytes", topic.segment_index_bytes, Bounds{.low = 4});
  io("log.message.downconversion.enable", topic.message_downconversion_enable, anything);
  io("log.message.timestamp.after.max.ms", topic.timestamp_after_max, not_negative);
  io("log.message.timestamp.before.max.ms", topic.timestamp_before_max, not_negative);
  io("log.message.timestamp.type", topic.timestamp_type, Bounds{.words = timestamp_types});
  io("log.preallocate", topic.preallocate, anything);
  io("log.retention.bytes", topic.retention_bytes, anything);
  io.alias("log.retention.hours", topic.retention, 1h);
  io.alias("log.retention.minutes", topic.retention, 1min);
  io("log.retention.ms", topic.retention, Bounds{.low = -1});
  io("log.roll.jitter.ms", topic.segment_jitter, not_negative);
  io.alias("log.roll.hours", topic.segment_age, 1h);
  io("log.roll.ms", topic.segment_age, positive);
  io("log.segment.bytes", topic.segment_bytes, Bounds{.low = 14});
  io("log.segment.delete.delay.ms", topic.file_delete_delay, not_negative);
  io("message.max.bytes", topic.max_message_bytes, not_negative);
  io("min.insync.replicas", topic.min_insync_replicas, positive);
  io("unclean.leader.election.enable", topic.unclean_leader_election_enable, anything);
}

Result<Properties> parse_properties(std::string_view text) {
  Properties properties;
  int number = 0;
  for (const auto line : split(text, '\n')) {
    ++number;
    if (line.empty() || line.front() == '#' || line.front() == '!') continue;
    const auto equals = line.find('=');
    const auto name = trimmed(line.substr(0, equals));
    if (equals == std::string_view::npos || name.empty()) {
      return logquake::Error{
          logquake::ErrorCode::invalid_argument,
          logquake::format("line {}: expected name=value, found '{}'", number, line)};
    }
    properties[std::string(name)] = trimmed(line.substr(equals + 1));
  }
  return properties;
}

Result<TopicConfig> TopicConfig::with(const Properties& overrides) const {
  TopicConfig config = *this;
  Reader reader(overrides);
  config.settings(reader);
  if (auto status = reader.finish(); !status) return status.error();
  if (auto status = check_ratio(config.min_cleanable_dirty_ratio); !status) return status.error();
  return config;
}

Properties TopicConfig::to_properties() const { return print(*this); }

Result<BrokerConfig> BrokerConfig::from(const Properties& properties) {
  BrokerConfig config;
  Reader reader(properties);
  config.settings(reader);
  if (auto status = reader.finish(); !status) return status.error();
  if (auto status = check_ratio(config.topic_defaults.min_cleanable_dirty_ratio); !status)
    return status.error();
  return config;
}

Properties BrokerConfig::to_properties() const {
  auto properties = print(*this);
  properties["offsets.retention.minutes"] =
      std::to_string(std::chrono::duration_cast<std::chrono::minutes>(offsets_retention).count());
  return properties;
}

TopicConfig BrokerConfig::offsets_topic() const {
  TopicConfig config = topic_defaults;
  config.cleanup_policy = "compact";
  config.segment_bytes = offsets_topic_segment_bytes;
  config.compression_type = "producer";
  return config;
}

std::vector<std::string> known_topic_settings() { return names_of_settings<TopicConfig>(); }
std::vector<std::string> known_broker_settings() { return names_of_settings<BrokerConfig>(); }

}  // namespace logquake::kafka
