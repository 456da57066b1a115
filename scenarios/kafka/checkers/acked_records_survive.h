// K-INV-1 and K-INV-4: what a producer was promised is in every later leader's log.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// What the cluster's settings promise.
struct DurabilityProfile {
  int replicas = 1;
  int min_insync_replicas = 1;
  bool unclean_leader_election = false;
  /// Profile SAFE (kafka.md 8.0): replication factor 3, min.insync.replicas 2, no unclean election.
  bool is_safe() const {
    return replicas >= 3 && min_insync_replicas >= 2 && !unclean_leader_election;
  }
};

/// Every record acknowledged under acks=all is at its offset, unchanged, in the log of every later
/// leader, until its topic is deleted or it is retired. A loss outside profile SAFE, after an
/// unclean election or after a power loss that broke the clean history is an anomaly with its
/// clause. Records acknowledged under acks=1 may be lost with their leader: an anomaly (K-REP-26).
CheckerFactory acked_records_survive(DurabilityProfile profile);

}  // namespace logquake::scenario
