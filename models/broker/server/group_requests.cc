#include "models/broker/server/group_requests.h"

namespace logquake::kafka {

void serve_groups(RequestDispatcher& dispatcher, CoordinatorFinder& finder,
                  GroupCoordinator& coordinator) {
  dispatcher.serve<FindCoordinatorRequest>(
      [&finder](const FindCoordinatorRequest& request, const RequestContext&) {
        return finder.handle(request);
      });
  dispatcher.serve<JoinGroupRequest>([&coordinator](const JoinGroupRequest& request,
                                                    const RequestContext& context) {
    return coordinator.join(request, {.client_id = context.client_id, .host = context.client_host});
  });
  dispatcher.serve<SyncGroupRequest>(
      [&coordinator](const SyncGroupRequest& request, const RequestContext&) {
        return coordinator.sync(request);
      });
  dispatcher.serve<HeartbeatRequest>(
      [&coordinator](const HeartbeatRequest& request, const RequestContext&) {
        return coordinator.heartbeat(request);
      });
  dispatcher.serve<LeaveGroupRequest>(
      [&coordinator](const LeaveGroupRequest& request, const RequestContext&) {
        return coordinator.leave(request);
      });
  dispatcher.serve<OffsetCommitRequest>(
      [&coordinator](const OffsetCommitRequest& request, const RequestContext&) {
        return coordinator.commit(request);
      });
  dispatcher.serve<OffsetFetchRequest>(
      [&coordinator](const OffsetFetchRequest& request, const RequestContext&) {
        return coordinator.fetch(request);
      });
  dispatcher.serve<DescribeGroupsRequest>(
      [&coordinator](const DescribeGroupsRequest& request, const RequestContext&) {
        return coordinator.describe(request);
      });
  dispatcher.serve<ListGroupsRequest>(
      [&coordinator](const ListGroupsRequest& request, const RequestContext&) {
        return coordinator.list(request);
      });
}

}  // namespace logquake::kafka
