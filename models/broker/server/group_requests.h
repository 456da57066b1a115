// Puts the coordinator of consumer groups behind a broker's requests. Source: K-API-10 to 16.
#pragma once

#include "models/broker/coordinator/group_coordinator.h"
#include "models/broker/server/coordinator_finder.h"
#include "models/broker/server/request_dispatcher.h"

namespace logquake::kafka {

/// Serves every request of groups from `coordinator`; both outlive the dispatcher.
void serve_groups(RequestDispatcher& dispatcher, CoordinatorFinder& finder,
                  GroupCoordinator& coordinator);

}  // namespace logquake::kafka
