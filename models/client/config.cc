#include "models/client/config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <limits>

#include "sim/base/format.h"

namespace logquake::kafka {
namespace {

constexpr std::int64_t largest_int = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t largest_long = std::numeric_limits<std::int64_t>::max();
// A Duration cannot hold Kafka's Long.MAX_VALUE milliseconds. Chosen: 73 years stand for "for
// ever", so that doubling one, or adding it to an instant, does not overflow either.
constexpr std::int64_t longest_ms = largest_long / 1'000'000 / 4;

std::string trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(blanks) - first + 1));
}

// Reads settings one by one and keeps the first complaint, worded as Kafka's ConfigException.
class Settings {
 public:
  explicit Settings(const Config& config) : config_(config) {}

  bool is_set(std::string_view name) const { return config_.find(name) != config_.end(); }

  std::string text(std::string_view name, std::string_view otherwise = {}) {
    const auto found = config_.find(name);
    return found == config_.end() ? std::string(otherwise) : trimmed(found->second);
  }

  std::string one_of(std::string_view name, std::string_view otherwise,
                     std::initializer_list<std::string_view> valid) {
    auto value = text(name, otherwise);
    if (std::find(valid.begin(), valid.end(), value) == valid.end()) {
      std::string list;
      for (const auto each : valid) list += (list.empty() ? "" : ", ") + std::string(each);
      refuse(name, value, "String must be one of: " + list);
    }
    return value;
  }

  bool boolean(std::string_view name, bool otherwise) {
    auto value = text(name, otherwise ? "true" : "false");
    std::string lower = value;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (lower != "true" && lower != "false")
      refuse(name, value, "Expected value to be either true or false");
    return lower == "true";
  }

  std::int32_t int32(std::string_view name, std::int32_t otherwise, std::int64_t least) {
    return static_cast<std::int32_t>(number(name, otherwise, least, largest_int, "INT"));
  }
  std::int64_t int64(std::string_view name, std::int64_t otherwise, std::int64_t least) {
    return number(name, otherwise, least, largest_long, "LONG");
  }
  void milliseconds(std::string_view name, Duration& value, std::int64_t least,
                    std::int64_t largest = largest_int) {
    const auto otherwise = std::chrono::duration_cast<std::chrono::milliseconds>(value).count();
    const auto count =
        number(name, otherwise, least, largest, largest == largest_int ? "INT" : "LONG");
    value = std::chrono::milliseconds(std::min(count, longest_ms));
  }

  // Kafka has it, this model has not: only the value that means "off" is taken.
  void only(std::string_view name, std::initializer_list<std::string_view> off) {
    if (!is_set(name)) return;
    const auto value = text(name);
    if (std::find(off.begin(), off.end(), value) == off.end()) refuse(name, value, "not modelled");
  }

  void refuse(std::string_view name, std::string_view value, std::string_view why) {
    fail(format("Invalid value {} for configuration {}: {}", value, name, why));
  }
  void fail(std::string message) {
    if (!failure_) failure_ = Error{ErrorCode::invalid_config, std::move(message)};
  }
  const std::optional<Error>& failure() const { return failure_; }

 private:
  std::int64_t number(std::string_view name, std::int64_t otherwise, std::int64_t least,
                      std::int64_t largest, std::string_view type) {
    if (!is_set(name)) return otherwise;
    const auto value = text(name);
    std::int64_t parsed = 0;
    const auto* begin = value.data() + (value.starts_with('+') ? 1 : 0);
    const auto [end, trouble] = std::from_chars(begin, value.data() + value.size(), parsed);
    if (trouble != std::errc{} || end != value.data() + value.size() || parsed > largest ||
        parsed < -largest - 1) {
      refuse(name, value, format("Not a number of type {}", type));
      return otherwise;
    }
    if (parsed < least) {
      refuse(name, value, format("Value must be at least {}", least));
      return otherwise;
    }
    return parsed;
  }

