// A learner's side of ZAB as pure rules: a follower's or an observer's. Inputs go in, actions come
// out. Source: Z-DI-3, Z-DI-5, Z-DI-9, Z-DI-10, Z-SY-5 to Z-SY-8, Z-SY-10, Z-SY-11, Z-SY-15,
// Z-BC-2, Z-BC-4, Z-BC-7, Z-OB-1.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "models/quorum/zab/zab_action.h"

namespace logquake::zookeeper {

/// Mistakes of old versions, all off by default.
struct FollowingMistakes {
  bool ack_newleader_before_log = false;           // zk.ack-newleader-before-log (D-ZA1)
  bool clear_pending_at_newleader = false;         // zk.clear-pending-at-newleader (D-ZA5)
  bool proposal_ack_before_newleader_ack = false;  // zk.proposal-ack-before-newleader-ack (D-ZA6)
  bool advance_last_queued_before_apply = false;   // zk.advance-last-queued-before-apply (D-ZC1)
};

/// What the learner stands on.
struct LearnerHistory {
  std::int64_t accepted_epoch = 0;
  std::int64_t current_epoch = 0;
  Zxid last_zxid;  // of its log, all of it applied in memory and durable
};

class Following {
 public:
  enum class Phase { discovery, synchronization, broadcast };

  Following(ServerId self, bool is_observer, LearnerHistory history,
            FollowingMistakes mistakes = {});

  /// The link to the leader is up: FOLLOWERINFO or OBSERVERINFO leaves.
  ZabActions connected();
  /// What the leader says, but for SYNC, REVALIDATE and PING, which are the carrier's: SYNC comes
  /// as CompleteSync.
  ZabActions receive(const QuorumPacket& packet);
  /// The log is durable up to `zxid`: acks leave, one for each proposal, in order (Z-BC-3).
  ZabActions logged(Zxid zxid);

  Phase phase() const { return phase_; }
  bool is_serving() const { return phase_ == Phase::broadcast && !is_over_; }
  /// Its promise is above the leader's epoch: it cannot join before the next election (Z-DI-10).
  bool is_stranded() const { return is_stranded_; }
  /// The last one it knows of, which it will name as its last zxid when this leader is gone: the
  /// end of its log, but for the mistake `advance_last_queued_before_apply`.
  Zxid last_queued() const { return last_queued_; }

 private:
  void on_leader_info(const QuorumPacket& packet);
  void on_sync_start(const QuorumPacket& packet);
  void on_history(const QuorumPacket& packet);  // PROPOSAL, COMMIT and INFORM before NEWLEADER
  void on_new_leader(const QuorumPacket& packet);
  void on_up_to_date(const QuorumPacket& packet);
  void on_news(const QuorumPacket& packet);  // PROPOSAL, COMMIT and INFORM after NEWLEADER

  /// Whether the proposal is the next one. Source: Z-BC-7.
  bool accepts(Zxid zxid);
  bool can_read(const QuorumPacket& packet);
  void commit_history(Zxid zxid);
  void log_history();
  void log_uncommitted();
  void log(const Transaction& transaction);
  void deliver(const Transaction& transaction);
  void send(PacketType type, Zxid zxid);
  void give_up(std::string why);
  void exit(std::string why);
  ZabActions take_actions();

  ServerId self_;
  bool is_observer_;
  LearnerHistory history_;
  FollowingMistakes mistakes_;

  Phase phase_ = Phase::discovery;
  bool is_over_ = false;  // gave up or failed
  bool is_stranded_ = false;
  bool has_leader_info_ = false;
  bool is_adopted_ = false;  // NEWLEADER has been acked
  std::int64_t epoch_ = 0;   // the leader's
  Zxid last_queued_;

  // The synchronization, up to NEWLEADER.
  bool needs_snapshot_ = false;
  std::vector<Transaction> history_committed_;
  std::deque<Transaction> history_uncommitted_;
  Zxid cleared_up_to_;  // the mistake `clear_pending_at_newleader`: these have no queue to be in

  std::deque<Transaction> pending_;             // in the log (or on its way), no COMMIT yet
  std::deque<Zxid> unacked_;                    // on its way into the log
  std::vector<Transaction> waits_for_serving_;  // committed between NEWLEADER and UPTODATE

  ZabActions actions_;
};

}  // namespace logquake::zookeeper
