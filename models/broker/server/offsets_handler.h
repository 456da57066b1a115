// ListOffsets and OffsetForLeaderEpoch: where a log begins, ends, and changed epochs.
// Source: K-API-2a, 2b, 23, K-REP-24.
#pragma once

#include "models/broker/replication/replica_manager.h"
#include "models/protocol/list_offsets.h"
#include "models/protocol/offset_for_leader_epoch.h"

namespace logquake::kafka {

class OffsetsHandler {
 public:
  explicit OffsetsHandler(ReplicaManager& replicas) : replicas_(replicas) {}

  ListOffsetsResponse handle(const ListOffsetsRequest& request);
  OffsetForLeaderEpochResponse handle(const OffsetForLeaderEpochRequest& request);

 private:
  ListOffsetsPartitionResult look_up(const ListOffsetsRequest& request, const TopicPartition& id,
                                     const ListOffsetsPartition& asked);

  ReplicaManager& replicas_;
};

}  // namespace logquake::kafka
