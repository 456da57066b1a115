#include "models/broker/coordinator/group_coordinator.h"

#include <algorithm>
#include <utility>

#include "models/broker/defects.h"
#include "models/broker/group_facts.h"
#include "models/broker/probes.h"
#include "models/protocol/consumer_protocol.h"
#include "models/protocol/wire/record_batch.h"
#include "sim/base/format.h"

namespace logquake::kafka {
namespace {

/// What a member is told when its assignment could not be written. Source: K-API-8.
ErrorCode store_error(ErrorCode error) {
  switch (error) {
    case ErrorCode::none:
      return ErrorCode::none;
    case ErrorCode::unknown_topic_or_partition:
    case ErrorCode::not_enough_replicas:
    case ErrorCode::not_enough_replicas_after_append:
      return ErrorCode::coordinator_not_available;
    case ErrorCode::not_leader_or_follower:
    case ErrorCode::kafka_storage_error:
      return ErrorCode::not_coordinator;
    case ErrorCode::request_timed_out:
      return ErrorCode::rebalance_in_progress;
    case ErrorCode::message_too_large:
    case ErrorCode::record_list_too_large:
    case ErrorCode::invalid_fetch_size:
      return ErrorCode::unknown_server_error;
    default:
      return error;
  }
}

JoinGroupResponse refused(ErrorCode error, const JoinGroupRequest& request) {
  return {.error_code = error, .member_id = request.member_id};
}

std::string uuid_text(std::uint64_t high, std::uint64_t low) {
  return logquake::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff,
                          high & 0xffff, low >> 48, low & 0xffff'ffff'ffff);
}

}  // namespace

std::int32_t partition_of_group(std::string_view group, std::int32_t partitions) {
  std::uint32_t hash = 0;  // java.lang.String.hashCode(), for names of ASCII characters
  for (const char c : group) hash = 31 * hash + static_cast<unsigned char>(c);
  const auto value = static_cast<std::int32_t>(hash);
  if (value == std::numeric_limits<std::int32_t>::min()) return 0;
  return (value < 0 ? -value : value) % partitions;
}

GroupCoordinator::GroupCoordinator(sim::Node& node, const BrokerConfig& config, LogManager& logs,
                                   GroupServices services)
    : node_(node),
      config_(config),
      logs_(logs),
      services_(std::move(services)),
      load_ordered_(node, "groups to load"),
      timers_changed_(node, "a group's deadline"),
      member_ids_(node.random().split("member-ids")),
      acknowledges_before_append_(node.has(offsets_acknowledged_early)),
      accepts_stale_generations_(node.has(stale_generation_accepted)),
      expires_when_unstable_(node.has(offsets_expire_when_unstable)) {}

void GroupCoordinator::start() {
  node_.spawn("group-loader", [this] { run_loader(); });
  node_.spawn("group-timers", [this] { run_timers(); });
  node_.spawn("group-offset-expiry", [this] {
    while (true) {
      node_.sleep_for(config_.offsets_retention_check_interval);
      expire_offsets();
    }
  });
}

// ---- finding groups ----

GroupRules GroupCoordinator::rules() const {
  return {.initial_rebalance_delay = config_.group_initial_rebalance_delay,
          .max_size = config_.group_max_size};
}

const GroupShard* GroupCoordinator::shard_of(const std::string& group) const {
  const auto found = shards_.find(partition_of_group(group, config_.offsets_topic_num_partitions));
  return found == shards_.end() ? nullptr : &found->second;
}

ErrorCode GroupCoordinator::check(const std::string& group, bool may_be_empty) const {
  if (group.empty() && !may_be_empty) return ErrorCode::invalid_group_id;
  const GroupShard* shard = shard_of(group);
  if (shard == nullptr) return ErrorCode::not_coordinator;
  return shard->is_loading ? ErrorCode::coordinator_load_in_progress : ErrorCode::none;
}

