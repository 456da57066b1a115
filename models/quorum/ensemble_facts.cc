#include "models/quorum/ensemble_facts.h"

namespace logquake::zookeeper {

std::string ElectionStarted::sentence() const {
  return format("looks for a leader, round {}, votes for itself with zxid {} of epoch {}", round,
                hex_of(zxid), epoch);
}
std::string ElectionDecided::sentence() const {
  if (role == "leading") return format("is elected in round {}", round);
  return format("{} server {} after round {}", role == "following" ? "follows" : "observes", leader,
                round);
}
std::string EpochProposed::sentence() const { return format("proposes epoch {}", epoch); }
std::string EpochPromised::sentence() const {
  return format("promised: nobody below epoch {} will be followed", epoch);
}
std::string EpochAdopted::sentence() const { return format("belongs to epoch {} now", epoch); }
std::string VoterStranded::sentence() const {
  return format("cannot join epoch {}: it has promised epoch {} to a candidate that failed", epoch,
                accepted);
}
std::string ProtocolViolated::sentence() const { return "finds the protocol violated: " + why; }
std::string EpochsRead::sentence() const {
  return format("found on its disk: epoch {} promised, epoch {} joined, history up to {}", accepted,
                current, hex_of(zxid));
}
std::string NewLeaderAcked::sentence() const {
  return format("acknowledges the leader of epoch {}: the leader's history is on its disk", epoch);
}
std::string TransactionProposed::sentence() const { return "proposes " + hex_of(zxid); }
std::string TransactionAppended::sentence() const {
  return "wrote " + hex_of(zxid) + " to its log";
}
std::string ProposalAcked::sentence() const { return "acknowledges " + hex_of(zxid); }
std::string TransactionCommitted::sentence() const {
  return "counts a quorum for " + hex_of(zxid) + ": it is committed";
}
std::string TransactionDelivered::sentence() const { return "applied " + hex_of(zxid); }
std::string SessionMoved::sentence() const {
  return format("session {} belongs to server {} now", hex_of(session), server);
}
std::string LearnerSynchronized::sentence() const {
  return format("brings server {} from {} to {} by {}", learner, hex_of(from), hex_of(to), method);
}
std::string LeaderEstablished::sentence() const {
  return format("is the established leader of epoch {}; all up to {} is committed", epoch,
                hex_of(zxid));
}
std::string ServingStarted::sentence() const {
  return format("serves clients as {} of epoch {} from {} on", mode, epoch, hex_of(zxid));
}
std::string ServingStopped::sentence() const { return format("serves nobody any more: {}", why); }
std::string HistoryTruncated::sentence() const {
  return format("cut its history from {} back to {}", hex_of(from), hex_of(to));
}
std::string HistoryReplaced::sentence() const {
  return format("took the leader's state at {} in place of its own history up to {}", hex_of(zxid),
                hex_of(from));
}

}  // namespace logquake::zookeeper
