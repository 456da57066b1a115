#include "models/quorum/server/zookeeper_server.h"

#include "models/quorum/server/ensemble_member.h"
#include "models/quorum/server/standalone_server.h"

namespace logquake::zookeeper {

void run_zookeeper(sim::Node& node, const ServerSettings& settings) {
  if (!settings.servers.empty()) run_ensemble_member(node, settings);
  run_standalone(node, settings);
}

}  // namespace logquake::zookeeper
