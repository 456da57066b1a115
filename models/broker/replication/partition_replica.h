// The rules of one replica of a partition: who leads, who is in sync, what is committed. A pure
// state machine: it is told what happened and answers what is to be done; logs, ZooKeeper and the
// network are its carrier's business (partition.h). Source: K-REP 2.1 to 2.6, K-ISR.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/protocol/errors.h"
#include "models/protocol/ids.h"
#include "sim/base/time.h"

namespace logquake::kafka {

/// What the controller says about a partition (K-REP-1). `partition_epoch` is the version of the
/// partition's state znode.
struct PartitionState {
  BrokerId leader = no_broker;
  LeaderEpoch leader_epoch = no_leader_epoch;
  std::vector<BrokerId> isr;
  std::vector<BrokerId> replicas;
  std::int32_t partition_epoch = -1;
  bool operator==(const PartitionState&) const = default;
};

/// Settings of the rules; the switches are defects of old versions and are right as they stand.
struct ReplicaRules {
  Duration lag_time_max = 30s;           // replica.lag.time.max.ms
  std::int32_t min_insync_replicas = 1;  // of the topic
  bool expand_needs_epoch_start = true;  // K-ISR-2; off: KAFKA-7128
};

/// The world around the replica at the instant of an input.
struct ReplicaView {
  Instant now;                     // the node's monotonic clock
  Offset log_end;                  // of the replica's own log
  Offset high_watermark;           // which the log keeps
  std::span<const BrokerId> live;  // brokers alive in the metadata cache (K-ISR-3)
};

/// A change of the ISR that the leader wants stored, conditional on `partition_epoch`.
struct IsrProposal {
  std::vector<BrokerId> isr;
  LeaderEpoch leader_epoch;
  std::int32_t partition_epoch = -1;
  bool operator==(const IsrProposal&) const = default;
};

/// What the carrier is to do, in this order.
struct ReplicaEffects {
  std::optional<Offset> high_watermark;  // raise the log's to here
  std::optional<IsrProposal>
      propose;  // store this; answer with on_isr_stored() or on_isr_refused()
  bool operator==(const ReplicaEffects&) const = default;
};

enum class ReplicaRole : std::uint8_t { none, leader, follower };
std::string_view name_of(ReplicaRole role);

class PartitionReplica {
 public:
  PartitionReplica(BrokerId self, ReplicaRules rules) : self_(self), rules_(rules) {}

  /// Whether this state is not older than what is known: to be asked before taking up any role
  /// (K-REP-3, 4).
  bool accepts(const PartitionState& state) const {
    return state.partition_epoch >= partition_epoch_;
  }
  /// K-REP-3. The caller has added (leader_epoch, log_end) to the epoch cache before.
  ReplicaEffects become_leader(const PartitionState& state, const ReplicaView& view);
  /// K-REP-4.
  void become_follower(const PartitionState& state);
  /// The replica stays but neither leads nor follows (StopReplica without delete).
  void stop();

  /// The leader's own log has grown.
  ReplicaEffects on_append(const ReplicaView& view);
  /// A follower's fetch was accepted and does not diverge: it has everything below `fetch_offset`
  /// (K-REP-13, 14). `leader_end` is the leader's log end before the read. Ignored for brokers that
  /// are no replicas.
  ReplicaEffects on_follower_fetch(BrokerId follower, Offset fetch_offset,
                                   Offset follower_log_start, Offset leader_end,
                                   const ReplicaView& view);
  /// Drops members that lag (K-ISR-1). To be asked every half of replica.lag.time.max.ms.
  ReplicaEffects check_lag(const ReplicaView& view);

  /// The proposal is stored under the new partition epoch (K-ISR-7). Ignored if it is not the one
  /// in flight.
  ReplicaEffects on_isr_stored(const IsrProposal& proposal, std::int32_t partition_epoch,
                               const ReplicaView& view);
  /// It is certainly not stored and never will be: back to the last committed set.
  void on_isr_refused(const IsrProposal& proposal);

