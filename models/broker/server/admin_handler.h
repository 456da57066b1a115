// CreateTopics, DeleteTopics, DescribeConfigs. Source: K-API-19, K-API-20, K-API-32/44.
#pragma once

#include "models/broker/config.h"
#include "models/broker/controller/metadata_image.h"
#include "models/broker/controller/topic_creation.h"
#include "models/broker/controller/zookeeper_controller.h"
#include "models/protocol/admin.h"
#include "sim/schedule/sync.h"

namespace logquake::kafka {

class AdminHandler {
 public:
  AdminHandler(const BrokerConfig& config, const MetadataImage& metadata,
               sim::Signal& metadata_changed, const ZookeeperController& controller,
               TopicCreation& creation, ZookeeperStore& store);

  /// Only the controller creates and deletes. Blocks until this broker has heard of the outcome,
  /// for at most the request's timeout.
  CreateTopicsResponse handle(const CreateTopicsRequest& request);
  DeleteTopicsResponse handle(const DeleteTopicsRequest& request);
  /// Blocks for ZooKeeper.
  DescribeConfigsResponse handle(const DescribeConfigsRequest& request);

 private:
  bool is_announced(const CreatableTopicResult& topic) const;
  void describe_topic(const DescribeConfigsResource& resource, DescribeConfigsResult& result);
  void describe_broker(const DescribeConfigsResource& resource,
                       DescribeConfigsResult& result) const;

  const BrokerConfig& config_;
  const MetadataImage& metadata_;
  sim::Signal& metadata_changed_;
  const ZookeeperController& controller_;
  TopicCreation& creation_;
  ZookeeperStore& store_;
};

}  // namespace logquake::kafka
