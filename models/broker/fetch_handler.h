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
  /// Every partition of the request, and the answer with a place for each.
  static std::vector<Target> targets_of(const FetchRequest& request, FetchResponse& response);
  /// Reads every target in order; `is_first` notes the followers' progress: a parked fetch reads
  /// again.
  void read_all(const FetchRequest& request, std::vector<Target>& targets, bool is_first);
  void read(Target& target, std::int64_t limit, bool whole_first_batch, bool notes_progress);
  /// Whether the answer is not to wait any longer; looks again only at what has changed.
  static bool is_due(const FetchRequest& request, std::vector<Target>& targets);

  sim::Node& node_;
  const BrokerConfig& config_;
  ReplicaManager& replicas_;
};

}  // namespace logquake::kafka