  const Config& config_;
  std::optional<Error> failure_;
};

std::optional<sim::Address> parse_address(std::string_view url) {
  const auto colon = url.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  sim::Address address{std::string(url.substr(0, colon)), 0};
  const auto port = url.substr(colon + 1);
  const auto [end, trouble] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (trouble != std::errc{} || end != port.data() + port.size()) return std::nullopt;
  return address;
}

std::vector<sim::Address> bootstrap_servers(Settings& settings) {
  constexpr std::string_view name = "bootstrap.servers";
  std::vector<sim::Address> servers;
  if (!settings.is_set(name)) {
    settings.fail(
        R"(Missing required configuration "bootstrap.servers" which has no default value.)");
    return servers;
  }
  const auto text = settings.text(name);
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    const auto url = trimmed(rest.substr(0, comma));
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    if (url.empty()) continue;
    if (const auto address = parse_address(url)) {
      servers.push_back(*address);
    } else {
      settings.fail(format("Invalid url in bootstrap.servers: {}", url));
    }
  }
  if (servers.empty()) settings.fail("No resolvable bootstrap urls given in bootstrap.servers");
  return servers;
}

ClientConfig client_config(Settings& settings, std::string_view kind) {
  ClientConfig client;
  client.bootstrap_servers = bootstrap_servers(settings);
  client.client_id = settings.text("client.id", kind);
  settings.milliseconds("request.timeout.ms", client.request_timeout, 0);
  settings.milliseconds("metadata.max.age.ms", client.metadata_max_age, 0, largest_long);
  settings.milliseconds("retry.backoff.ms", client.retry_backoff, 0, largest_long);
  settings.milliseconds("retry.backoff.max.ms", client.retry_backoff_max, 0, largest_long);
  settings.milliseconds("reconnect.backoff.ms", client.reconnect_backoff, 0, largest_long);
  settings.milliseconds("reconnect.backoff.max.ms", client.reconnect_backoff_max, 0, largest_long);
  settings.milliseconds("default.api.timeout.ms", client.default_api_timeout, 0);
  settings.only("security.protocol", {"PLAINTEXT"});
  settings.only("interceptor.classes", {""});
  return client;
}

// What is set by hand and contradicts idempotence is an error if that was set by hand as well; else
// it switches idempotence off. Source: K-PRD-20.
void settle_idempotence(Settings& settings, ProducerConfig& config) {
  const bool asked = settings.is_set("enable.idempotence");
  if (!config.enable_idempotence) return;
  const auto conflict = [&](bool contradicts, std::string_view why) {
    if (!contradicts) return;
    if (asked) settings.fail(std::string(why));
    config.enable_idempotence = false;
  };
  conflict(config.retries == 0, "Must set retries to non-zero when using the idempotent producer.");
  conflict(config.acks != -1,
           "Must set acks to all in order to use the idempotent producer. Otherwise we cannot "
           "guarantee idempotence.");
  conflict(config.max_in_flight > 5,
           "Must set max.in.flight.requests.per.connection to at most 5 to use the idempotent "
           "producer.");
}

void settle_delivery_timeout(Settings& settings, ProducerConfig& config) {
  const auto least = config.linger + config.client.request_timeout;
  if (config.delivery_timeout >= least) return;
  if (settings.is_set("delivery.timeout.ms")) {
    settings.fail(
        "delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms");
  } else {
    config.delivery_timeout = least;  // as the real producer does, with a warning
  }
}

constexpr std::array common_names{
    std::string_view("bootstrap.servers"),    std::string_view("client.id"),
    std::string_view("request.timeout.ms"),   std::string_view("metadata.max.age.ms"),
    std::string_view("retry.backoff.ms"),     std::string_view("retry.backoff.max.ms"),
    std::string_view("reconnect.backoff.ms"), std::string_view("reconnect.backoff.max.ms"),
    std::string_view("security.protocol"),    std::string_view("interceptor.classes")};

