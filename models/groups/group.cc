#include "models/groups/group.h"

#include <algorithm>
#include <utility>

#include "sim/base/check.h"

namespace logquake::kafka {
namespace {

constexpr Duration new_member_timeout = 5min;  // K-GRP-8

JoinGroupResponse refused_join(ErrorCode error, std::string member) {
  return {.error_code = error, .member_id = std::move(member)};
}

SyncGroupResponse refused_sync(ErrorCode error) { return {.error_code = error}; }

const Bytes* metadata_for(const StoredMember& member, std::string_view protocol) {
  const auto found =
      std::find_if(member.protocols.begin(), member.protocols.end(),
                   [&](const JoinGroupProtocol& one) { return one.name == protocol; });
  return found == member.protocols.end() ? nullptr : &found->metadata;
}

}  // namespace

std::string_view name_of(GroupState state) {
  switch (state) {
    case GroupState::empty:
      return "Empty";
    case GroupState::preparing_rebalance:
      return "PreparingRebalance";
    case GroupState::completing_rebalance:
      return "CompletingRebalance";
    case GroupState::stable:
      return "Stable";
    case GroupState::dead:
      return "Dead";
  }
  return "Dead";
}

Group Group::load(std::string id, const GroupRules& rules, const GroupSnapshot& snapshot,
                  Instant now) {
  Group group(std::move(id), rules);
  group.protocol_type_ = snapshot.protocol_type;
  group.generation_ = snapshot.generation;
  group.protocol_ = snapshot.protocol;
  group.leader_ = snapshot.leader;
  for (const auto& about : snapshot.members) {
    Member member{.about = about, .has_synced = true};
    group.renew_session(member, now);
    group.members_.emplace(about.id, std::move(member));
  }
  group.state_ = group.members_.empty() ? GroupState::empty : GroupState::stable;
  return group;
}

std::vector<StoredMember> Group::members() const {
  std::vector<StoredMember> members;
  for (const auto& [id, member] : members_) members.push_back(member.about);
  return members;
}

Bytes Group::metadata_of(const StoredMember& member) const {
  const Bytes* metadata = protocol_ ? metadata_for(member, *protocol_) : nullptr;
  return metadata == nullptr ? Bytes{} : *metadata;
}

// ---- joining ----

bool Group::accepts(std::string_view member) const {
  const auto known = members_.find(member);
  if (state_ == GroupState::preparing_rebalance) {
    const auto parked = std::count_if(members_.begin(), members_.end(), [](const auto& entry) {
      return entry.second.joining.has_value();
    });
    return (known != members_.end() && known->second.joining) || parked < rules_.max_size;
  }
  if (state_ == GroupState::completing_rebalance || state_ == GroupState::stable) {
    return known != members_.end() || std::cmp_less(members_.size(), rules_.max_size);
  }
  return true;
}

bool Group::supports(const JoinGroupRequest& request) const {
  if (request.protocol_type.empty() || request.protocols.empty()) return false;
  if (state_ == GroupState::empty) return true;
  if (request.protocol_type != protocol_type_) return false;
  return std::any_of(request.protocols.begin(), request.protocols.end(),
                     [&](const JoinGroupProtocol& offered) {
                       return std::all_of(members_.begin(), members_.end(), [&](const auto& entry) {
                         return metadata_for(entry.second.about, offered.name) != nullptr;
                       });
                     });
}

GroupEffects Group::join(const JoinGroupRequest& request, const JoinContext& context, Instant now) {
  const bool is_new = request.member_id.empty();
  const auto answer = [&](JoinGroupResponse response) {
    GroupEffects effects;
    effects.joins.push_back({context.tag, std::move(response)});
    return effects;
  };
  if (!accepts(request.member_id))
    return answer(refused_join(ErrorCode::group_max_size_reached, {}));
  if (state_ == GroupState::dead) {
    return answer(refused_join(ErrorCode::coordinator_not_available, request.member_id));
  }
  if (!supports(request)) {
    return answer(refused_join(ErrorCode::inconsistent_group_protocol, request.member_id));
  }
  if (is_new && context.requires_member_id) {
    pending_[context.new_member_id] = now + std::chrono::milliseconds(request.session_timeout_ms);
    return answer(refused_join(ErrorCode::member_id_required, context.new_member_id));
  }
  if (is_new) return add(request, context, context.new_member_id, now);
  if (pending_.contains(request.member_id)) return add(request, context, request.member_id, now);
  const auto found = members_.find(request.member_id);
  if (found == members_.end())
    return answer(refused_join(ErrorCode::unknown_member_id, request.member_id));

  Member& member = found->second;
  const bool is_same = member.about.protocols == request.protocols;
  const bool is_leader = leader_ == member.about.id;
  switch (state_) {
    case GroupState::preparing_rebalance:
      return rejoin(request, context, member, now);
    case GroupState::completing_rebalance:
      if (!is_same) return rejoin(request, context, member, now);
      renew_session(member, now);
      return answer(current_generation(member, is_leader));
    case GroupState::stable:
      if (!is_same || is_leader) return rejoin(request, context, member, now);
      renew_session(member, now);
      return answer(current_generation(member, false));
    case GroupState::empty:
    case GroupState::dead:
      break;
  }
  return answer(refused_join(ErrorCode::unknown_member_id, request.member_id));
}

GroupEffects Group::add(const JoinGroupRequest& request, const JoinContext& context, std::string id,
                        Instant now) {
  GroupEffects effects;
  pending_.erase(id);
  if (state_ == GroupState::preparing_rebalance && generation_ == Generation{0})
    new_member_came_ = true;
  if (members_.empty()) protocol_type_ = request.protocol_type;
  if (!leader_) leader_ = id;
  Member& member = members_[id];
  member.about = {.id = id,
                  .client_id = context.client_id,
                  .client_host = context.client_host,
                  .rebalance_timeout = std::chrono::milliseconds(request.rebalance_timeout_ms),
                  .session_timeout = std::chrono::milliseconds(request.session_timeout_ms),
                  .protocols = request.protocols,
                  .assignment = {}};
  member.joining = context.tag;
  member.is_new = true;
  member.session_end = now + new_member_timeout;
  effects.joined.push_back(id);
  if (state_ == GroupState::preparing_rebalance) {
    maybe_complete_join(now, effects);
  } else {
    prepare_rebalance("a member joined", now, effects);
  }
  return effects;
}

GroupEffects Group::rejoin(const JoinGroupRequest& request, const JoinContext& context,
                           Member& member, Instant now) {
  GroupEffects effects;
  if (member.joining) {  // an older request, of a connection that is gone
    effects.joins.push_back(
        {*member.joining, refused_join(ErrorCode::rebalance_in_progress, member.about.id)});
  }
  const bool has_changed = member.about.protocols != request.protocols;
  member.about.protocols = request.protocols;
  member.about.rebalance_timeout = std::chrono::milliseconds(request.rebalance_timeout_ms);
  member.about.session_timeout = std::chrono::milliseconds(request.session_timeout_ms);
  member.joining = context.tag;
  renew_session(member, now);
  if (state_ == GroupState::preparing_rebalance) {
    maybe_complete_join(now, effects);
  } else {
    prepare_rebalance(has_changed ? "a member changed its subscription" : "the leader joined again",
                      now, effects);
  }
  return effects;
}

JoinGroupResponse Group::current_generation(const Member& member, bool with_members) const {
  JoinGroupResponse response{.generation_id = generation_,
                             .protocol_type = protocol_type_,
                             .protocol_name = protocol_,
                             .leader = leader_.value_or(""),
                             .member_id = member.about.id};
  if (!with_members) return response;
  for (const auto& [id, other] : members_) {
    response.members.push_back({.member_id = id, .metadata = metadata_of(other.about)});
  }
  return response;
}

void Group::prepare_rebalance(std::string why, Instant now, GroupEffects& effects) {
  if (state_ == GroupState::completing_rebalance)
    fail_syncs(ErrorCode::rebalance_in_progress, effects);
  storing_.reset();
  sync_deadline_.reset();
  is_initial_delay_ = state_ == GroupState::empty;
  if (is_initial_delay_) {
    new_member_came_ = false;
    initial_delay_left_ =
        std::max(rebalance_timeout() - rules_.initial_rebalance_delay, Duration::zero());
    join_deadline_ = now + rules_.initial_rebalance_delay;
  } else {
    join_deadline_ = now + rebalance_timeout();
  }
  change_to(GroupState::preparing_rebalance, std::move(why), effects);
  maybe_complete_join(now, effects);
}

void Group::maybe_complete_join(Instant now, GroupEffects& effects) {
  if (state_ != GroupState::preparing_rebalance || is_initial_delay_ || !pending_.empty()) return;
  const bool all_came = std::all_of(members_.begin(), members_.end(), [](const auto& entry) {
    return entry.second.joining.has_value();
  });
  if (all_came) complete_join(now, effects);
}

void Group::pass_join_deadline(Instant now, GroupEffects& effects) {
  if (is_initial_delay_ && new_member_came_ && initial_delay_left_ > Duration::zero()) {
    const Duration extension = std::min(rules_.initial_rebalance_delay, initial_delay_left_);
    initial_delay_left_ -= extension;
    new_member_came_ = false;
    join_deadline_ = now + extension;
    return;
  }
  complete_join(now, effects);
}

void Group::complete_join(Instant now, GroupEffects& effects) {
  for (auto at = members_.begin(); at != members_.end();) {
    const auto member = at++;
    if (!member->second.joining) forget(member, "did not rejoin", effects);
  }
  join_deadline_.reset();
  is_initial_delay_ = false;
  ++generation_;
  if (members_.empty()) {
    protocol_.reset();
    change_to(GroupState::empty, "no member is left", effects);
    effects.store = StoreGroup{.snapshot = snapshot(), .awaits_answer = false};
    return;
  }
  protocol_ = choose_protocol();
  change_to(GroupState::completing_rebalance, "all members have joined", effects);
  sync_deadline_ = now + rebalance_timeout();
  for (auto& [id, member] : members_) {
    effects.joins.push_back({*member.joining, current_generation(member, leader_ == id)});
    member.joining.reset();
    member.is_new = false;
    member.has_synced = false;
    renew_session(member, now);
  }
}

std::string Group::choose_protocol() const {
  std::map<std::string, int> votes;  // ties go to the smallest name (K-GRP-3)
  for (const auto& [id, member] : members_) {
    for (const auto& offered : member.about.protocols) {
      const bool is_common = std::all_of(members_.begin(), members_.end(), [&](const auto& entry) {
        return metadata_for(entry.second.about, offered.name) != nullptr;
      });
      if (!is_common) continue;
      ++votes[offered.name];
      break;
    }
  }
  LOGQUAKE_CHECK(!votes.empty(), "members without a common protocol were let in");
  return std::max_element(votes.begin(), votes.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

// ---- syncing ----

GroupEffects Group::sync(const SyncGroupRequest& request, ReplyTag tag, Instant now) {
  GroupEffects effects;
  const auto answer = [&](SyncGroupResponse response) {
    effects.syncs.push_back({tag, std::move(response)});
    return effects;
  };
  if (state_ == GroupState::dead) return answer(refused_sync(ErrorCode::coordinator_not_available));
  const auto found = members_.find(request.member_id);
  if (found == members_.end()) return answer(refused_sync(ErrorCode::unknown_member_id));
  if (request.generation_id != generation_)
    return answer(refused_sync(ErrorCode::illegal_generation));
  const bool other_type = request.protocol_type && *request.protocol_type != protocol_type_;
  const bool other_name = request.protocol_name && request.protocol_name != protocol_;
  if (other_type || other_name) return answer(refused_sync(ErrorCode::inconsistent_group_protocol));

  Member& member = found->second;
  if (state_ == GroupState::preparing_rebalance)
    return answer(refused_sync(ErrorCode::rebalance_in_progress));
  member.has_synced = true;
  renew_session(member, now);
  if (state_ == GroupState::stable) {
    return answer({.protocol_type = protocol_type_,
                   .protocol_name = protocol_,
                   .assignment = member.about.assignment});
  }
  if (member.syncing) {
    effects.syncs.push_back({*member.syncing, refused_sync(ErrorCode::rebalance_in_progress)});
  }
  member.syncing = tag;
  if (leader_ != member.about.id || storing_) return effects;
  storing_.emplace();
  for (const auto& [id, other] : members_) (*storing_)[id] = {};
  for (const auto& given : request.assignments) {
    if (has(given.member_id)) (*storing_)[given.member_id] = given.assignment;
  }
  effects.store = StoreGroup{.snapshot = snapshot(), .awaits_answer = true};
  return effects;
}

GroupEffects Group::stored(Generation generation, ErrorCode error, Instant now) {
  GroupEffects effects;
  if (state_ != GroupState::completing_rebalance || generation != generation_ || !storing_)
    return effects;
  if (error != ErrorCode::none) {
    fail_syncs(error, effects);
    prepare_rebalance("the assignment could not be stored", now, effects);
    return effects;
  }
  change_to(GroupState::stable, "the assignment is stored", effects);
  for (auto& [id, member] : members_) {
    member.about.assignment = std::move((*storing_)[id]);
    if (!member.syncing) continue;
    effects.syncs.push_back({*member.syncing,
                             {.protocol_type = protocol_type_,
                              .protocol_name = protocol_,
                              .assignment = member.about.assignment}});
    member.syncing.reset();
    renew_session(member, now);
  }
  storing_.reset();
  return effects;
}

void Group::fail_syncs(ErrorCode error, GroupEffects& effects) {
  for (auto& [id, member] : members_) {
    member.about.assignment.clear();
    if (!member.syncing) continue;
    effects.syncs.push_back({*member.syncing, refused_sync(error)});
    member.syncing.reset();
  }
}

bool Group::awaits_syncs() const {
  return std::any_of(members_.begin(), members_.end(),
                     [](const auto& entry) { return !entry.second.has_synced; });
}

void Group::pass_sync_deadline(Instant now, GroupEffects& effects) {
  sync_deadline_.reset();
  for (auto at = members_.begin(); at != members_.end();) {
    const auto member = at++;
    if (!member->second.has_synced) forget(member, "did not sync", effects);
  }
  prepare_rebalance("members did not sync", now, effects);
}

// ---- staying and leaving ----

ErrorCode Group::heartbeat(std::string_view id, Generation generation, Instant now) {
  if (state_ == GroupState::dead) return ErrorCode::coordinator_not_available;
  const auto member = members_.find(id);
  if (member == members_.end()) return ErrorCode::unknown_member_id;
  if (generation != generation_) return ErrorCode::illegal_generation;
  renew_session(member->second, now);
  return state_ == GroupState::preparing_rebalance ? ErrorCode::rebalance_in_progress
                                                   : ErrorCode::none;
}

ErrorCode Group::check_commit(std::string_view id, Generation generation, Instant now) {
  if (state_ == GroupState::dead) return ErrorCode::coordinator_not_available;
  if (state_ == GroupState::empty && generation < Generation{0}) return ErrorCode::none;
  const auto member = members_.find(id);
  if (member == members_.end()) return ErrorCode::unknown_member_id;
  if (generation != generation_) return ErrorCode::illegal_generation;
  if (state_ == GroupState::completing_rebalance) return ErrorCode::rebalance_in_progress;
  renew_session(member->second, now);
  return ErrorCode::none;
}

ErrorCode Group::leave(const std::string& id, Instant now, GroupEffects& effects) {
  if (state_ == GroupState::dead) return ErrorCode::coordinator_not_available;
  if (pending_.erase(id) > 0) {
    maybe_complete_join(now, effects);
    return ErrorCode::none;
  }
  const auto member = members_.find(id);
  if (member == members_.end()) return ErrorCode::unknown_member_id;
  remove(member, "left", now, effects);
  return ErrorCode::none;
}

void Group::remove(Members::iterator member, std::string why, Instant now, GroupEffects& effects) {
  std::string reason = "a member " + why;
  forget(member, std::move(why), effects);
  if (state_ == GroupState::stable || state_ == GroupState::completing_rebalance) {
    prepare_rebalance(std::move(reason), now, effects);
  } else {
    maybe_complete_join(now, effects);
  }
}

void Group::forget(Members::iterator member, std::string why, GroupEffects& effects) {
  const std::string id = member->first;
  if (member->second.joining) {
    effects.joins.push_back(
        {*member->second.joining, refused_join(ErrorCode::unknown_member_id, {})});
  }
  if (member->second.syncing) {
    effects.syncs.push_back({*member->second.syncing, refused_sync(ErrorCode::unknown_member_id)});
  }
  members_.erase(member);
  effects.removed.push_back({id, std::move(why)});
  if (leader_ != id) return;
  // Whoever has rejoined, or else whoever is there (K-GRP-3).
  leader_.reset();
  for (const auto& [other, about] : members_) {
    if (!leader_ || (about.joining && !members_.at(*leader_).joining)) leader_ = other;
  }
}

// ---- time ----

std::optional<Instant> Group::next_deadline() const {
  std::optional<Instant> next;
  const auto consider = [&](Instant deadline) {
    next = next ? std::min(*next, deadline) : deadline;
  };
  for (const auto& [id, until] : pending_) consider(until);
  for (const auto& [id, member] : members_) {
    if (member.is_new || !member.is_waiting()) consider(member.session_end);
  }
  if (join_deadline_) consider(*join_deadline_);
  if (sync_deadline_ && awaits_syncs()) consider(*sync_deadline_);
  return next;
}

GroupEffects Group::on_time(Instant now) {
  GroupEffects effects;
  if (std::erase_if(pending_, [&](const auto& entry) { return entry.second <= now; }) > 0) {
    maybe_complete_join(now, effects);
  }
  std::vector<std::string> expired;
  for (const auto& [id, member] : members_) {
    if ((member.is_new || !member.is_waiting()) && member.session_end <= now) expired.push_back(id);
  }
  for (const auto& id : expired) {
    // An earlier one's removal may have completed the rebalance and renewed this session.
    const auto member = members_.find(id);
    if (member == members_.end() || member->second.session_end > now) continue;
    remove(member, "let its session expire", now, effects);
  }
  if (join_deadline_ && *join_deadline_ <= now) pass_join_deadline(now, effects);
  if (sync_deadline_ && *sync_deadline_ <= now) {
    if (awaits_syncs()) {
      pass_sync_deadline(now, effects);
    } else {
      sync_deadline_.reset();
    }
  }
  return effects;
}

GroupEffects Group::unload() {
  GroupEffects effects;
  for (auto& [id, member] : members_) {
    if (member.joining)
      effects.joins.push_back({*member.joining, refused_join(ErrorCode::not_coordinator, id)});
    member.joining.reset();
  }
  fail_syncs(ErrorCode::not_coordinator, effects);
  state_ = GroupState::dead;
  join_deadline_.reset();
  sync_deadline_.reset();
  pending_.clear();
  members_.clear();
  return effects;
}

// ---- helpers ----

void Group::change_to(GroupState state, std::string why, GroupEffects& effects) {
  state_ = state;
  effects.changes.push_back({.state = state, .generation = generation_, .why = std::move(why)});
}

Duration Group::rebalance_timeout() const {
  Duration longest{};
  for (const auto& [id, member] : members_)
    longest = std::max(longest, member.about.rebalance_timeout);
  return longest;
}

GroupSnapshot Group::snapshot() const {
  GroupSnapshot snapshot{.protocol_type = protocol_type_,
                         .generation = generation_,
                         .protocol = protocol_,
                         .leader = leader_};
  for (const auto& [id, member] : members_) {
    StoredMember stored = member.about;
    stored.protocols = {{.name = protocol_.value_or(""), .metadata = metadata_of(member.about)}};
    if (storing_) stored.assignment = storing_->at(id);
    snapshot.members.push_back(std::move(stored));
  }
  return snapshot;
}

}  // namespace logquake::kafka
