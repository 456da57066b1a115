#include "models/broker/controller/zookeeper_schema.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "sim/base/format.h"

namespace logquake::kafka::znode {

namespace {

using Json = nlohmann::ordered_json;

Json parse(std::string_view text) { return Json::parse(text, nullptr, false); }

std::optional<std::int64_t> integer(const Json& json, const char* name) {
  const auto found = json.is_object() ? json.find(name) : json.end();
  if (found == json.end()) return std::nullopt;
  if (found->is_number_integer()) return found->get<std::int64_t>();
  if (!found->is_string()) return std::nullopt;
  const auto& text = found->get_ref<const std::string&>();
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::string> string(const Json& json, const char* name) {
  const auto found = json.is_object() ? json.find(name) : json.end();
  if (found == json.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

template <class T>
T as(std::int64_t value) {
  return T(static_cast<typename T::rep>(value));
}

Json list_of(const std::vector<BrokerId>& brokers) {
  Json list = Json::array();
  for (const BrokerId broker : brokers) list.push_back(broker.value());
  return list;
}

std::optional<std::vector<BrokerId>> brokers_of(const Json& list) {
  if (!list.is_array()) return std::nullopt;
  std::vector<BrokerId> brokers_read;
  for (const auto& element : list) {
    if (!element.is_number_integer()) return std::nullopt;
    brokers_read.push_back(as<BrokerId>(element.get<std::int64_t>()));
  }
  return brokers_read;
}

std::string millis(WallTime now) { return format("{}", unix_milliseconds(now)); }

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

}  // namespace

std::vector<std::string> persistent_paths() {
  return {"/cluster",
          "/consumers",
          "/brokers",
          "/brokers/ids",
          "/brokers/topics",
          "/config",
          "/config/changes",
          "/config/topics",
          "/config/clients",
          "/config/users",
          "/config/brokers",
          "/config/ips",
          "/admin",
          "/admin/delete_topics",
          "/brokers/seqid",
          "/isr_change_notification",
          "/log_dir_event_notification",
          "/latest_producer_id_block"};
}

std::string broker(BrokerId id) { return format("{}/{}", broker_ids, id); }
std::string topic(std::string_view topic) { return format("{}/{}", topics, topic); }
std::string partitions_of(std::string_view topic) {
  return format("{}/{}/partitions", topics, topic);
}
std::string partition(const TopicPartition& partition) {
  return format("{}/{}/partitions/{}", topics, partition.topic, partition.partition);
}
std::string partition_state(const TopicPartition& partition) {
  return znode::partition(partition) + "/state";
}
std::string topic_config(std::string_view topic) { return format("{}/{}", topic_configs, topic); }
std::string deleted_topic(std::string_view topic) { return format("{}/{}", deleted_topics, topic); }
std::string isr_change(std::string_view child) { return format("{}/{}", isr_changes, child); }
std::string new_isr_change() { return format("{}/isr_change_", isr_changes); }
std::string new_config_change() { return format("{}/config_change_", config_changes); }

std::string write_broker(const BrokerEndpoint& endpoint, WallTime now) {
  Json json;
  json["features"] = Json::object();
  json["listener_security_protocol_map"] = {{"PLAINTEXT", "PLAINTEXT"}};
  json["endpoints"] = {format("PLAINTEXT://{}:{}", endpoint.host, endpoint.port)};
  json["jmx_port"] = -1;
  json["port"] = endpoint.port;
  json["host"] = endpoint.host;
  json["version"] = 5;
  json["timestamp"] = millis(now);
  return json.dump();
}

std::optional<BrokerEndpoint> read_broker(std::string_view text) {
  const Json json = parse(text);
  auto host = string(json, "host");
  const auto port = integer(json, "port");
  if (!host || !port) return std::nullopt;
  return BrokerEndpoint{std::move(*host), static_cast<std::int32_t>(*port)};
}

std::string write_controller(BrokerId id, WallTime now) {
  Json json;
  json["version"] = 2;
  json["brokerid"] = id.value();
  json["timestamp"] = millis(now);
  json["kraftControllerEpoch"] = -1;
  return json.dump();
}

std::optional<BrokerId> read_controller(std::string_view text) {
  const auto id = integer(parse(text), "brokerid");
  if (!id) return std::nullopt;
  return as<BrokerId>(*id);
}

std::optional<ControllerEpoch> read_controller_epoch(std::string_view text) {
  std::int32_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return ControllerEpoch(value);
}

std::string write_topic(const TopicAssignment& assignment) {
  Json json;
  json["removing_replicas"] = Json::object();
  json["partitions"] = Json::object();
  for (const auto& [index, replicas] : assignment.partitions) {
    json["partitions"][format("{}", index)] = list_of(replicas);
  }
  json["topic_id"] = base64_of(assignment.topic_id);
  json["adding_replicas"] = Json::object();
  json["version"] = 3;
  return json.dump();
}

std::optional<TopicAssignment> read_topic(std::string_view text) {
  const Json json = parse(text);
  if (!json.is_object() || !json.contains("partitions") || !json["partitions"].is_object())
    return std::nullopt;
  TopicAssignment assignment;
  if (const auto id = string(json, "topic_id")) assignment.topic_id = uuid_of(*id).value_or(Uuid{});
  for (const auto& [key, list] : json["partitions"].items()) {
    std::int32_t index = 0;
    const auto read = std::from_chars(key.data(), key.data() + key.size(), index);
    auto replicas = brokers_of(list);
    if (read.ec != std::errc() || !replicas) return std::nullopt;
    assignment.partitions[index] = std::move(*replicas);
  }
  return assignment;
}

std::string write_state(const LeaderAndIsr& state) {
  Json json;
  json["controller_epoch"] = state.controller_epoch.value();
  json["leader"] = state.leader.value();
  json["version"] = 1;
  json["leader_epoch"] = state.leader_epoch.value();
  json["isr"] = list_of(state.isr);
  return json.dump();
}

std::optional<LeaderAndIsr> read_state(std::string_view text) {
  const Json json = parse(text);
  const auto elected_by = integer(json, "controller_epoch");
  const auto leader = integer(json, "leader");
  const auto leader_epoch = integer(json, "leader_epoch");
  if (!elected_by || !leader || !leader_epoch || !json.contains("isr")) return std::nullopt;
  auto isr = brokers_of(json["isr"]);
  if (!isr) return std::nullopt;
  return LeaderAndIsr{.leader = as<BrokerId>(*leader),
                      .leader_epoch = as<LeaderEpoch>(*leader_epoch),
                      .isr = std::move(*isr),
                      .controller_epoch = as<ControllerEpoch>(*elected_by),
                      .version = 0};
}

std::string write_isr_change(const std::vector<TopicPartition>& partitions) {
  Json json;
  json["version"] = 1;
  json["partitions"] = Json::array();
  for (const auto& changed : partitions) {
    json["partitions"].push_back(Json{{"topic", changed.topic}, {"partition", changed.partition}});
  }
  return json.dump();
}

std::vector<TopicPartition> read_isr_change(std::string_view text) {
  const Json json = parse(text);
  std::vector<TopicPartition> partitions;
  if (!json.is_object() || !json.contains("partitions") || !json["partitions"].is_array())
    return partitions;
  for (const auto& element : json["partitions"]) {
    auto name = string(element, "topic");
    const auto index = integer(element, "partition");
    if (name && index) partitions.push_back({std::move(*name), static_cast<std::int32_t>(*index)});
  }
  return partitions;
}

std::string write_config(const std::map<std::string, std::string>& config) {
  Json json;
  json["version"] = 1;
  json["config"] = Json::object();
  for (const auto& [name, value] : config) json["config"][name] = value;
  return json.dump();
}

std::optional<std::map<std::string, std::string>> read_config(std::string_view text) {
  const Json json = parse(text);
  if (!json.is_object() || !json.contains("config") || !json["config"].is_object())
    return std::nullopt;
  std::map<std::string, std::string> config;
  for (const auto& [name, value] : json["config"].items()) {
    if (!value.is_string()) return std::nullopt;
    config[name] = value.get<std::string>();
  }
  return config;
}

std::string write_config_change(std::string_view entity_path) {
  Json json;
  json["version"] = 2;
  json["entity_path"] = entity_path;
  return json.dump();
}

std::optional<std::string> read_config_change(std::string_view text) {
  return string(parse(text), "entity_path");
}

std::string write_cluster_id(std::string_view id) {
  Json json;
  json["version"] = "1";
  json["id"] = id;
  return json.dump();
}

std::optional<std::string> read_cluster_id(std::string_view text) {
  return string(parse(text), "id");
}

std::string write_producer_ids(const ProducerIdBlock& block) {
  Json json;
  json["version"] = 1;
  json["broker"] = block.broker.value();
  json["block_start"] = format("{}", block.first);
  json["block_end"] = format("{}", block.last);
  return json.dump();
}

std::optional<ProducerIdBlock> read_producer_ids(std::string_view text) {
  const Json json = parse(text);
  const auto owner = integer(json, "broker");
  const auto first = integer(json, "block_start");
  const auto last = integer(json, "block_end");
  if (!owner || !first || !last) return std::nullopt;
  return ProducerIdBlock{as<BrokerId>(*owner), ProducerId(*first), ProducerId(*last)};
}

std::string base64_of(const Uuid& uuid) {
  // 128 bits, most significant first, in 22 digits of six bits: four zero bits at the end.
  std::string text;
  for (int digit = 0; digit < 22; ++digit) {
    const int low = 128 - 6 * (digit + 1);  // the place of the digit's lowest bit; -4 for the last
    std::uint64_t bits = 0;
    for (int bit = 5; bit >= 0; --bit) {
      const int place = low + bit;
      const std::uint64_t value = place < 0     ? 0
                                  : place >= 64 ? uuid.high >> (place - 64)
                                                : uuid.low >> place;
      bits = bits << 1 | (value & 1);
    }
    text += alphabet[bits];
  }
  return text;
}

std::optional<Uuid> uuid_of(std::string_view base64) {
  if (base64.size() != 22) return std::nullopt;
  Uuid uuid;
  int place = 127;
  for (const char digit : base64) {
    const auto bits = alphabet.find(digit);
    if (bits == std::string_view::npos) return std::nullopt;
    for (int bit = 5; bit >= 0 && place >= 0; --bit, --place) {
      const std::uint64_t value = bits >> bit & 1;
      (place >= 64 ? uuid.high : uuid.low) |= value << (place % 64);
    }
  }
  return uuid;
}

}  // namespace logquake::kafka::znode
