#include "models/broker/controller/topic_creation.h"

#include <algorithm>
#include <set>
#include <utility>

#include "models/broker/controller/metadata_image.h"
#include "models/broker/facts.h"
#include "sim/base/format.h"

namespace logquake::kafka {

namespace {

constexpr std::size_t longest_name = 249;  // K-API-19

bool is_legal(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

/// Names that differ in '.' and '_' alone would be one name for metrics.
std::string collision_key(std::string name) {
  std::ranges::replace(name, '.', '_');
  return name;
}

Error from_zookeeper(const zookeeper::Error& error) {
  if (error.code == zookeeper::ErrorCode::node_exists)
    return {ErrorCode::topic_already_exists, error.message};
  return {ErrorCode::unknown_server_error, to_string(error)};
}

}  // namespace

std::optional<std::string> reason_against_topic_name(std::string_view name) {
  if (name.empty()) return "Topic name is invalid: the empty string is not allowed";
  if (name == "." || name == "..")
    return format("Topic name is invalid: '{}' is not allowed", name);
  if (name.size() > longest_name) {
    return format(
        "Topic name is invalid: the length of '{}' is longer than the max allowed length {}", name,
        longest_name);
  }
  if (!std::ranges::all_of(name, is_legal)) {
    return format(
        "Topic name is invalid: '{}' contains one or more characters other than ASCII "
        "alphanumerics, '.', '_' and "
        "'-'",
        name);
  }
  return std::nullopt;
}

TopicCreation::TopicCreation(sim::Node& node, const BrokerConfig& config, ZookeeperStore& store)
    : node_(node), config_(config), store_(store), random_(node.random().split("topic-creation")) {}

CreatableTopic TopicCreation::defaults_of(const std::string& topic) const {
  CreatableTopic wanted;
  wanted.name = topic;
  if (topic == offsets_topic) {
    wanted.num_partitions = config_.offsets_topic_num_partitions;
    wanted.replication_factor = static_cast<std::int16_t>(config_.offsets_topic_replication_factor);
    wanted.configs = {{"cleanup.policy", "compact"},
                      {"compression.type", "producer"},
                      {"segment.bytes", format("{}", config_.offsets_topic_segment_bytes)}};
  }
  return wanted;
}

Outcome<CreatedTopic> TopicCreation::create_by_default(const std::string& topic) {
  return create(defaults_of(topic), false, true);
}

Outcome<CreatedTopic> TopicCreation::create(const CreatableTopic& wanted, bool validate_only) {
  return create(wanted, validate_only, false);
}

Outcome<TopicSettings> TopicCreation::check_settings(const CreatableTopic& wanted) const {
  TopicSettings settings;
  for (const auto& config : wanted.configs) {
    if (!config.value) {
      return Error{ErrorCode::invalid_config,
                   format("Null value not supported for topic configs: {}", config.name)};
    }
    settings[config.name] = *config.value;
  }
  const auto judged = config_.topic_defaults.with(settings);
  if (!judged) return Error{ErrorCode::invalid_config, judged.error().message};
  return settings;
}

Outcome<TopicAssignment> TopicCreation::take_assignment(const CreatableTopic& wanted,
                                                        const std::vector<BrokerId>& live) const {
  const auto invalid = [](std::string why) {
    return Error{ErrorCode::invalid_replica_assignment, std::move(why)};
  };
  TopicAssignment assignment;
  std::size_t width = wanted.assignments.front().broker_ids.size();
  for (const auto& entry : wanted.assignments) {
    const std::set<BrokerId> distinct(entry.broker_ids.begin(), entry.broker_ids.end());
    if (entry.broker_ids.empty() || distinct.size() != entry.broker_ids.size()) {
      return invalid(format("Duplicate or no brokers in the assignment of partition {}",
                            entry.partition_index));
    }
    if (entry.broker_ids.size() != width)
      return invalid("All partitions should have the same number of replicas");
    for (const BrokerId id : entry.broker_ids) {
      if (!std::ranges::binary_search(live, id)) return invalid(format("Unknown broker {}", id));
    }
    if (!assignment.partitions.emplace(entry.partition_index, entry.broker_ids).second) {
      return invalid(format("Partition {} is assigned twice", entry.partition_index));
    }
  }
  if (assignment.partitions.begin()->first != 0 ||
      assignment.partitions.rbegin()->first + 1 !=
          static_cast<std::int32_t>(assignment.partitions.size())) {
    return invalid("Partitions should be a consecutive 0-based integer sequence");
  }
  return assignment;
}

Outcome<TopicAssignment> TopicCreation::assign(const CreatableTopic& wanted,
                                               const std::vector<BrokerId>& live) {
  if (!wanted.assignments.empty()) {
    if (wanted.num_partitions != -1 || wanted.replication_factor != -1) {
      return Error{ErrorCode::invalid_request,
                   "Both numPartitions or replicationFactor and replicasAssignments were set"};
    }
    return take_assignment(wanted, live);
  }
  const std::int32_t partitions =
      wanted.num_partitions == -1 ? config_.num_partitions : wanted.num_partitions;
  const std::int32_t replicas = wanted.replication_factor == -1 ? config_.default_replication_factor
                                                                : wanted.replication_factor;
  if (partitions <= 0) {
    return Error{ErrorCode::invalid_partitions, "Number of partitions must be larger than 0."};
  }
  if (replicas <= 0) {
    return Error{ErrorCode::invalid_replication_factor,
                 "Replication factor must be larger than 0."};
  }
  if (replicas > static_cast<std::int32_t>(live.size())) {
    return Error{
        ErrorCode::invalid_replication_factor,
        format("Replication factor: {} larger than available brokers: {}.", replicas, live.size())};
  }
  const auto start = random_.below(live.size());
  const auto shift = random_.below(live.size());
  const auto placed = assign_replicas(live, partitions, replicas, start, shift);
  TopicAssignment assignment;
  for (std::size_t i = 0; i < placed.size(); ++i)
    assignment.partitions[static_cast<std::int32_t>(i)] = placed[i];
  return assignment;
}

Outcome<CreatedTopic> TopicCreation::create(const CreatableTopic& wanted, bool validate_only,
                                            bool automatic) {
  if (auto reason = reason_against_topic_name(wanted.name)) {
    return Error{ErrorCode::invalid_topic_exception, std::move(*reason)};
  }
  const auto existing = store_.topics();
  if (!existing) return from_zookeeper(existing.error());
  if (std::ranges::binary_search(*existing, wanted.name)) {
    return Error{ErrorCode::topic_already_exists,
                 format("Topic '{}' already exists.", wanted.name)};
  }
  for (const auto& other : *existing) {
    if (collision_key(other) == collision_key(wanted.name)) {
      return Error{ErrorCode::invalid_topic_exception,
                   format("Topic '{}' collides with existing topics: {}", wanted.name, other)};
    }
  }
  const auto doomed = store_.topics_to_delete();
  if (!doomed) return from_zookeeper(doomed.error());
  if (std::ranges::binary_search(*doomed, wanted.name)) {
    return Error{ErrorCode::topic_already_exists,
                 format("Topic '{}' is marked for deletion.", wanted.name)};
  }
  const auto brokers = store_.brokers();
  if (!brokers) return from_zookeeper(brokers.error());
  std::vector<BrokerId> live;
  for (const auto& [id, broker] : *brokers) live.push_back(id);

  auto assignment = assign(wanted, live);
  if (!assignment) return assignment.error();
  auto settings = check_settings(wanted);
  if (!settings) return settings.error();
  const auto high = random_.next();
  const auto low = random_.next();
  assignment->topic_id = {high, low};
  const CreatedTopic created{.id = assignment->topic_id,
                             .partitions = static_cast<std::int32_t>(assignment->partitions.size()),
                             .replication_factor = static_cast<std::int16_t>(
                                 assignment->partitions.begin()->second.size())};
  if (validate_only) return created;

  if (const auto written = store_.create_topic(wanted.name, *assignment, *settings); !written) {
    return from_zookeeper(written.error());
  }
  node_.record(TopicCreated{.topic = wanted.name,
                            .partitions = created.partitions,
                            .replicas = created.replication_factor,
                            .automatic = automatic});
  return created;
}

}  // namespace logquake::kafka
