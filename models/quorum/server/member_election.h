// A member's part in elections, for as long as its process lives: it answers those who look for a
// leader even while it has one. Source: Z-EL-1 to Z-EL-16.
#pragma once

#include <optional>

#include "models/quorum/server/election_links.h"
#include "models/quorum/server_settings.h"
#include "models/quorum/zab/election.h"
#include "sim/node.h"
#include "sim/schedule/sync.h"

namespace logquake::zookeeper {

class MemberElection {
 public:
  /// The arguments must outlive it.
  MemberElection(sim::Node& node, const ServerSettings& settings, ServerId self,
                 const QuorumVerifier& verifier);

  /// Listens, and keeps the time of the rules.
  void start();
  /// Looks for a leader, with the zxid and currentEpoch of this member. Blocks until there is one.
  Decision elect(Zxid zxid, std::int64_t current_epoch);
  /// The decision has held (Z-EL-9).
  void settled(std::int64_t epoch) { rules_.settled(epoch); }

 private:
  void keep_time();
  void perform(const ElectionEffects& effects);

  sim::Node& node_;
  ServerId self_;
  Election rules_;
  ElectionLinks links_;
  std::optional<Decision> decision_;
  sim::Signal deadline_moved_;
  sim::Signal decided_;
};

}  // namespace logquake::zookeeper
