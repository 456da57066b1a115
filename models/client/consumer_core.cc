#include "models/client/consumer_core.h"

#include <algorithm>
#include <utility>

#include "models/client/defects.h"
#include "models/client/facts.h"
#include "models/client/probes.h"
#include "models/groups/assignors.h"
#include "models/protocol/consumer_protocol.h"
#include "sim/base/format.h"

namespace logquake::kafka {
namespace {

constexpr auto no_group_id =
    "To use the group management or offset commit APIs, you must provide a valid group.id in the "
    "consumer configuration.";

}  // namespace

ConsumerCore::ConsumerCore(sim::Node& node, const ConsumerConfig& config)
    : node_(node),
      config_(config),
      cluster_(node, config.client),
      positions_(config.auto_offset_reset),
      commits_before_delivery_(node.has(commit_before_delivery)),
      changed_(node, "records or the group"),
      commit_wanted_(node, "offsets to commit"),
      offsets_wanted_(node, "partitions without a position") {
  cluster_.allow_auto_create(config.allow_auto_create_topics);
  if (config.group_id.empty()) return;
  MembershipOptions options{config.group_id, config.group_instance_id, consumer_protocol_type};
  options.session_timeout = config.session_timeout;
  options.heartbeat_interval = config.heartbeat_interval;
  options.max_poll_interval = config.max_poll_interval;
  group_ = std::make_unique<GroupMembership>(
      cluster_, std::move(options),
      [this](const std::string&, const std::vector<JoinGroupMember>& members) {
        return assign_members(members);
      },
      changed_);
}

void ConsumerCore::start() {
  const auto self = shared_from_this();
  const auto name = "consumer/" + config_.client.client_id;
  node_.spawn(name + "/metadata", [self] { self->keep_metadata(); });
  node_.spawn(name + "/offsets", [self] { self->keep_offsets(); });
  if (!group_) return;
  node_.spawn(name + "/group", [self] { self->group_->run(); });
  node_.spawn(name + "/commit", [self] { self->keep_committing(); });
}

void ConsumerCore::note_unknown_setting(const std::string& setting) {
  node_.record(client::SettingUnknown{config_.client.client_id, setting});
}

Outcome<> ConsumerCore::subscribe(std::vector<std::string> topics, RebalanceListener listener) {
  if (!group_) return Error{ErrorCode::invalid_group_id, no_group_id};
  if (mode_ == Mode::assigned) {
    return Error{ErrorCode::invalid_request,
                 "Subscription to topics, partitions and pattern are mutually exclusive"};
  }
  mode_ = Mode::subscribed;
  topics_ = {topics.begin(), topics.end()};
  listener_ = std::move(listener);
  next_auto_commit_ = node_.now() + config_.auto_commit_interval;
  want_topics();
  cluster_.request_refresh();
  group_->note_poll();
  return {};
}

Outcome<> ConsumerCore::assign(const std::vector<TopicPartition>& partitions) {
  if (mode_ == Mode::subscribed) {
    return Error{ErrorCode::invalid_request,
                 "Subscription to topics, partitions and pattern are mutually exclusive"};
  }
  mode_ = Mode::assigned;
  next_auto_commit_ = node_.now() + config_.auto_commit_interval;
  positions_.assign(partitions);
  want_topics();
  cluster_.request_refresh();
  follow_metadata();
  wake();
  return {};
}

void ConsumerCore::unsubscribe() {
  if (mode_ == Mode::subscribed) {
    give_up_partitions();
    group_->leave(config_.client.request_timeout);
    is_prepared_ = false;
  }
  positions_.assign({});
  topics_.clear();
  group_topics_.clear();
  mode_ = Mode::idle;
  want_topics();
}

void ConsumerCore::want_topics() {
  std::set<std::string> wanted = topics_;
  wanted.insert(group_topics_.begin(), group_topics_.end());
  for (const auto& partition : positions_.assigned()) wanted.insert(partition.topic);
  cluster_.set_wanted(std::move(wanted));
}

void ConsumerCore::wake() {
  for (auto& [id, link] : links_) link->work.notify_all();
  offsets_wanted_.notify_all();
  changed_.notify_all();
}

Outcome<std::vector<ConsumerRecord>> ConsumerCore::poll(Duration timeout) {
  if (mode_ == Mode::idle) {
    return Error{ErrorCode::invalid_request,
                 "Consumer is not subscribed to any topics or assigned any partitions"};
  }
  const auto deadline = deadline_after(node_.now(), timeout);
  if (!commits_before_delivery_) commit_automatically();
  while (!is_closed_) {
    if (mode_ == Mode::subscribed) {
      if (auto status = keep_group(); !status) return status.error();
    }
    if (auto error = positions_.take_error()) {
      wake();
      return *error;
    }
    if (positions_.has_records()) break;
    const auto left = deadline - node_.now();
    if (left <= Duration::zero()) break;
    changed_.wait(left);
  }
  auto records = positions_.take(node_.buggify(short_poll) ? 1 : config_.max_poll_records);
  for (const auto& each : records) {
    node_.record(client::RecordDelivered{config_.client.client_id, config_.group_id,
                                         sessions_[each.partition], each.partition, each.offset,
                                         each.leader_epoch, client::digest_of(each.record.key),
                                         client::digest_of(each.record.value)});
  }
  if (commits_before_delivery_) commit_automatically();
  if (!records.empty()) wake();
  return records;
}

// Eager rebalancing: give everything up, join, take what one is given. Source: K-CON-3.
Outcome<> ConsumerCore::keep_group() {
  group_->note_poll();
  if (group_->take_lost()) lose_partitions();
  if (auto fatal = group_->take_fatal()) return *fatal;
  const bool has_topics_changed =
      topics_ != joined_topics_ ||
      (group_->is_leader() && partition_counts(group_topics_) != assigned_counts_);
  if (!is_prepared_ && has_topics_changed) group_->request_rejoin();
  if (group_->needs_join()) {
    if (!is_prepared_) give_up_partitions();
    is_prepared_ = true;
    joined_topics_ = topics_;
    const ConsumerSubscription subscription{{topics_.begin(), topics_.end()}, {}};
    group_->join({{std::string(range_assignor), encode(subscription)}});
  }
  if (const auto assignment = group_->take_assignment()) return take_partitions(*assignment);
  return {};
}

void ConsumerCore::give_up_partitions() {
  const auto owned = positions_.assigned();
  if (owned.empty()) return;
  if (config_.enable_auto_commit && group_->generation() != no_generation) {
    // As Java: for at most the rebalance timeout, and the rebalance goes on whatever came of it.
    (void)group_->commit(positions_.consumed(), true,
                         std::min(config_.max_poll_interval, config_.client.default_api_timeout));
  }
  if (group_->take_lost()) return lose_partitions();
  if (listener_.on_revoked) listener_.on_revoked(owned);
  node_.record(client::PartitionsRevoked{config_.client.client_id, config_.group_id,
                                         group_->member_id(), group_->generation(), false, owned});
  positions_.assign({});
}

void ConsumerCore::lose_partitions() {
  const auto owned = positions_.assigned();
  is_prepared_ = true;  // nothing is left to give up
  node_.probe(partitions_lost);
  if (owned.empty()) return;
  if (listener_.on_lost) {
    listener_.on_lost(owned);
  } else if (listener_.on_revoked) {
    listener_.on_revoked(owned);
  }
  node_.record(client::PartitionsRevoked{config_.client.client_id, config_.group_id,
                                         group_->member_id(), group_->generation(), true, owned});
  positions_.assign({});
}

Outcome<> ConsumerCore::take_partitions(const Bytes& bytes) {
  const auto assignment = decode_assignment(bytes);
  if (!assignment) return assignment.error();
  is_prepared_ = false;
  positions_.assign(assignment->partitions);
  node_.record(client::PartitionsAssigned{config_.client.client_id, config_.group_id,
                                          group_->member_id(), group_->generation(),
                                          assignment->partitions});
  next_auto_commit_ = node_.now() + config_.auto_commit_interval;
  want_topics();
  follow_metadata();
  if (listener_.on_assigned) listener_.on_assigned(assignment->partitions);
  wake();
  return {};
}

std::map<std::string, std::int32_t> ConsumerCore::partition_counts(
    const std::set<std::string>& topics) const {
  std::map<std::string, std::int32_t> counts;
  for (const auto& topic : topics) {
    if (const auto count = cluster_.metadata().partition_count(topic)) counts[topic] = *count;
  }
  return counts;
}

// Runs on the group's task, while the coordinator waits for this member's SyncGroup.
std::map<std::string, Bytes> ConsumerCore::assign_members(
    const std::vector<JoinGroupMember>& members) {
  std::vector<GroupMember> subscribed;
  group_topics_.clear();
  for (const auto& member : members) {
    const auto subscription = decode_subscription(member.metadata);
    if (!subscription) continue;  // another client's bytes: it gets nothing
    subscribed.push_back({member.member_id, member.group_instance_id, subscription->topics});
    group_topics_.insert(subscription->topics.begin(), subscription->topics.end());
  }
  want_topics();
  (void)cluster_.refresh();  // what is known serves where nobody answers
  assigned_counts_ = partition_counts(group_topics_);
  std::map<std::string, Bytes> assignments;
  for (const auto& [member, partitions] : assign_ranges(assigned_counts_, std::move(subscribed))) {
    assignments[member] = encode(ConsumerAssignment{partitions});
  }
  return assignments;
}

// Positions as of the start of this poll: all that earlier polls returned. Source: K-CON-8.
void ConsumerCore::commit_automatically() {
  if (!group_ || !config_.enable_auto_commit || node_.now() < next_auto_commit_) return;
  next_auto_commit_ = node_.now() + config_.auto_commit_interval;
  to_commit_ = positions_.consumed();
  commit_wanted_.notify_all();
}

void ConsumerCore::keep_committing() {
  while (!is_closed_) {
    if (!to_commit_) {
      commit_wanted_.wait();
      continue;
    }
    const auto offsets = *std::exchange(to_commit_, std::nullopt);
    const bool as_member = mode_ == Mode::subscribed;
    if (as_member && group_->generation() == no_generation) continue;
    const auto result = group_->commit(offsets, as_member, Duration::zero());
    if (!result && is_retriable(result.error().code)) {
      next_auto_commit_ = std::min(next_auto_commit_, node_.now() + config_.client.retry_backoff);
    }
  }
}

Outcome<> ConsumerCore::commit(const std::optional<Offsets>& offsets) {
  if (!group_) return Error{ErrorCode::invalid_group_id, no_group_id};
  return group_->commit(offsets.value_or(positions_.consumed()), mode_ == Mode::subscribed,
                        config_.client.default_api_timeout);
}

Outcome<Offsets> ConsumerCore::committed(const std::vector<TopicPartition>& partitions) {
  if (!group_) return Error{ErrorCode::invalid_group_id, no_group_id};
  return group_->committed(partitions, config_.client.default_api_timeout);
}

Outcome<> ConsumerCore::seek(const TopicPartition& partition, Offset offset) {
  if (!positions_.is_assigned(partition)) {
    return Error{ErrorCode::invalid_request,
                 format("No current assignment for partition {}", partition)};
  }
  positions_.seek(partition, offset);
  tell_changes();
  wake();
  return {};
}

Outcome<> ConsumerCore::seek_by(const TopicPartition& partition, OffsetReset policy) {
  if (!positions_.is_assigned(partition)) {
    return Error{ErrorCode::invalid_request,
                 format("No current assignment for partition {}", partition)};
  }
  positions_.request_reset(partition, policy);
  wake();
  return {};
}

Outcome<Offset> ConsumerCore::position(const TopicPartition& partition) {
  const auto is_known = [&] {
    const auto waiting = positions_.in_phase(ConsumerPositions::Phase::needs_reset);
    return is_closed_ || !positions_.is_assigned(partition) ||
           (positions_.position(partition) &&
            !std::binary_search(waiting.begin(), waiting.end(), partition));
  };
  const bool came = changed_.wait_until(is_known, config_.client.default_api_timeout);
  if (!positions_.is_assigned(partition)) {
    return Error{ErrorCode::invalid_request,
                 "You can only check the position for partitions assigned to this consumer."};
  }
  const auto position = positions_.position(partition);
  if (came && position) return position->offset;
  return Error{
      ErrorCode::request_timed_out,
      format(
          "Timeout of {}ms expired before the position for partition {} could be determined",
          std::chrono::duration_cast<std::chrono::milliseconds>(config_.client.default_api_timeout)
              .count(),
          partition)};
}

Outcome<std::int32_t> ConsumerCore::partitions_for(const std::string& topic) {
  return cluster_.await_topic(topic, -1, config_.client.default_api_timeout);
}

void ConsumerCore::close(Duration timeout) {
  if (is_closed_) return;
  if (mode_ == Mode::subscribed) {
    give_up_partitions();
    group_->leave(timeout);
  } else if (mode_ == Mode::assigned && config_.enable_auto_commit) {
    (void)group_->commit(positions_.consumed(), false, timeout);
  }
  abandon();
}

void ConsumerCore::abandon() {
  if (is_closed_) return;
  is_closed_ = true;
  if (group_) group_->close();
  commit_wanted_.notify_all();
  cluster_.wake();
  wake();
}

}  // namespace logquake::kafka
