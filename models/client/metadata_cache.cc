#include "models/client/metadata_cache.h"

#include <utility>

namespace logquake::kafka {

void MetadataCache::update(const MetadataResponse& response) {
  // An answer without brokers comes from one that knows nothing yet; what is known serves better.
  if (response.brokers.empty()) return;
  brokers_.clear();
  for (const auto& broker : response.brokers) {
    brokers_[broker.node_id] = {broker.host, static_cast<std::uint16_t>(broker.port)};
  }
  controller_ = response.controller_id;
  for (const auto& topic : response.topics) {
    errors_[topic.name] = topic.error_code;
    if (topic.error_code != ErrorCode::none) {
      if (topic.error_code == ErrorCode::unknown_topic_or_partition) topics_.erase(topic.name);
      continue;
    }
    const auto known = topics_.find(topic.name);
    const bool is_same = known != topics_.end() && known->second.id == topic.topic_id;
    Topic fresh{topic.topic_id, {}};
    for (const auto& partition : topic.partitions) {
      Partition value{partition.leader_id, partition.leader_epoch};
      if (is_same) {
        const auto before = known->second.partitions.find(partition.partition_index);
        if (before != known->second.partitions.end() && before->second.epoch > value.epoch)
          value = before->second;
      }
      fresh.partitions[partition.partition_index] = value;
    }
    topics_[topic.name] = std::move(fresh);
  }
}

std::optional<LeaderIdAndEpoch> MetadataCache::leader(const TopicPartition& partition) const {
  const auto topic = topics_.find(partition.topic);
  if (topic == topics_.end()) return std::nullopt;
  const auto found = topic->second.partitions.find(partition.partition);
  if (found == topic->second.partitions.end() || found->second.leader == no_broker)
    return std::nullopt;
  if (!brokers_.contains(found->second.leader)) return std::nullopt;
  return LeaderIdAndEpoch{found->second.leader, found->second.epoch};
}

LeaderEpoch MetadataCache::leader_epoch(const TopicPartition& partition) const {
  const auto topic = topics_.find(partition.topic);
  if (topic == topics_.end()) return no_leader_epoch;
  const auto found = topic->second.partitions.find(partition.partition);
  return found == topic->second.partitions.end() ? no_leader_epoch : found->second.epoch;
}

std::optional<std::int32_t> MetadataCache::partition_count(const std::string& topic) const {
  const auto found = topics_.find(topic);
  if (found == topics_.end()) return std::nullopt;
  return static_cast<std::int32_t>(found->second.partitions.size());
}

std::vector<std::string> MetadataCache::topics() const {
  std::vector<std::string> names;
  for (const auto& [name, topic] : topics_) names.push_back(name);
  return names;
}

ErrorCode MetadataCache::topic_error(const std::string& topic) const {
  const auto found = errors_.find(topic);
  return found == errors_.end() ? ErrorCode::none : found->second;
}

std::optional<sim::Address> MetadataCache::address(BrokerId broker) const {
  const auto found = brokers_.find(broker);
  if (found == brokers_.end()) return std::nullopt;
  return found->second;
}

std::vector<BrokerId> MetadataCache::brokers() const {
  std::vector<BrokerId> ids;
  for (const auto& [id, address] : brokers_) ids.push_back(id);
  return ids;
}

bool MetadataCache::is_incomplete(const std::set<std::string>& wanted) const {
  for (const auto& name : wanted) {
    const auto topic = topics_.find(name);
    if (topic == topics_.end() || topic_error(name) != ErrorCode::none) return true;
    for (const auto& [index, partition] : topic->second.partitions) {
      if (!leader({name, index})) return true;
    }
  }
  return false;
}

}  // namespace logquake::kafka