GroupCoordinator::Place GroupCoordinator::place_of(const std::string& group) const {
  const std::int32_t partition = partition_of_group(group, config_.offsets_topic_num_partitions);
  return {.partition = partition, .loaded_in = shards_.at(partition).loaded_in, .group = group};
}

TopicPartition GroupCoordinator::partition_of(const Place& place) const {
  return {std::string(offsets_topic_name), place.partition};
}

GroupEntry* GroupCoordinator::find(const std::string& group) const {
  const GroupShard* shard = shard_of(group);
  if (shard == nullptr || shard->is_loading) return nullptr;
  const auto found = shard->groups.find(group);
  return found == shard->groups.end() ? nullptr : found->second.get();
}

GroupEntry* GroupCoordinator::find(const Place& place) const {
  const GroupShard* shard = shard_of(place.group);
  return shard != nullptr && shard->loaded_in == place.loaded_in ? find(place.group) : nullptr;
}

GroupEntry& GroupCoordinator::find_or_create(const std::string& group) {
  if (GroupEntry* entry = find(group)) return *entry;
  GroupShard& shard = shards_.at(partition_of_group(group, config_.offsets_topic_num_partitions));
  auto entry = std::make_unique<GroupEntry>(Group(group, rules()));
  return *(shard.groups[group] = std::move(entry));
}

// ---- membership ----

std::string GroupCoordinator::new_member_id(const std::string& client_id) {
  const auto high = member_ids_.next();
  const auto low = member_ids_.next();
  return logquake::format("{}-{}", client_id, uuid_text(high, low));
}

template <class Response, class Deed>
Response GroupCoordinator::wait_for(WaitingOnes<Response>& waiting, Deed deed) {
  const ReplyTag tag = ++last_tag_;
  Waiting<Response> mine(node_);
  waiting[tag] = &mine;
  struct Entry {  // goes with this request, also when its task is killed
    WaitingOnes<Response>& waiting;
    ReplyTag tag;
    ~Entry() { waiting.erase(tag); }
  } const entry{waiting, tag};
  deed(tag);
  mine.answered.wait_until([&] { return mine.response.has_value(); });
  return std::move(*mine.response);
}

JoinGroupResponse GroupCoordinator::join(const JoinGroupRequest& request,
                                         const GroupClient& client) {
  if (request.group_instance_id) return refused(ErrorCode::unsupported_version, request);
  if (const auto error = check(request.group_id, false); error != ErrorCode::none)
    return refused(error, request);
  const Duration session = std::chrono::milliseconds(request.session_timeout_ms);
  if (session < config_.group_min_session_timeout || session > config_.group_max_session_timeout) {
    return refused(ErrorCode::invalid_session_timeout, request);
  }
  if (!request.member_id.empty() && find(request.group_id) == nullptr) {
    return refused(ErrorCode::unknown_member_id, request);
  }
  JoinGroupRequest complete = request;
  if (complete.rebalance_timeout_ms < 0)
    complete.rebalance_timeout_ms = complete.session_timeout_ms;
  return wait_for(joining_, [&](ReplyTag tag) {
    GroupEntry& entry = find_or_create(request.group_id);
    const JoinContext context{
        .tag = tag,
        .client_id = client.client_id,
        .client_host = client.host,
        .new_member_id = request.member_id.empty() ? new_member_id(client.client_id) : ""};
    perform(entry, entry.group.join(complete, context, node_.now()));
  });
}

SyncGroupResponse GroupCoordinator::sync(const SyncGroupRequest& request) {
  const auto refuse = [](ErrorCode error) { return SyncGroupResponse{.error_code = error}; };
  if (!request.protocol_type || !request.protocol_name)
    return refuse(ErrorCode::inconsistent_group_protocol);
  auto error = check(request.group_id, false);
  if (error == ErrorCode::coordinator_load_in_progress) error = ErrorCode::rebalance_in_progress;
  if (error != ErrorCode::none) return refuse(error);
  if (find(request.group_id) == nullptr) return refuse(ErrorCode::unknown_member_id);
  return wait_for(syncing_, [&](ReplyTag tag) {
    GroupEntry* entry = find(request.group_id);
    perform(*entry, entry->group.sync(request, tag, node_.now()));
  });
}

