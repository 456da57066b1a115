#include "models/broker/server/coordinator_finder.h"

#include <string>

#include "models/broker/coordinator/group_coordinator.h"

namespace logquake::kafka {

FindCoordinatorResponse CoordinatorFinder::handle(const FindCoordinatorRequest& request) {
  FindCoordinatorResponse response;
  if (request.key_type == CoordinatorKeyType::transaction) {
    response.error_code = ErrorCode::transactional_id_authorization_failed;
    return response;
  }
  if (request.key_type != CoordinatorKeyType::group) {
    response.error_code = ErrorCode::invalid_request;
    return response;
  }
  response.error_code = ErrorCode::coordinator_not_available;
  const std::string name(offsets_topic);
  const auto* topic = metadata_.topic(name);
  if (topic == nullptr) {
    // Whatever comes of it: the client asks again, and may by then find a leader.
    (void)creation_.create_by_default(name);
    return response;
  }
  const auto count = static_cast<std::int32_t>(topic->partitions.size());
  const auto* partition = metadata_.partition({name, partition_of_group(request.key, count)});
  if (partition == nullptr) return response;
  const auto broker = metadata_.brokers().find(partition->leader);
  if (broker == metadata_.brokers().end()) return response;
  response.error_code = ErrorCode::none;
  response.node_id = broker->first;
  response.host = broker->second.host;
  response.port = broker->second.port;
  return response;
}

}  // namespace logquake::kafka
