// Fetch, for consumers and followers, with and without sessions.
// Source: K-API-1a to 1g, K-REP-11 to 13.
#pragma once

#include <cstdint>

#include "models/broker/replication/replica_manager.h"
#include "models/broker/server/fetch_sessions.h"
#include "models/protocol/fetch.h"

namespace logquake::kafka {

class FetchHandler {
 public:
  FetchHandler(sim::Node& node, const BrokerConfig& config, ReplicaManager& replicas);

  /// Reads what is there; if that is too little, blocks until there is enough or max_wait_ms is
  /// over. In a session only what is news there is answered.
  FetchResponse handle(const FetchRequest& request);

 private:
  void serve(const FetchRequest& request, FetchTargets& targets);
  /// Reads every target in order; `is_first` notes the followers' progress: a parked fetch reads
  /// again. What would be answered alike again is not read.
  void read_all(const FetchRequest& request, FetchTargets& targets, bool is_first);
  void read(FetchTarget& target, std::int64_t limit, bool whole_first_batch);
  void note_progress(FetchTarget& target);
  /// Whether the answer is not to wait any longer; looks again only at what has changed.
  static bool is_due(const FetchRequest& request, FetchTargets& targets);
  static void answer(FetchTarget& target, FetchResponse& response);

  sim::Node& node_;
  const BrokerConfig& config_;
  ReplicaManager& replicas_;
  FetchSessions sessions_;
};

}  // namespace logquake::kafka
