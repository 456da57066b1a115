#include "models/broker/server/control_handler.h"

#include "models/broker/replication_defects.h"
#include "models/broker/replication_probes.h"
#include "sim/disk/disk.h"

namespace logquake::kafka {

ControlHandler::ControlHandler(sim::Node& node, ReplicaManager& replicas, MetadataImage& metadata,
                               const ZookeeperController& controller, sim::Signal& metadata_changed)
    : node_(node),
      replicas_(replicas),
      metadata_(metadata),
      controller_(controller),
      metadata_changed_(metadata_changed),
      checks_broker_epoch_(!node.has(no_broker_epoch_check)) {}

ErrorCode ControlHandler::fence(BrokerEpoch broker_epoch, ControllerEpoch controller_epoch) const {
  // A higher one is news of a registration that this broker is about to hear of itself.
  if (checks_broker_epoch_ && broker_epoch != no_broker_epoch &&
      broker_epoch < controller_.broker_epoch()) {
    node_.probe(stale_broker_epoch_refused);
    return ErrorCode::stale_broker_epoch;
  }
  if (controller_epoch < replicas_.controller_epoch()) {
    node_.probe(stale_controller_epoch_refused);
    return ErrorCode::stale_controller_epoch;
  }
  return ErrorCode::none;
}

LeaderAndIsrResponse ControlHandler::handle(const LeaderAndIsrRequest& request) {
  LeaderAndIsrResponse response;
  response.error_code = fence(request.broker_epoch, request.controller_epoch);
  if (response.error_code != ErrorCode::none) return response;
  return replicas_.apply(request);
}

StopReplicaResponse ControlHandler::handle(const StopReplicaRequest& request) {
  StopReplicaResponse response;
  response.error_code = fence(request.broker_epoch, request.controller_epoch);
  if (response.error_code != ErrorCode::none) return response;
  return replicas_.apply(request);
}

UpdateMetadataResponse ControlHandler::handle(const UpdateMetadataRequest& request) {
  UpdateMetadataResponse response;
  response.error_code = fence(request.broker_epoch, request.controller_epoch);
  if (response.error_code != ErrorCode::none) return response;
  replicas_.note_controller_epoch(request.controller_epoch);
  metadata_.apply(request);
  metadata_changed_.notify_all();
  // It was in no ISR when it came back with a disk that was wiped or set back; this is how it hears
  // that it is in all of them again.
  if (node_.disk().is_damaged() && replicas_.has_caught_up()) node_.disk().declare_repaired();
  return response;
}

}  // namespace logquake::kafka
