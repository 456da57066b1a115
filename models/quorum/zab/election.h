// ZooKeeper's fast leader election, as one server's rules: messages and time come in, messages and
// a decision go out. Pure. It makes no promise of safety: two servers may believe to lead, and
// discovery and the quorum's acknowledgements settle it (Z-EL-14). Source: Z-EL-1 to Z-EL-16.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "models/quorum/zab/quorum_verifier.h"
#include "models/quorum/zab/vote.h"
#include "sim/base/time.h"

namespace logquake::zookeeper {

/// Of the connections of a pair of servers only the one that the higher one has initiated survives;
/// a lower one that connects is closed and called back. Source: Z-EL-12.
constexpr bool survives(ServerId initiator, ServerId acceptor) { return initiator > acceptor; }

struct ElectionSettings {
  Duration min_wait = 200ms;                // for a message, at first (Z-EL-5)
  Duration max_wait = 60s;                  // ... after so many doublings (Z-EL-5)
  Duration finalize_wait = 200ms;           // for a better vote, once a quorum agrees (Z-EL-7)
  bool skip_leader_self_report = false;     // defect zk.skip-leader-self-report
  bool no_vote_refresh_after_sync = false;  // defect zk.no-vote-refresh-after-sync
};

struct Decision {
  PeerState state = PeerState::looking;  // never LOOKING
  ServerId leader;

  bool operator==(const Decision&) const = default;
};

/// What the carrier has to do, in this order.
struct ElectionEffects {
  std::vector<std::pair<ServerId, Notification>> sends;  // to others; a server tells itself inside
  bool reconnect_all = false;                            // call every voter that is not connected
  std::optional<Decision> decision;
};

/// One server's election. A server that is no voter takes part as an observer: it asks the voters
/// and follows whom they follow.
class Election {
 public:
  /// `verifier` has passed its check().
  Election(ServerId self, QuorumVerifier verifier, ElectionSettings settings = {});

  /// Enters LOOKING, from wherever it was, with a new round (Z-EL-4). Of `self` the zxid, last
  /// logged or, for a leader that has proposed nothing, its epoch's marker (Z-EL-16), and the peer
  /// epoch are read; an observer's are not.
  ElectionEffects start(const Vote& self, Instant now);
  /// Takes in what a server has sent. Before the first start() nothing is heard.
  ElectionEffects receive(const Notification& heard, Instant now);
  /// To be called at deadline(); sooner nothing happens. `delivered`: whether what was sent last
  /// has reached at least one other server's connection (Z-EL-5).
  ElectionEffects expire(Instant now, bool delivered);
  /// The decision has held: the leader is established in `new_epoch`, or the learner has synced
  /// with it. From here on this is what late joiners hear. Not while LOOKING. Source: Z-EL-9.
  void settled(std::int64_t new_epoch);

  /// When expire() is due; the end of time unless LOOKING.
  Instant deadline() const { return deadline_; }
  PeerState state() const { return state_; }
  /// The vote cast last, or the one that the decision was for.
  const Vote& vote() const { return vote_; }
  /// The round, counted since this server's process began. Source: Z-EL-1.
  std::int64_t logical_clock() const { return logical_clock_; }
  /// Whether a quorum agrees with vote() and only the last wait is left. Source: Z-EL-7.
  bool is_finalizing() const { return phase_ == Phase::finalizing; }

 private:
  enum class Phase { stopped, collecting, finalizing, decided };
  using Votes = std::map<ServerId, Notification>;  // by sender; votes are not relayed (Z-EL-15)

  bool is_observer() const { return !verifier_.is_voter(self_); }
  bool is_looking() const { return phase_ == Phase::collecting || phase_ == Phase::finalizing; }
  Notification current() const { return {.state = state_, .vote = vote_, .sender = self_}; }

  void propose(Vote vote);
  void broadcast(ElectionEffects& effects);
  void drain(Instant now, ElectionEffects& effects);
  void take(const Notification& heard, Instant now, ElectionEffects& effects);
  void hear_looking(const Notification& heard, Instant now, ElectionEffects& effects);
  void hear_settled(const Notification& heard, ElectionEffects& effects);
  bool has_quorum(const Votes& votes, const Notification& choice) const;
  bool may_join(const Votes& votes, const Notification& heard) const;
  void decide(const Vote& vote, ElectionEffects& effects);

  ServerId self_;
  QuorumVerifier verifier_;
  ElectionSettings settings_;

  Phase phase_ = Phase::stopped;
  PeerState state_ = PeerState::looking;
  std::int64_t logical_clock_ = 0;
  Vote initial_;           // for itself
  Vote vote_;              // Invariant: its election epoch is the logical clock
  Votes round_;            // heard in this round; a sender's later vote replaces its earlier one
  Votes out_of_election_;  // heard from servers that have decided, in whatever round
  std::deque<Notification> inbox_;  // what is not taken yet, its own broadcasts among it
  Duration wait_{};
  Instant deadline_ = Instant::max();
};

}  // namespace logquake::zookeeper
