#include "models/broker/replication/partition_replica.h"

#include <algorithm>

#include "sim/base/check.h"

namespace logquake::kafka {

namespace {

constexpr Offset unknown_end{-1};

bool contains(std::span<const BrokerId> brokers, BrokerId broker) {
  return std::ranges::find(brokers, broker) != brokers.end();
}

}  // namespace

std::string_view name_of(ReplicaRole role) {
  switch (role) {
    case ReplicaRole::none:
      return "none";
    case ReplicaRole::leader:
      return "leader";
    case ReplicaRole::follower:
      return "follower";
  }
  return "none";
}

void PartitionReplica::take_assignment(const PartitionState& state) {
  leader_ = state.leader;
  leader_epoch_ = state.leader_epoch;
  partition_epoch_ = state.partition_epoch;
  replicas_ = state.replicas;
  isr_ = state.isr;
  pending_.reset();  // whatever was in flight, this state is newer (K-ISR-7)
}

ReplicaEffects PartitionReplica::become_leader(const PartitionState& state,
                                               const ReplicaView& view) {
  LOGQUAKE_CHECK(accepts(state), "a leader is made by no state older than the known one");
  const bool led_before = role_ == ReplicaRole::leader;
  const bool is_new_epoch = !led_before || state.leader_epoch > leader_epoch_;
  take_assignment(state);
  role_ = ReplicaRole::leader;
  if (!led_before) leading_since_ = leader_epoch_;

  std::erase_if(followers_,
                [this](const auto& entry) { return !contains(replicas_, entry.first); });
  for (const BrokerId replica : replicas_) {
    if (replica != self_) followers_.try_emplace(replica);
  }
  if (is_new_epoch) {
    epoch_start_ = view.log_end;
    for (auto& [follower, progress] : followers_) {
      const bool in_sync = contains(isr_, follower);
      if (!led_before) progress = Progress{};
      progress.last_caught_up = in_sync ? std::optional(view.now) : std::nullopt;
      progress.last_fetch = led_before && in_sync ? std::optional(view.now) : std::nullopt;
      progress.leader_end_at_last_fetch = led_before ? view.log_end : unknown_end;
    }
  }
  return {.high_watermark = advance_high_watermark(view), .propose = std::nullopt};
}

void PartitionReplica::become_follower(const PartitionState& state) {
  LOGQUAKE_CHECK(accepts(state), "a follower is made by no state older than the known one");
  take_assignment(state);
  isr_.clear();  // the leader's business from now on (K-REP-4)
  followers_.clear();
  role_ = ReplicaRole::follower;
}

void PartitionReplica::stop() {
  role_ = ReplicaRole::none;
  isr_.clear();
  followers_.clear();
  pending_.reset();
}

ReplicaEffects PartitionReplica::on_append(const ReplicaView& view) {
  return {.high_watermark = advance_high_watermark(view), .propose = std::nullopt};
}

ReplicaEffects PartitionReplica::on_follower_fetch(BrokerId follower, Offset fetch_offset,
                                                   Offset follower_log_start, Offset leader_end,
                                                   const ReplicaView& view) {
  const auto found = followers_.find(follower);
  if (role_ != ReplicaRole::leader || found == followers_.end()) return {};
  Progress& progress = found->second;
  const Offset previous_end = progress.log_end;

  std::optional<Instant> caught_up;
  if (fetch_offset >= leader_end) {
    caught_up = view.now;
  } else if (progress.last_fetch && fetch_offset >= progress.leader_end_at_last_fetch) {
    caught_up = progress.last_fetch;
  }
  if (caught_up && (!progress.last_caught_up || *caught_up > *progress.last_caught_up)) {
    progress.last_caught_up = caught_up;
  }
  progress.log_end = fetch_offset;
  progress.log_start = follower_log_start;
  progress.leader_end_at_last_fetch = leader_end;
  progress.last_fetch = view.now;

  ReplicaEffects effects;
  if (may_join(follower, progress, view)) {
    auto isr = isr_;
    isr.push_back(follower);
    effects.propose = propose(std::move(isr));
  }
  if (progress.log_end != previous_end) effects.high_watermark = advance_high_watermark(view);
  return effects;
}

bool PartitionReplica::may_join(BrokerId follower, const Progress& progress,
                                const ReplicaView& view) const {
  if (pending_ || contains(isr_, follower) || !contains(view.live, follower)) return false;
  if (progress.log_end < view.high_watermark) return false;
  return !rules_.expand_needs_epoch_start || progress.log_end >= epoch_start_;
}

bool PartitionReplica::is_caught_up(const Progress& progress, const ReplicaView& view) const {
  if (progress.log_end == view.log_end) return true;
  return progress.last_caught_up && view.now - *progress.last_caught_up <= rules_.lag_time_max;
}

ReplicaEffects PartitionReplica::check_lag(const ReplicaView& view) {
  if (role_ != ReplicaRole::leader || pending_) return {};
  auto isr = isr_;
  std::erase_if(isr, [&](BrokerId member) {
    if (member == self_) return false;
    const auto found = followers_.find(member);
    return found == followers_.end() || !is_caught_up(found->second, view);
  });
  if (isr.size() == isr_.size()) return {};
  return {.high_watermark = std::nullopt, .propose = propose(std::move(isr))};
}

IsrProposal PartitionReplica::propose(std::vector<BrokerId> isr) {
  pending_ = IsrProposal{std::move(isr), leader_epoch_, partition_epoch_};
  return *pending_;
}

ReplicaEffects PartitionReplica::on_isr_stored(const IsrProposal& proposal,
                                               std::int32_t partition_epoch,
                                               const ReplicaView& view) {
  if (role_ != ReplicaRole::leader || pending_ != proposal || partition_epoch < partition_epoch_)
    return {};
  isr_ = proposal.isr;
  partition_epoch_ = partition_epoch;
  pending_.reset();
  return {.high_watermark = advance_high_watermark(view), .propose = std::nullopt};
}

void PartitionReplica::on_isr_refused(const IsrProposal& proposal) {
  if (pending_ == proposal) pending_.reset();
}

std::vector<BrokerId> PartitionReplica::maximal_isr() const {
  auto isr = isr_;
  if (pending_) {
    for (const BrokerId member : pending_->isr) {
      if (!contains(isr, member)) isr.push_back(member);
    }
  }
  return isr;
}

std::int32_t PartitionReplica::effective_min_isr() const {
  return std::min(rules_.min_insync_replicas, static_cast<std::int32_t>(replicas_.size()));
}

Offset PartitionReplica::follower_end(BrokerId follower) const {
  const auto found = followers_.find(follower);
  return found == followers_.end() ? unknown_end : found->second.log_end;
}

std::optional<Offset> PartitionReplica::advance_high_watermark(const ReplicaView& view) const {
  if (role_ != ReplicaRole::leader) return std::nullopt;
  if (static_cast<std::int32_t>(isr_.size()) < effective_min_isr())
    return std::nullopt;  // K-REP-22

  const auto counted = maximal_isr();
  Offset candidate = view.log_end;
  for (const auto& [follower, progress] : followers_) {
    const bool counts = contains(counted, follower) ||
                        (contains(view.live, follower) && is_caught_up(progress, view));
    if (counts) candidate = std::min(candidate, progress.log_end);
  }
  // A member of the ISR that is no replica (K-REP-44) has never fetched: nothing can be promised
  // for it.
  for (const BrokerId member : counted) {
    if (member != self_ && !followers_.contains(member)) candidate = unknown_end;
  }
  if (candidate <= view.high_watermark) return std::nullopt;
  return candidate;
}

ErrorCode PartitionReplica::check_epoch(LeaderEpoch requested) const {
  if (requested == no_leader_epoch || requested == leader_epoch_) return ErrorCode::none;
  return requested < leader_epoch_ ? ErrorCode::fenced_leader_epoch
                                   : ErrorCode::unknown_leader_epoch;
}

ErrorCode PartitionReplica::check_follower(BrokerId follower, LeaderEpoch requested) const {
  if (const auto error = check_epoch(requested); error != ErrorCode::none) return error;
  if (role_ != ReplicaRole::leader) return ErrorCode::not_leader_or_follower;
  if (!followers_.contains(follower)) {
    return requested == no_leader_epoch ? ErrorCode::not_leader_or_follower
                                        : ErrorCode::unknown_leader_epoch;
  }
  return ErrorCode::none;
}

ErrorCode PartitionReplica::check_enough_in_sync() const {
  return static_cast<std::int32_t>(isr_.size()) < effective_min_isr()
             ? ErrorCode::not_enough_replicas
             : ErrorCode::none;
}

std::optional<ErrorCode> PartitionReplica::acknowledge(Offset required, LeaderEpoch epoch,
                                                       Offset high_watermark) const {
  if (role_ != ReplicaRole::leader || epoch < leading_since_)
    return ErrorCode::not_leader_or_follower;
  if (high_watermark < required) return std::nullopt;
  const auto in_sync = static_cast<std::int32_t>(maximal_isr().size());
  return in_sync < effective_min_isr() ? ErrorCode::not_enough_replicas_after_append
                                       : ErrorCode::none;
}

bool logs_diverge(LeaderEpoch leader_epoch, Offset leader_end, LeaderEpoch last_fetched_epoch,
                  Offset fetch_offset) {
  return leader_epoch < last_fetched_epoch || leader_end < fetch_offset;
}

Offset truncation_point(LeaderEpoch diverging_epoch, Offset diverging_end, LeaderEpoch own_epoch,
                        Offset own_end, Offset log_end) {
  if (own_end == no_offset) return std::min(diverging_end, log_end);
  if (own_epoch == diverging_epoch) return std::min({own_end, diverging_end, log_end});
  return std::min(own_end, log_end);
}

}  // namespace logquake::kafka