constexpr std::array producer_names{std::string_view("acks"),
                                    std::string_view("retries"),
                                    std::string_view("enable.idempotence"),
                                    std::string_view("batch.size"),
                                    std::string_view("linger.ms"),
                                    std::string_view("buffer.memory"),
                                    std::string_view("max.request.size"),
                                    std::string_view("max.in.flight.requests.per.connection"),
                                    std::string_view("delivery.timeout.ms"),
                                    std::string_view("max.block.ms"),
                                    std::string_view("compression.type"),
                                    std::string_view("transactional.id"),
                                    std::string_view("transaction.timeout.ms"),
                                    std::string_view("partitioner.class"),
                                    std::string_view("partitioner.ignore.keys"),
                                    std::string_view("partitioner.adaptive.partitioning.enable"),
                                    std::string_view("partitioner.availability.timeout.ms"),
                                    std::string_view("key.serializer"),
                                    std::string_view("value.serializer")};

constexpr std::array consumer_names{std::string_view("default.api.timeout.ms"),
                                    std::string_view("group.id"),
                                    std::string_view("group.instance.id"),
                                    std::string_view("session.timeout.ms"),
                                    std::string_view("heartbeat.interval.ms"),
                                    std::string_view("max.poll.interval.ms"),
                                    std::string_view("max.poll.records"),
                                    std::string_view("fetch.min.bytes"),
                                    std::string_view("fetch.max.wait.ms"),
                                    std::string_view("fetch.max.bytes"),
                                    std::string_view("max.partition.fetch.bytes"),
                                    std::string_view("enable.auto.commit"),
                                    std::string_view("auto.commit.interval.ms"),
                                    std::string_view("auto.offset.reset"),
                                    std::string_view("isolation.level"),
                                    std::string_view("partition.assignment.strategy"),
                                    std::string_view("allow.auto.create.topics"),
                                    std::string_view("check.crcs"),
                                    std::string_view("client.rack"),
                                    std::string_view("group.protocol"),
                                    std::string_view("key.deserializer"),
                                    std::string_view("value.deserializer")};

template <class Names>
std::vector<std::string> unknown_among(const Config& config, const Names& names) {
  std::vector<std::string> unknown;
  for (const auto& [name, value] : config) {
    const auto is_listed = [&name = name](const auto& list) {
      return std::find(list.begin(), list.end(), name) != list.end();
    };
    if (!is_listed(common_names) && !is_listed(names)) unknown.push_back(name);
  }
  return unknown;
}

}  // namespace

std::string_view name_of(OffsetReset policy) {
  switch (policy) {
    case OffsetReset::latest:
      return "latest";
    case OffsetReset::earliest:
      return "earliest";
    case OffsetReset::none:
      return "none";
  }
  return "none";
}

Outcome<ProducerConfig> parse_producer_config(const Config& values) {
  Settings settings(values);
  ProducerConfig config;
  config.client = client_config(settings, "producer-1");
  const auto acks = settings.one_of("acks", "all", {"all", "-1", "0", "1"});
  config.acks = acks == "0" ? std::int16_t{0} : acks == "1" ? std::int16_t{1} : std::int16_t{-1};
  config.retries = settings.int32("retries", config.retries, 0);
  config.enable_idempotence = settings.boolean("enable.idempotence", true);
  config.batch_size = settings.int32("batch.size", config.batch_size, 0);
  settings.milliseconds("linger.ms", config.linger, 0, largest_long);
  config.buffer_memory = settings.int64("buffer.memory", config.buffer_memory, 0);
  config.max_request_size = settings.int32("max.request.size", config.max_request_size, 0);
  config.max_in_flight =
      settings.int32("max.in.flight.requests.per.connection", config.max_in_flight, 1);
  settings.milliseconds("delivery.timeout.ms", config.delivery_timeout, 0);
  settings.milliseconds("max.block.ms", config.max_block, 0, largest_long);
  config.partitioner_ignore_keys = settings.boolean("partitioner.ignore.keys", false);
  config.partitioner_adaptive = settings.boolean("partitioner.adaptive.partitioning.enable", true);
  settings.only("compression.type", {"none"});
  settings.only("transactional.id", {});
  settings.only("partitioner.class", {"", "null"});
  settings.only("partitioner.availability.timeout.ms", {"0"});
  settle_idempotence(settings, config);
  settle_delivery_timeout(settings, config);
  if (settings.failure()) return *settings.failure();
  return config;
}

