#include "models/protocol/api_key.h"

namespace logquake::kafka {

std::string_view name_of(ApiKey key) {
  switch (key) {
    case ApiKey::produce:
      return "Produce";
    case ApiKey::fetch:
      return "Fetch";
    case ApiKey::list_offsets:
      return "ListOffsets";
    case ApiKey::metadata:
      return "Metadata";
    case ApiKey::leader_and_isr:
      return "LeaderAndIsr";
    case ApiKey::stop_replica:
      return "StopReplica";
    case ApiKey::update_metadata:
      return "UpdateMetadata";
    case ApiKey::controlled_shutdown:
      return "ControlledShutdown";
    case ApiKey::offset_commit:
      return "OffsetCommit";
    case ApiKey::offset_fetch:
      return "OffsetFetch";
    case ApiKey::find_coordinator:
      return "FindCoordinator";
    case ApiKey::join_group:
      return "JoinGroup";
    case ApiKey::heartbeat:
      return "Heartbeat";
    case ApiKey::leave_group:
      return "LeaveGroup";
    case ApiKey::sync_group:
      return "SyncGroup";
    case ApiKey::describe_groups:
      return "DescribeGroups";
    case ApiKey::list_groups:
      return "ListGroups";
    case ApiKey::api_versions:
      return "ApiVersions";
    case ApiKey::create_topics:
      return "CreateTopics";
    case ApiKey::delete_topics:
      return "DeleteTopics";
    case ApiKey::init_producer_id:
      return "InitProducerId";
    case ApiKey::offset_for_leader_epoch:
      return "OffsetForLeaderEpoch";
    case ApiKey::describe_configs:
      return "DescribeConfigs";
  }
  return "unknown";
}

}  // namespace logquake::kafka
