// The leader's side of ZAB as pure rules: discovery, synchronization, broadcast. Inputs go in,
// actions come out. Source: Z-DI-4 to Z-DI-8, Z-SY-1 to Z-SY-9, Z-SY-13, Z-BC-1 to Z-BC-3,
// Z-TM-2 to Z-TM-4, Z-OB-1.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "models/quorum/zab/committed_window.h"
#include "models/quorum/zab/outstanding_proposals.h"
#include "models/quorum/zab/quorum_verifier.h"
#include "models/quorum/zab/sync_plan.h"
#include "models/quorum/zab/zab_action.h"
#include "sim/base/time.h"

namespace logquake::zookeeper {

struct LeadershipSettings {
  Duration tick = 2s;
  std::int32_t init_limit = 10;  // ticks
  std::int32_t sync_limit = 5;   // ticks
  // The last counter of an epoch is the one below it (Z-ZX-3); smaller only to come near it.
  std::int64_t counter_limit = 0xFFFFFFFF;
  LogSuffix log_suffix;  // none: rule (4) of Z-SY-2 never applies
  SyncMistakes sync_mistakes;
  bool newleader_too_early = false;  // the defect zk.newleader-too-early (D-ZA7)
  bool no_rollover_guard = false;    // the defect zk.no-rollover-guard (D-ZB5)
};

/// What the leader stands on when its election ends.
struct LeaderHistory {
  std::int64_t accepted_epoch = 0;
  std::int64_t current_epoch = 0;
  Zxid last_zxid;  // of its log, all of it applied and durable; may be a marker (Z-EL-16)
  CommittedWindow window;
};

/// A voter that is a quorum by itself leads at the first expire(), which is due at once.
class Leadership {
 public:
  enum class Phase { discovery, synchronization, broadcast };

  Leadership(ServerId self, QuorumVerifier verifier, LeadershipSettings settings,
             LeaderHistory history, Instant now);

  /// A learner's first packet on a new link: FOLLOWERINFO or OBSERVERINFO (any other drops it). A
  /// new link of the same server replaces the old one.
  ZabActions connected(const QuorumPacket& info, Instant now);
  /// ACKEPOCH, ACK; other packets only prove that the learner is alive.
  ZabActions receive(ServerId from, const QuorumPacket& packet, Instant now);
  /// The link to the learner is gone.
  ZabActions disconnected(ServerId learner, Instant now);
  /// The leader's own log is durable up to `zxid`.
  ZabActions logged(Zxid zxid, Instant now);
  /// A new transaction, numbered next_zxid(). Only in broadcast.
  ZabActions propose(const Transaction& transaction, Instant now);
  /// A sync that a learner asks for: it is answered once what is outstanding now has committed.
  /// With the leader's own id, of a client of the leader: at once, for what is committed here is
  /// applied (Z-SN-1).
  ZabActions sync(ServerId from, SessionId session, std::int32_t xid);
  /// To be called at each deadline(): half ticks, and the limits before establishment.
  ZabActions expire(Instant now);
  Instant deadline() const;

  Phase phase() const { return phase_; }
  std::int64_t epoch() const { return epoch_; }  // once proposed
  /// (epoch, counter) of the next proposal; nothing may be proposed where the counter is used up
  /// (Z-ZX-3): propose() gives up then.
  Zxid next_zxid() const;
  /// The next propose() gives up, instead of numbering what it is given (Z-ZX-3).
  bool is_counter_used_up() const;
  /// The marker (epoch, 0) once established, before anything has committed (Z-ZX-2).
  Zxid last_committed() const { return processed_; }
  std::int64_t outstanding() const {
    return static_cast<std::int64_t>(outstanding_.proposals().size());
  }
  /// Learners that are up to date, for `mntr`.
  std::int64_t synced_followers() const { return count_up_to_date(false); }
  std::int64_t synced_observers() const { return count_up_to_date(true); }
  std::int64_t pending_syncs() const { return static_cast<std::int64_t>(syncs_.size()); }

 private:
  /// How far a learner has come. From `syncing` on all traffic goes to it.
  enum class Stage { informed, promised, syncing, adopted, up_to_date };
  struct Sent {
    Zxid zxid;
    Instant at;
  };
  struct Learner {
    bool is_observer = false;
    Stage stage = Stage::informed;
    bool was_told_epoch = false;
    Zxid last_zxid;  // as ACKEPOCH says
    Instant heard;
    std::int64_t synced_until = 0;  // tick (Z-TM-3)
    std::deque<Sent> unacked;       // proposals (Z-TM-4)
  };

  // discovery
  void propose_epoch(Instant now);
  void tell_epoch(ServerId id, Learner& learner);
  void on_ack_epoch(ServerId from, Learner& learner, const QuorumPacket& packet, Instant now);
  void adopt_epoch(Instant now);
  // synchronization
  void synchronize(ServerId id, Learner& learner, Instant now);
  void send_history(ServerId id, Learner& learner, const SyncPlan& plan, Instant now);
  void on_ack(ServerId from, Learner& learner, const QuorumPacket& packet, Instant now);
  void establish(Instant now);
  void bring_up_to_date(ServerId id, Learner& learner, Instant now);
  // broadcast
  void commit_what_is_acked();
  void answer_syncs_up_to(Zxid zxid);
  void send_pings();
  void check_learners(Instant now);
  void check_quorum();

  static bool is_forwarded_to(const Learner& learner) { return learner.stage >= Stage::syncing; }
  std::int64_t count_up_to_date(bool observers) const;
  Duration limit(std::int32_t ticks) const { return settings_.tick * ticks; }
  void send(ServerId to, PacketType type, Zxid zxid);
  void send_transaction(ServerId to, PacketType type, const Transaction& transaction);
  void drop(ServerId learner, std::string why);
  /// The learner said what it may never say here.
  void refuse(ServerId learner, std::string why);
  void give_up(std::string why);
  ZabActions take_actions();

  ServerId self_;
  QuorumVerifier verifier_;
  LeadershipSettings settings_;
  LeaderHistory history_;

  Phase phase_ = Phase::discovery;
  bool is_over_ = false;
  std::int64_t epoch_ = 0;             // 0: not yet proposed
  std::int64_t highest_accepted_ = 0;  // of all that were heard
  bool is_alone_ = false;              // a quorum by itself
  Instant stage_ends_;                 // the limit of the wait that is on, before establishment
  std::set<ServerId> promised_;        // counted ACKEPOCHs
  std::set<ServerId> adopted_;         // counted ACKs of NEWLEADER
  std::map<ServerId, Learner> learners_;

  Zxid last_proposed_;
  Zxid processed_;  // committed and applied
  OutstandingProposals outstanding_;
  struct WaitingSync {
    Zxid after;
    ServerId from;
    SessionId session;
    std::int32_t xid = 0;
  };
  std::deque<WaitingSync> syncs_;

  Instant next_half_tick_;
  bool is_half_ = false;  // the next one is in the middle of a tick
  std::int64_t tick_ = 0;

  ZabActions actions_;
};

}  // namespace logquake::zookeeper
