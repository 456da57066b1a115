#include "models/broker/server/metadata_handler.h"

#include <utility>

namespace logquake::kafka {

MetadataHandler::MetadataHandler(const BrokerConfig& config, const MetadataImage& metadata,
                                 TopicCreation& creation, std::string cluster_id)
    : config_(config),
      metadata_(metadata),
      creation_(creation),
      cluster_id_(std::move(cluster_id)) {}

MetadataTopic MetadataHandler::known(const std::string& name,
                                     const MetadataImage::Topic& topic) const {
  MetadataTopic answer;
  answer.name = name;
  answer.topic_id = topic.id;
  answer.is_internal = is_internal(name);
  for (const auto& [index, partition] : topic.partitions) {
    MetadataPartition entry;
    entry.partition_index = index;
    entry.leader_epoch = partition.leader_epoch;
    entry.replica_nodes = partition.replicas;
    entry.isr_nodes = partition.isr;
    for (const BrokerId replica : partition.replicas) {
      if (!metadata_.is_alive(replica)) entry.offline_replicas.push_back(replica);
    }
    if (metadata_.is_alive(partition.leader)) {
      entry.leader_id = partition.leader;
    } else {
      entry.error_code = ErrorCode::leader_not_available;
    }
    answer.partitions.push_back(std::move(entry));
  }
  return answer;
}

MetadataTopic MetadataHandler::missing(const std::string& name, bool may_create) {
  MetadataTopic answer;
  answer.name = name;
  answer.is_internal = is_internal(name);
  if (reason_against_topic_name(name)) {
    answer.error_code = ErrorCode::invalid_topic_exception;
  } else if (!may_create || !config_.auto_create_topics) {
    answer.error_code = ErrorCode::unknown_topic_or_partition;
  } else {
    const auto created = creation_.create_by_default(name);
    const bool comes = created || created.is(ErrorCode::topic_already_exists);
    answer.error_code = comes ? ErrorCode::leader_not_available : created.error().code;
  }
  return answer;
}

MetadataResponse MetadataHandler::handle(const MetadataRequest& request) {
  MetadataResponse response;
  if (request.topics) {
    for (const auto& topic : *request.topics) {
      // Asked anew for each: creating one may have taken a while.
      const auto* found = metadata_.topic(topic.name);
      auto answer = found != nullptr ? known(topic.name, *found)
                                     : missing(topic.name, request.allow_auto_topic_creation);
      response.topics.push_back(std::move(answer));
    }
  } else {
    for (const auto& [name, topic] : metadata_.topics())
      response.topics.push_back(known(name, topic));
  }
  for (const auto& [id, endpoint] : metadata_.brokers()) {
    MetadataBroker broker;
    broker.node_id = id;
    broker.host = endpoint.host;
    broker.port = endpoint.port;
    response.brokers.push_back(std::move(broker));
  }
  response.cluster_id = cluster_id_;
  response.controller_id =
      metadata_.is_alive(metadata_.controller()) ? metadata_.controller() : no_broker;
  return response;
}

}  // namespace logquake::kafka