HeartbeatResponse GroupCoordinator::heartbeat(const HeartbeatRequest& request) {
  auto error = check(request.group_id, false);
  if (error == ErrorCode::coordinator_load_in_progress) return {};  // K-API-GV
  if (error != ErrorCode::none) return {.error_code = error};
  GroupEntry* entry = find(request.group_id);
  if (entry == nullptr) return {.error_code = ErrorCode::unknown_member_id};
  return {.error_code =
              entry->group.heartbeat(request.member_id, request.generation_id, node_.now())};
}

LeaveGroupResponse GroupCoordinator::leave(const LeaveGroupRequest& request) {
  if (const auto error = check(request.group_id, false); error != ErrorCode::none)
    return {.error_code = error};
  LeaveGroupResponse response;
  for (const auto& leaving : request.members) {
    ErrorCode error = ErrorCode::unknown_member_id;
    if (GroupEntry* entry = find(request.group_id);
        entry != nullptr && !leaving.member_id.empty()) {
      GroupEffects effects;
      error = entry->group.leave(leaving.member_id, node_.now(), effects);
      perform(*entry, std::move(effects));
    }
    response.members.push_back({.member_id = leaving.member_id,
                                .group_instance_id = leaving.group_instance_id,
                                .error_code = error});
  }
  return response;
}

// ---- effects ----

void GroupCoordinator::perform(GroupEntry& entry, GroupEffects effects) {
  state_facts(entry, effects);
  const auto answer = [](auto& waiting, ReplyTag tag, auto response) {
    const auto found = waiting.find(tag);
    if (found == waiting.end()) return;  // nobody waits any more
    found->second->response = std::move(response);
    found->second->answered.notify_one();
  };
  for (auto& reply : effects.joins) answer(joining_, reply.tag, std::move(reply.response));
  for (auto& reply : effects.syncs) answer(syncing_, reply.tag, std::move(reply.response));
  if (effects.store) {
    node_.spawn("store-group", [this, place = place_of(entry.group.id()),
                                what = std::move(*effects.store)] { store(place, what); });
  }
  timers_changed_.notify_one();
}

void GroupCoordinator::state_facts(GroupEntry& entry, const GroupEffects& effects) {
  const Group& group = entry.group;
  const auto members = group.members();
  for (const auto& id : effects.joined) {
    const auto member =
        std::find_if(members.begin(), members.end(), [&](const auto& one) { return one.id == id; });
    if (member == members.end()) continue;
    node_.record(GroupMemberJoined{.group = group.id(),
                                   .coordinator = config_.broker_id,
                                   .member = id,
                                   .client_id = member->client_id,
                                   .client_host = member->client_host});
  }
  for (const auto& gone : effects.removed) {
    if (gone.why.ends_with("expire")) node_.probe(session_expired);
    node_.record(GroupMemberRemoved{.group = group.id(),
                                    .coordinator = config_.broker_id,
                                    .member = gone.member,
                                    .why = gone.why});
  }
  for (const auto& change : effects.changes) {
    entry.state_timestamp = wall_clock();
    GroupStateChanged fact{.group = group.id(),
                           .coordinator = config_.broker_id,
                           .to = std::string(name_of(change.state)),
                           .generation = change.generation,
                           .leader = group.leader().value_or(""),
                           .members = {},
                           .why = change.why};
    for (const auto& member : members) fact.members.push_back(member.id);
    node_.record(fact);
  }
}

void GroupCoordinator::state_assignment(const GroupEntry& entry) {
  GroupAssigned fact{.group = entry.group.id(),
                     .coordinator = config_.broker_id,
                     .generation = entry.group.generation(),
                     .shares = {}};
  for (const auto& member : entry.group.members()) {
    AssignedShare share{.member = member.id, .client_id = member.client_id, .partitions = {}};
    const auto assignment = decode_assignment(member.assignment);
    if (assignment.ok() && entry.group.protocol_type() == consumer_protocol_type) {
      for (const auto& partition : assignment->partitions)
        share.partitions.push_back(to_string(partition));
    }
    fact.shares.push_back(std::move(share));
  }
  node_.record(fact);
}

