#include "models/client/group_membership.h"

#include <algorithm>
#include <utility>

#include "models/client/facts.h"
#include "models/client/probes.h"
#include "models/protocol/group_offsets.h"
#include "sim/base/format.h"

namespace logquake::kafka {
namespace {

std::int32_t milliseconds(Duration duration) {
  return static_cast<std::int32_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

// The coordinator has moved, or cannot be reached: look for it again.
bool concerns_coordinator(ErrorCode error) {
  return error == ErrorCode::coordinator_not_available || error == ErrorCode::not_coordinator ||
         error == ErrorCode::network_exception || error == ErrorCode::request_timed_out;
}

}  // namespace

GroupMembership::GroupMembership(ClusterClient& cluster, MembershipOptions options, Assign assign,
                                 sim::Signal& changed)
    : cluster_(cluster),
      node_(cluster.node()),
      options_(std::move(options)),
      assign_(std::move(assign)),
      changed_(changed) {}

void GroupMembership::run() {
  while (!is_closed_) {
    switch (phase_) {
      case Phase::unjoined:
        changed_.wait();
        break;
      case Phase::joining:
        join_once();
        break;
      case Phase::stable:
        keep_alive();
        break;
    }
  }
}

void GroupMembership::note_poll() { last_poll_ = node_.now(); }

void GroupMembership::join(std::vector<JoinGroupProtocol> protocols) {
  if (phase_ == Phase::joining) return;
  protocols_ = std::move(protocols);
  phase_ = Phase::joining;
  is_rejoin_wanted_ = false;
  assignment_.reset();
  fatal_.reset();
  changed_.notify_all();
}

std::optional<Bytes> GroupMembership::take_assignment() {
  return std::exchange(assignment_, std::nullopt);
}
std::optional<kafka::Error> GroupMembership::take_fatal() {
  const auto error = fatal_;
  if (error && error->code != ErrorCode::fenced_instance_id) fatal_.reset();
  return error;
}
bool GroupMembership::take_lost() { return std::exchange(is_lost_, false); }

void GroupMembership::close() {
  is_closed_ = true;
  changed_.notify_all();
}

void GroupMembership::back_off() { node_.sleep_for(cluster_.config().retry_backoff); }

void GroupMembership::fail(ErrorCode error, const std::string& deed) {
  fatal_ = kafka::Error{error, format("{} group {}", deed, options_.group_id)};
  phase_ = Phase::unjoined;
  changed_.notify_all();
}

// Partitions are lost without a chance to commit. Source: K-CON-4.
void GroupMembership::lose(bool forgets_member_id) {
  if (forgets_member_id) member_id_.clear();
  generation_ = no_generation;
  is_leader_ = false;
  is_lost_ = true;
  phase_ = Phase::unjoined;
  changed_.notify_all();
}

Outcome<> GroupMembership::find_coordinator() {
  if (coordinator_) return {};
  const auto answer =
      cluster_.call_any(FindCoordinatorRequest{options_.group_id, CoordinatorKeyType::group});
  if (!answer) return answer.error();
  if (answer->error_code != ErrorCode::none) {
    return kafka::Error{answer->error_code, "find the coordinator of group " + options_.group_id};
  }
  coordinator_ = sim::Address{answer->host, static_cast<std::uint16_t>(answer->port)};
  return {};
}

Channel* GroupMembership::coordinator() {
  return coordinator_ ? &cluster_.channel(*coordinator_, "coordinator") : nullptr;
}

void GroupMembership::join_once() {
  if (const auto found = find_coordinator(); !found) {
    if (is_retriable(found.error().code)) return back_off();
    return fail(found.error().code, "join");
  }
  JoinGroupRequest request;
  request.group_id = options_.group_id;
  request.session_timeout_ms = milliseconds(options_.session_timeout);
  request.rebalance_timeout_ms = milliseconds(options_.max_poll_interval);
  request.member_id = member_id_;
  request.group_instance_id = options_.group_instance_id;
  request.protocol_type = options_.protocol_type;
  request.protocols = protocols_;
  // The coordinator answers when the rebalance is over: five seconds more than that may take.
  const auto patience =
      std::max(cluster_.config().request_timeout, options_.max_poll_interval + 5s);
  auto& channel = *coordinator();
  const auto answer = channel.call(std::move(request), patience);
  if (is_closed_) return;
  if (!answer) return on_join_error(client_error(answer.error()).code, {});
  if (answer->error_code != ErrorCode::none)
    return on_join_error(answer->error_code, answer->member_id);
  member_id_ = answer->member_id;
  generation_ = answer->generation_id;
  is_leader_ = answer->leader == member_id_;
  if (!sync(channel, *answer)) return;
  phase_ = Phase::stable;
  is_rejoin_wanted_ = false;
  last_heartbeat_ = node_.now();
  last_alive_ = node_.now();
  changed_.notify_all();
}

bool GroupMembership::sync(Channel& channel, const JoinGroupResponse& joined) {
  SyncGroupRequest request;
  request.group_id = options_.group_id;
  request.generation_id = generation_;
  request.member_id = member_id_;
  request.group_instance_id = options_.group_instance_id;
  request.protocol_type = joined.protocol_type;
  request.protocol_name = joined.protocol_name;
  if (is_leader_ && !joined.skip_assignment) {
    for (auto& [member, assignment] : assign_(joined.protocol_name.value_or(""), joined.members)) {
      request.assignments.push_back({member, std::move(assignment)});
    }
  }
  // Only JoinGroup waits longer than other requests do.
  const auto answer = channel.call(std::move(request), cluster_.config().request_timeout);
  if (is_closed_) return false;
  const auto error = answer ? answer->error_code : client_error(answer.error()).code;
  if (error == ErrorCode::none) {
    assignment_ = answer->assignment;
    return true;
  }
  on_join_error(error, {});
  return false;
}

// It stays in `joining` unless nothing helps: the next round tries again.
void GroupMembership::on_join_error(ErrorCode error, const std::string& member_id) {
  switch (error) {
    case ErrorCode::member_id_required:
      member_id_ = member_id;
      return;  // at once, under that name
    case ErrorCode::rebalance_in_progress:
      return back_off();
    case ErrorCode::unknown_member_id:
      member_id_.clear();
      [[fallthrough]];
    case ErrorCode::illegal_generation:
      generation_ = no_generation;
      return back_off();
    case ErrorCode::fenced_instance_id:
      lose(true);
      return fail(error, "join");
    default:
      break;
  }
  if (concerns_coordinator(error)) forget_coordinator();
  if (is_retriable(error)) return back_off();
  fail(error, "join");
}

void GroupMembership::keep_alive() {
  if (node_.now() - last_poll_ > options_.max_poll_interval) {
    // The application has stopped polling: give its partitions to somebody who does. Source:
    // K-CON-2.
    if (!options_.group_instance_id && coordinator()) {
      (void)coordinator()->call(
          LeaveGroupRequest{options_.group_id,
                            {{member_id_, {}, "consumer poll timeout has expired."}}},
          cluster_.config().request_timeout);
    }
    return lose(true);
  }
  const auto next = last_heartbeat_ + options_.heartbeat_interval;
  if (next > node_.now()) {
    changed_.wait(next - node_.now());
    return;
  }
  if (node_.now() - last_alive_ > options_.session_timeout) forget_coordinator();
  if (!find_coordinator()) return back_off();
  heartbeat();
}

void GroupMembership::heartbeat() {
  const auto generation = generation_;
  last_heartbeat_ = node_.now();
  const auto answer = coordinator()->call(
      HeartbeatRequest{options_.group_id, generation, member_id_, options_.group_instance_id},
      std::min(cluster_.config().request_timeout, options_.session_timeout));
  if (is_closed_ || phase_ != Phase::stable || generation != generation_) return;  // an old answer
  const auto error = answer ? answer->error_code : client_error(answer.error()).code;
  switch (error) {
    case ErrorCode::none:
      last_alive_ = node_.now();
      return;
    case ErrorCode::rebalance_in_progress:
      last_alive_ = node_.now();
      is_rejoin_wanted_ = true;
      changed_.notify_all();
      return;
    case ErrorCode::illegal_generation:
      return lose(false);
    case ErrorCode::unknown_member_id:
      return lose(true);
    case ErrorCode::fenced_instance_id:
      lose(true);
      return fail(error, "heartbeat of");
    default:
      break;
  }
  if (concerns_coordinator(error)) forget_coordinator();
  back_off();
}

void GroupMembership::leave(Duration timeout) {
  const bool is_member = !member_id_.empty() && phase_ != Phase::unjoined;
  const LeavingMember member{member_id_, {}, "the consumer is being closed"};
  phase_ = Phase::unjoined;
  generation_ = no_generation;
  is_leader_ = false;
  changed_.notify_all();
  if (!is_member || options_.group_instance_id || !coordinator()) return;
  member_id_.clear();
  (void)coordinator()->call(LeaveGroupRequest{options_.group_id, {member}},
                            std::min(timeout, cluster_.config().request_timeout));
}

Outcome<> GroupMembership::commit(const Offsets& offsets, bool as_member, Duration timeout) {
  if (offsets.empty()) return {};
  const auto deadline = deadline_after(node_.now(), timeout);
  while (true) {
    auto result = find_coordinator();
    if (result) result = commit_once(offsets, as_member);
    const auto error = result ? ErrorCode::none : result.error().code;
    for (const auto& [partition, committed] : offsets) {
      if (result) {
        node_.record(client::OffsetCommitted{cluster_.config().client_id, options_.group_id,
                                             member_id_, generation_, partition, committed.offset});
      } else {
        node_.record(client::OffsetCommitFailed{cluster_.config().client_id, options_.group_id,
                                                partition, committed.offset, error});
      }
    }
    if (!result && !is_retriable(error)) node_.probe(commit_refused);
    if (result || !is_retriable(error) || node_.now() + cluster_.config().retry_backoff > deadline)
      return result;
    back_off();
  }
}

Outcome<> GroupMembership::commit_once(const Offsets& offsets, bool as_member) {
  OffsetCommitRequest request;
  request.group_id = options_.group_id;
  if (as_member) {
    if (generation_ == no_generation) {
      return kafka::Error{
          ErrorCode::unknown_member_id,
          "Offset commit cannot be completed since the consumer is not part of an active group for "
          "auto "
          "partition assignment; it is likely that the consumer was kicked out of the group."};
    }
    request.generation_id = generation_;
    request.member_id = member_id_;
    request.group_instance_id = options_.group_instance_id;
  }
  for (const auto& [partition, committed] : offsets) {
    if (request.topics.empty() || request.topics.back().name != partition.topic) {
      request.topics.push_back({partition.topic, {}});
    }
    request.topics.back().partitions.push_back(
        {partition.partition, committed.offset, committed.leader_epoch, committed.metadata});
  }
  const auto answer = coordinator()->call(std::move(request), cluster_.config().request_timeout);
  if (!answer) {
    forget_coordinator();
    return client_error(answer.error());
  }
  for (const auto& topic : answer->topics) {
    for (const auto& partition : topic.partitions) {
      if (partition.error_code != ErrorCode::none) {
        return on_commit_error(partition.error_code, {topic.name, partition.partition_index});
      }
    }
  }
  return {};
}

Outcome<> GroupMembership::on_commit_error(ErrorCode error, const TopicPartition& partition) {
  if (concerns_coordinator(error)) forget_coordinator();
  switch (error) {
    case ErrorCode::rebalance_in_progress:
      is_rejoin_wanted_ = true;
      break;
    case ErrorCode::illegal_generation:
      lose(false);
      break;
    case ErrorCode::unknown_member_id:
      lose(true);
      break;
    case ErrorCode::fenced_instance_id:
      lose(true);
      fail(error, "commit to");
      break;
    default:
      break;
  }
  return kafka::Error{error, format("Offset commit of group {} failed on partition {}",
                                    options_.group_id, partition)};
}

Outcome<Offsets> GroupMembership::committed(const std::vector<TopicPartition>& partitions,
                                            Duration timeout) {
  const auto deadline = deadline_after(node_.now(), timeout);
  OffsetFetchRequest request{options_.group_id, std::vector<OffsetFetchTopic>{}, false};
  auto sorted = partitions;
  std::sort(sorted.begin(), sorted.end());
  for (const auto& partition : sorted) {
    if (request.topics->empty() || request.topics->back().name != partition.topic) {
      request.topics->push_back({partition.topic, {}});
    }
    request.topics->back().partition_indexes.push_back(partition.partition);
  }
  while (true) {
    kafka::Error error;
    if (const auto found = find_coordinator(); !found) {
      error = found.error();
    } else if (const auto answer = coordinator()->call(request, cluster_.config().request_timeout);
               !answer) {
      error = client_error(answer.error());
    } else {
      error.code = answer->error_code;
      Offsets offsets;
      for (const auto& topic : answer->topics) {
        for (const auto& partition : topic.partitions) {
          if (partition.error_code != ErrorCode::none) error.code = partition.error_code;
          if (partition.committed_offset < Offset{0}) continue;
          offsets[{topic.name, partition.partition_index}] = {partition.committed_offset,
                                                              partition.committed_leader_epoch,
                                                              partition.metadata.value_or("")};
        }
      }
      if (error.code == ErrorCode::none) return offsets;
    }
    if (concerns_coordinator(error.code)) forget_coordinator();
    if (!is_retriable(error.code)) return error;
    if (node_.now() + cluster_.config().retry_backoff > deadline) {
      return kafka::Error{
          ErrorCode::request_timed_out,
          format("fetch the offsets of group {}: {}", options_.group_id, to_string(error))};
    }
    back_off();
  }
}

}  // namespace logquake::kafka
