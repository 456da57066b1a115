#include "models/broker/controller/metadata_image.h"

namespace logquake::kafka {

namespace {

constexpr BrokerId leader_during_delete{-2};  // K-CTL-12

}  // namespace

void MetadataImage::apply(const UpdateMetadataRequest& request) {
  controller_ = request.controller_id;
  brokers_.clear();
  live_.clear();
  for (const auto& broker : request.live_brokers) {
    if (broker.endpoints.empty()) continue;
    brokers_[broker.id] = {broker.endpoints.front().host, broker.endpoints.front().port};
  }
  for (const auto& [id, endpoint] : brokers_) live_.push_back(id);

  for (const auto& topic : request.topic_states) {
    for (const auto& state : topic.partition_states) {
      if (state.leader == leader_during_delete) {
        const auto found = topics_.find(topic.topic_name);
        if (found == topics_.end()) continue;
        found->second.partitions.erase(state.partition_index);
        if (found->second.partitions.empty()) topics_.erase(found);
        continue;
      }
      Topic& known = topics_[topic.topic_name];
      known.id = topic.topic_id;
      known.partitions[state.partition_index] = {.leader = state.leader,
                                                 .leader_epoch = state.leader_epoch,
                                                 .replicas = state.replicas,
                                                 .isr = state.isr,
                                                 .offline = state.offline_replicas};
    }
  }
}

const MetadataImage::Topic* MetadataImage::topic(const std::string& topic) const {
  const auto found = topics_.find(topic);
  return found == topics_.end() ? nullptr : &found->second;
}

const MetadataImage::Partition* MetadataImage::partition(const TopicPartition& partition) const {
  const Topic* known = topic(partition.topic);
  if (known == nullptr) return nullptr;
  const auto found = known->partitions.find(partition.partition);
  return found == known->partitions.end() ? nullptr : &found->second;
}

}  // namespace logquake::kafka