Outcome<ConsumerConfig> parse_consumer_config(const Config& values) {
  Settings settings(values);
  ConsumerConfig config;
  config.group_id = settings.text("group.id");
  config.client = client_config(
      settings, config.group_id.empty() ? "consumer-1" : "consumer-" + config.group_id + "-1");
  if (settings.is_set("group.instance.id")) {
    config.group_instance_id = settings.text("group.instance.id");
    if (config.group_instance_id->empty())
      settings.refuse("group.instance.id", "", "String must be non-empty");
  }
  settings.milliseconds("session.timeout.ms", config.session_timeout, 0);
  settings.milliseconds("heartbeat.interval.ms", config.heartbeat_interval, 0);
  settings.milliseconds("max.poll.interval.ms", config.max_poll_interval, 1);
  config.max_poll_records = settings.int32("max.poll.records", config.max_poll_records, 1);
  config.fetch_min_bytes = settings.int32("fetch.min.bytes", config.fetch_min_bytes, 0);
  settings.milliseconds("fetch.max.wait.ms", config.fetch_max_wait, 0);
  config.fetch_max_bytes = settings.int32("fetch.max.bytes", config.fetch_max_bytes, 0);
  config.max_partition_fetch_bytes =
      settings.int32("max.partition.fetch.bytes", config.max_partition_fetch_bytes, 0);
  config.enable_auto_commit = settings.boolean("enable.auto.commit", !config.group_id.empty());
  settings.milliseconds("auto.commit.interval.ms", config.auto_commit_interval, 0);
  const auto reset = settings.one_of("auto.offset.reset", "latest", {"latest", "earliest", "none"});
  config.auto_offset_reset = reset == "latest"     ? OffsetReset::latest
                             : reset == "earliest" ? OffsetReset::earliest
                                                   : OffsetReset::none;
  config.allow_auto_create_topics = settings.boolean("allow.auto.create.topics", true);
  settings.only("check.crcs", {"true"});
  const auto isolation = settings.one_of("isolation.level", "read_uncommitted",
                                         {"read_committed", "read_uncommitted"});
  if (isolation == "read_committed") settings.refuse("isolation.level", isolation, "not modelled");
  settings.only("partition.assignment.strategy",
                {"range", "org.apache.kafka.clients.consumer.RangeAssignor",
                 "class org.apache.kafka.clients.consumer.RangeAssignor"});
  settings.only("group.protocol", {"classic"});
  settings.only("client.rack", {""});
  if (config.heartbeat_interval >= config.session_timeout) {
    settings.fail("Heartbeat must be set lower than the session timeout");
  }
  if (config.group_id.empty() && config.enable_auto_commit) {
    settings.fail("enable.auto.commit cannot be set to true when default group id (null) is used.");
  }
  if (settings.failure()) return *settings.failure();
  return config;
}

Outcome<ClientConfig> parse_admin_config(const Config& values) {
  Settings settings(values);
  auto config = client_config(settings, "adminclient-1");
  if (settings.failure()) return *settings.failure();
  return config;
}

std::vector<std::string> unknown_producer_settings(const Config& config) {
  return unknown_among(config, producer_names);
}

std::vector<std::string> unknown_consumer_settings(const Config& config) {
  return unknown_among(config, consumer_names);
}

}  // namespace logquake::kafka
