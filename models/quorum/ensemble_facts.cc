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