  /// Fencing: FENCED_LEADER_EPOCH, UNKNOWN_LEADER_EPOCH or NONE (K-REP-11).
  ErrorCode check_epoch(LeaderEpoch requested) const;
  /// Whether this follower may fetch from here: first the epoch, then leadership, then membership
  /// (K-REP-11).
  ErrorCode check_follower(BrokerId follower, LeaderEpoch requested) const;
  /// Before an append with acks=all: NOT_ENOUGH_REPLICAS or NONE (K-LOG-12).
  ErrorCode check_enough_in_sync() const;
  /// Whether an append with acks=all that was made in `epoch` and reaches up to `required` can be
  /// answered: nothing while it must wait, else NONE, NOT_ENOUGH_REPLICAS_AFTER_APPEND or, if this
  /// broker has not led without interruption since, NOT_LEADER_OR_FOLLOWER (K-REP-26).
  std::optional<ErrorCode> acknowledge(Offset required, LeaderEpoch epoch,
                                       Offset high_watermark) const;
  /// Whether "latest" offsets may be served: not before the high watermark has reached the start of
  /// the leader's epoch (K-REP-24).
  bool serves_latest(Offset high_watermark) const { return high_watermark >= epoch_start_; }

  ReplicaRole role() const { return role_; }
  bool is_leader() const { return role_ == ReplicaRole::leader; }
  BrokerId self() const { return self_; }
  BrokerId leader() const { return leader_; }
  LeaderEpoch leader_epoch() const { return leader_epoch_; }
  std::int32_t partition_epoch() const { return partition_epoch_; }
  Offset epoch_start() const { return epoch_start_; }
  const std::vector<BrokerId>& replicas() const { return replicas_; }
  const std::vector<BrokerId>& isr() const { return isr_; }  // committed
  bool is_isr_change_in_flight() const { return pending_.has_value(); }
  bool is_in_flight(const IsrProposal& proposal) const { return pending_ == proposal; }
  /// Committed members and those that are about to join; those about to leave still count
  /// (K-REP-21).
  std::vector<BrokerId> maximal_isr() const;
  std::int32_t effective_min_isr() const;
  /// The follower's log end as its last accepted fetch told; -1 while unknown in this epoch.
  Offset follower_end(BrokerId follower) const;
  void set_min_insync_replicas(std::int32_t value) { rules_.min_insync_replicas = value; }

 private:
  struct Progress {
    Offset log_end{-1};
    Offset log_start{-1};
    std::optional<Instant> last_caught_up;  // nothing: never
    std::optional<Instant> last_fetch;
    Offset leader_end_at_last_fetch{-1};
  };

  bool is_caught_up(const Progress& progress, const ReplicaView& view) const;
  bool may_join(BrokerId follower, const Progress& progress, const ReplicaView& view) const;
  /// K-REP-20, K-REP-22. The new high watermark if it rises.
  std::optional<Offset> advance_high_watermark(const ReplicaView& view) const;
  IsrProposal propose(std::vector<BrokerId> isr);
  void take_assignment(const PartitionState& state);

  BrokerId self_;
  ReplicaRules rules_;
  ReplicaRole role_ = ReplicaRole::none;
  BrokerId leader_ = no_broker;
  LeaderEpoch leader_epoch_ = no_leader_epoch;
  LeaderEpoch leading_since_ =
      no_leader_epoch;  // of a leader: the first epoch of its unbroken term
  std::int32_t partition_epoch_ = -1;
  std::vector<BrokerId> replicas_;
  std::vector<BrokerId> isr_;
  std::optional<IsrProposal> pending_;      // Invariant: only a leader has one
  Offset epoch_start_;                      // the log's end when this leader epoch began
  std::map<BrokerId, Progress> followers_;  // of a leader: every replica but itself
};

/// What a leader answers to "my last batch is of this epoch and I want to go on at `fetch_offset`":
/// its own end of that epoch where the logs part, or nothing where they agree so far. `leader_end`
/// is its epoch cache's answer for that epoch. Source: K-REP-30.
bool logs_diverge(LeaderEpoch leader_epoch, Offset leader_end, LeaderEpoch last_fetched_epoch,
                  Offset fetch_offset);

/// Where a follower cuts its log when the leader says that `diverging_epoch` ends at
/// `diverging_end`. `own_epoch` and `own_end` are its own epoch cache's answer for that epoch (-1,
/// -1: none). Source: K-REP-31.
Offset truncation_point(LeaderEpoch diverging_epoch, Offset diverging_end, LeaderEpoch own_epoch,
                        Offset own_end, Offset log_end);

}  // namespace logquake::kafka
