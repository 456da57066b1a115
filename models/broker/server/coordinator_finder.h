// FindCoordinator: which broker leads the partition that a group's records live in. Source:
// K-API-10.
#pragma once

#include "models/broker/controller/metadata_image.h"
#include "models/broker/controller/topic_creation.h"
#include "models/protocol/group_membership.h"

namespace logquake::kafka {

class CoordinatorFinder {
 public:
  CoordinatorFinder(const MetadataImage& metadata, TopicCreation& creation)
      : metadata_(metadata), creation_(creation) {}

  /// Blocks while __consumer_offsets is created. Coordinators of transactions are refused as to a
  /// client without permission: there are none yet.
  FindCoordinatorResponse handle(const FindCoordinatorRequest& request);

 private:
  const MetadataImage& metadata_;
  TopicCreation& creation_;
};

}  // namespace logquake::kafka
