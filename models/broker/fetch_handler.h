// Fetch, for consumers and followers, without sessions: a client that asks for one is told that
// there is none. Source: K-API-1a, 1b, 1e to 1g, K-REP-11 to 13.
#pragma once

#include <cstdint>
#include <vector>

#include "models/broker/replica_manager.h"
#include "models/protocol/fetch.h"

namespace logquake::kafka {

class FetchHandler {
 public:
  FetchHandler(sim::Node& node, const BrokerConfig& config, ReplicaManager& replicas);

  /// Reads what is there; if that is too little, blocks until there is enough or max_wait_ms is
  /// over.
  FetchResponse handle(const FetchRequest& request);

 private:
  struct Target;
  std::vector<Target> targets_of(const FetchRequest& request);
  /// Reads every target in order; `notes_progress` on the first read only: a parked fetch reads
  /// again.
  FetchResponse read_all(const FetchRequest& request, std::vector<Target>& targets,
                         bool notes_progress);
  bool is_due(const FetchRequest& request, const std::vector<Target>& targets) const;

  sim::Node& node_;
  const BrokerConfig& config_;
  ReplicaManager& replicas_;
};

}  // namespace logquake::kafka
