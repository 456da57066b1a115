// Metadata, and the topics that come into being by being asked for. Source: K-API-3a to 3e.
#pragma once

#include <string>

#include "models/broker/config.h"
#include "models/broker/controller/metadata_image.h"
#include "models/broker/controller/topic_creation.h"
#include "models/protocol/metadata.h"

namespace logquake::kafka {

class MetadataHandler {
 public:
  MetadataHandler(const BrokerConfig& config, const MetadataImage& metadata,
                  TopicCreation& creation, std::string cluster_id);

  /// Answers from the broker's picture. Blocks while a missing topic is created.
  MetadataResponse handle(const MetadataRequest& request);

 private:
  MetadataTopic known(const std::string& name, const MetadataImage::Topic& topic) const;
  MetadataTopic missing(const std::string& name, bool may_create);

  const BrokerConfig& config_;
  const MetadataImage& metadata_;
  TopicCreation& creation_;
  std::string cluster_id_;
};

}  // namespace logquake::kafka