void GroupCoordinator::store(const Place& place, const StoreGroup& what) {
  const Timestamp now = wall_clock();
  const auto appended =
      append(place, {group_record(place.group, StoredGroup{what.snapshot, now}, now)});
  node_.yield(between_store_and_answer);
  GroupEntry* entry = find(place);
  if (entry == nullptr) {
    node_.probe(unloaded_while_storing);
    return;  // whoever waited was told when the group was unloaded
  }
  if (!what.awaits_answer) return;
  const ErrorCode error = appended.ok() ? ErrorCode::none : store_error(appended.error().code);
  const bool was_completing = entry->group.state() == GroupState::completing_rebalance;
  auto effects = entry->group.stored(what.snapshot.generation, error, node_.now());
  if (was_completing && entry->group.state() == GroupState::stable) state_assignment(*entry);
  perform(*entry, std::move(effects));
}

Outcome<Offset> GroupCoordinator::append(const Place& place, std::vector<Record> records) {
  const auto bytes = wire::encode(wire::make_batch(std::move(records)));
  if (!bytes) return bytes.error();
  return services_.append(partition_of(place), RecordData(*bytes), config_.offsets_commit_timeout);
}

void GroupCoordinator::run_timers() {
  while (true) {
    std::optional<Instant> next;
    for (const auto& [partition, shard] : shards_) {
      for (const auto& [id, entry] : shard.groups) {
        const auto deadline = entry->group.next_deadline();
        if (deadline) next = next ? std::min(*next, *deadline) : *deadline;
      }
    }
    const Instant now = node_.now();
    if (!next || *next > now) {
      static_cast<void>(timers_changed_.wait(next ? *next - now : sim::forever));
      continue;
    }
    for (auto& [partition, shard] : shards_) {
      for (auto& [id, entry] : shard.groups) {
        const auto deadline = entry->group.next_deadline();
        if (deadline && *deadline <= now) perform(*entry, entry->group.on_time(now));
      }
    }
  }
}

// ---- looking at groups ----

DescribeGroupsResponse GroupCoordinator::describe(const DescribeGroupsRequest& request) const {
  DescribeGroupsResponse response;
  for (const auto& id : request.groups) {
    DescribedGroup described{.error_code = check(id, true), .group_id = id};
    const GroupEntry* entry = find(id);
    if (described.error_code == ErrorCode::none && entry == nullptr) described.group_state = "Dead";
    if (entry != nullptr) {
      const Group& group = entry->group;
      const bool is_stable = group.state() == GroupState::stable;
      described.group_state = name_of(group.state());
      described.protocol_type = group.protocol_type();
      if (is_stable) described.protocol_data = group.protocol().value_or("");
      for (const auto& member : group.members()) {
        described.members.push_back(
            {.member_id = member.id,
             .client_id = member.client_id,
             .client_host = member.client_host,
             .member_metadata = is_stable ? group.metadata_of(member) : Bytes{},
             .member_assignment = is_stable ? member.assignment : Bytes{}});
      }
    }
    response.groups.push_back(std::move(described));
  }
  return response;
}

ListGroupsResponse GroupCoordinator::list(const ListGroupsRequest& request) const {
  ListGroupsResponse response;
  const auto& filter = request.states_filter;
  for (const auto& [partition, shard] : shards_) {
    if (shard.is_loading) response.error_code = ErrorCode::coordinator_load_in_progress;
    for (const auto& [id, entry] : shard.groups) {
      const std::string state(name_of(entry->group.state()));
      if (!filter.empty() && std::find(filter.begin(), filter.end(), state) == filter.end())
        continue;
      response.groups.push_back(
          {.group_id = id, .protocol_type = entry->group.protocol_type(), .group_state = state});
    }
  }
  return response;
}

}  // namespace logquake::kafka
