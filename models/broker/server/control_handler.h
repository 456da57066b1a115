// What the controller sends: LeaderAndIsr, StopReplica, UpdateMetadata, with the fencing that all
// of them share. Source: K-CTL-9 to 12.
#pragma once

#include "models/broker/controller/zookeeper_controller.h"
#include "models/broker/replication/replica_manager.h"
#include "models/protocol/control.h"
#include "sim/schedule/sync.h"

namespace logquake::kafka {

class ControlHandler {
 public:
  /// `metadata_changed` is notified after every UpdateMetadata.
  ControlHandler(sim::Node& node, ReplicaManager& replicas, MetadataImage& metadata,
                 const ZookeeperController& controller, sim::Signal& metadata_changed);

  LeaderAndIsrResponse handle(const LeaderAndIsrRequest& request);
  StopReplicaResponse handle(const StopReplicaRequest& request);
  UpdateMetadataResponse handle(const UpdateMetadataRequest& request);

 private:
  /// STALE_BROKER_EPOCH, STALE_CONTROLLER_EPOCH or NONE.
  ErrorCode fence(BrokerEpoch broker_epoch, ControllerEpoch controller_epoch) const;

  sim::Node& node_;
  ReplicaManager& replicas_;
  MetadataImage& metadata_;
  const ZookeeperController& controller_;
  sim::Signal& metadata_changed_;
  bool checks_broker_epoch_;
};

}  // namespace logquake::kafka
