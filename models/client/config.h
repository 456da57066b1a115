// Settings of clients under Kafka's own names, validated as Kafka validates them.
// Source: K-CFG, K-PRD-13, K-PRD-20; the messages are those of ConfigDef and ProducerConfig in 3.7.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/protocol/errors.h"
#include "sim/base/time.h"
#include "sim/network/connection.h"

namespace logquake::kafka {

/// "acks" -> "all". Names that Kafka does not know are not errors: it only warns of them.
using Config = std::map<std::string, std::string, std::less<>>;

/// What all three kinds of clients need.
struct ClientConfig {
  std::vector<sim::Address> bootstrap_servers{};
  std::string client_id{};
  Duration request_timeout = 30s;
  Duration metadata_max_age = 5min;
  Duration retry_backoff = 100ms;
  Duration retry_backoff_max = 1s;
  Duration reconnect_backoff = 50ms;
  Duration reconnect_backoff_max = 1s;
  Duration default_api_timeout = 60s;  // consumer and admin
};

struct ProducerConfig {
  ClientConfig client{};
  std::int16_t acks = -1;  // -1 is "all"
  std::int32_t retries = 2147483647;
  bool enable_idempotence = true;
  std::int32_t batch_size = 16384;
  Duration linger{};
  std::int64_t buffer_memory = 33554432;
  std::int32_t max_request_size = 1048576;
  std::int32_t max_in_flight = 5;
  Duration delivery_timeout = 120s;
  Duration max_block = 60s;
  bool partitioner_ignore_keys = false;
  bool partitioner_adaptive = true;
};

enum class OffsetReset : std::uint8_t { latest, earliest, none };
std::string_view name_of(OffsetReset policy);

struct ConsumerConfig {
  ClientConfig client{};
  std::string group_id{};  // empty: no group
  std::optional<std::string> group_instance_id{};
  Duration session_timeout = 45s;
  Duration heartbeat_interval = 3s;
  Duration max_poll_interval = 5min;
  std::int32_t max_poll_records = 500;
  std::int32_t fetch_min_bytes = 1;
  Duration fetch_max_wait = 500ms;
  std::int32_t fetch_max_bytes = 52428800;
  std::int32_t max_partition_fetch_bytes = 1048576;
  bool enable_auto_commit = true;
  Duration auto_commit_interval = 5s;
  OffsetReset auto_offset_reset = OffsetReset::latest;
  bool allow_auto_create_topics = true;
};

/// Errors: INVALID_CONFIG with Kafka's message, "Invalid value -2 for configuration acks: ...".
/// What Kafka has and this model has not (compression, transactions, security) is refused by name.
Outcome<ProducerConfig> parse_producer_config(const Config& config);
Outcome<ConsumerConfig> parse_consumer_config(const Config& config);
Outcome<ClientConfig> parse_admin_config(const Config& config);

/// The names in `config` that a client of that kind does not know, as Kafka warns of them.
std::vector<std::string> unknown_producer_settings(const Config& config);
std::vector<std::string> unknown_consumer_settings(const Config& config);

}  // namespace logquake::kafka
