#include "models/broker/replication/replica_manager.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "models/broker/facts.h"
#include "models/broker/replication_defects.h"
#include "models/broker/replication_probes.h"
#include "sim/base/format.h"

namespace logquake::kafka {

namespace {

using Lock = std::lock_guard<sim::Mutex>;

constexpr LeaderEpoch epoch_during_delete{-2};  // K-CTL-11

PartitionState state_of(const LeaderAndIsrPartition& state) {
  return {.leader = state.leader,
          .leader_epoch = state.leader_epoch,
          .isr = state.isr,
          .replicas = state.replicas,
          .partition_epoch = state.partition_epoch};
}

}  // namespace

ReplicaManager::ReplicaManager(sim::Node& node, const BrokerConfig& config, LogManager& logs,
                               const MetadataImage& metadata, IsrWriter& isr_writer)
    : node_(node),
      config_(config),
      logs_(logs),
      metadata_(metadata),
      context_{.node = node,
               .metadata = metadata,
               .self = BrokerId(config.broker_id),
               .rules = {.lag_time_max = config.replica_lag_time_max,
                         .min_insync_replicas = config.topic_defaults.min_insync_replicas,
                         .expand_needs_epoch_start = !node.has(no_epoch_start)},
               .truncates_to_high_watermark = node.has(truncate_to_high_watermark),
               .reads_past_stale_bound = node.has(read_past_stale_bound),
               .propose =
                   [&isr_writer](Partition& partition, const IsrProposal& proposal) {
                     isr_writer.submit(partition, proposal);
                   }},
      fetchers_(node, config),
      changing_roles_(node, "the turn to change roles") {}

void ReplicaManager::start() {
  node_.spawn("isr-lag-check", [this] { watch_lag(); });
}

void ReplicaManager::watch_lag() {
  while (true) {
    node_.sleep_for(config_.replica_lag_time_max / 2);
    for (auto& [topic, partitions] : hosted_) {
      for (auto& [number, partition] : partitions) partition->check_lag();  // does not block
    }
  }
}

Partition* ReplicaManager::hosted(const std::string& topic, std::int32_t partition) const {
  const auto partitions = hosted_.find(topic);
  if (partitions == hosted_.end()) return nullptr;
  const auto found = partitions->second.find(partition);
  return found == partitions->second.end() ? nullptr : found->second.get();
}

Outcome<Partition*> ReplicaManager::find(const std::string& topic, std::int32_t partition) {
  if (Partition* known = hosted(topic, partition)) {
    if (logs_.is_offline()) return Error{ErrorCode::kafka_storage_error, known->name()};
    return known;
  }
  const TopicPartition id{topic, partition};
  const bool exists = metadata_.partition(id) != nullptr;
  return Error{exists ? ErrorCode::not_leader_or_follower : ErrorCode::unknown_topic_or_partition,
               to_string(id)};
}

bool ReplicaManager::has_caught_up() const {
  const auto is_among = [this](const std::vector<BrokerId>& brokers) {
    return std::ranges::find(brokers, context_.self) != brokers.end();
  };
  bool shares_any = false;  // before the controller has told anything there is none
  for (const auto& [topic, entry] : metadata_.topics()) {
    for (const auto& [number, state] : entry.partitions) {
      if (state.replicas.size() < 2 || !is_among(state.replicas)) continue;
      shares_any = true;
      const Partition* known = hosted(topic, number);
      if (known == nullptr || !known->has_caught_up() || !is_among(state.isr)) return false;
    }
  }
  return shares_any;
}

// ---- waiting for replication ----

std::vector<ErrorCode> ReplicaManager::wait_for_acknowledgement(
    const std::vector<PendingAppend>& appends, Duration timeout) {
  std::vector<Partition*> partitions;
  for (const auto& pending : appends) partitions.push_back(pending.partition);
  PartitionWatch watch(node_, std::move(partitions));
  const Instant deadline = deadline_after(node_.now(), timeout);

  std::vector<std::optional<ErrorCode>> answers(appends.size());
  while (true) {
    bool all_answered = true;
    for (std::size_t i = 0; i < appends.size(); ++i) {
      if (!answers[i]) answers[i] = appends[i].partition->acknowledge(appends[i].append);
      all_answered = all_answered && answers[i];
    }
    const Duration left = deadline - node_.now();
    if (all_answered || left <= Duration::zero()) break;
    watch.wait(left);
  }
  std::vector<ErrorCode> errors;
  for (const auto& answer : answers) {
    if (!answer) node_.probe(produce_timed_out);
    if (answer == ErrorCode::not_enough_replicas_after_append) node_.probe(too_few_after_append);
    errors.push_back(answer.value_or(ErrorCode::request_timed_out));
  }
  return errors;
}

Outcome<Offset> ReplicaManager::append_and_wait(const TopicPartition& partition,
                                                const RecordData& records, Duration timeout) {
  const auto found = find(partition);
  if (!found) return found.error();
  auto append = (*found)->append(records, -1, AppendOrigin::coordinator);
  if (!append) return Error{append.error().code, append.error().message};
  const Offset base = append->appended.base_offset;
  const auto errors = wait_for_acknowledgement({{*found, std::move(*append)}}, timeout);
  if (errors.front() != ErrorCode::none) return Error{errors.front(), to_string(partition)};
  return base;
}

// ---- roles ----

Outcome<Partition*> ReplicaManager::get_or_create(const TopicPartition& partition,
                                                  const Uuid& topic_id) {
  if (Partition* known = hosted(partition)) return known;
  const auto log = logs_.get_or_create(partition);
  if (!log) return log.error();
  auto& entry = hosted_[partition.topic][partition.partition];
  if (!entry) entry = std::make_unique<Partition>(context_, partition, topic_id, **log);
  return entry.get();
}

LeaderAndIsrResponse ReplicaManager::apply(const LeaderAndIsrRequest& request) {
  const Lock lock(changing_roles_);
  LeaderAndIsrResponse response;
  // A newer controller may have been heard while this waited for its turn.
  if (request.controller_epoch < controller_epoch_) {
    response.error_code = ErrorCode::stale_controller_epoch;
    return response;
  }
  note_controller_epoch(request.controller_epoch);
  for (const auto& topic : request.topic_states) {
    for (const auto& state : topic.partition_states) {
      const auto error = apply(request, topic, state);
      response.partition_errors.push_back({topic.topic_name, state.partition_index, error});
    }
  }
  return response;
}

ErrorCode ReplicaManager::apply(const LeaderAndIsrRequest& request, const LeaderAndIsrTopic& topic,
                                const LeaderAndIsrPartition& state) {
  const TopicPartition id{topic.topic_name, state.partition_index};
  if (logs_.is_offline()) return ErrorCode::kafka_storage_error;
  if (Partition* known = hosted(id)) {
    if (known->topic_id() != topic.topic_id) return ErrorCode::inconsistent_topic_id;
    if (state.leader_epoch <= known->replica().leader_epoch())
      return ErrorCode::stale_controller_epoch;
  }
  if (std::ranges::find(state.replicas, context_.self) == state.replicas.end()) {
    return ErrorCode::unknown_topic_or_partition;
  }
  const auto partition = get_or_create(id, topic.topic_id);
  if (!partition) return partition.error().code;

  node_.yield(before_leadership);
  fetchers_.stop(id);
  if (state.leader == context_.self) {
    const auto led = (*partition)->lead(state_of(state), state.controller_epoch);
    if (!led) return led.error().code;
    if (*led && listener_) listener_(id, state.leader_epoch, true);
    return ErrorCode::none;
  }
  const auto followed = (*partition)->follow(state_of(state), state.controller_epoch);
  if (!followed) return followed.error().code;
  if (!*followed) return ErrorCode::none;
  if (listener_) listener_(id, state.leader_epoch, false);
  const auto leader = std::ranges::find(request.live_leaders, state.leader, &LiveLeader::broker_id);
  if (leader != request.live_leaders.end()) {
    fetchers_.follow(**partition, state.leader_epoch, state.leader,
                     {leader->host_name, leader->port});
  }
  return ErrorCode::none;
}

StopReplicaResponse ReplicaManager::apply(const StopReplicaRequest& request) {
  const Lock lock(changing_roles_);
  StopReplicaResponse response;
  if (request.controller_epoch < controller_epoch_) {
    response.error_code = ErrorCode::stale_controller_epoch;
    return response;
  }
  note_controller_epoch(request.controller_epoch);
  for (const auto& topic : request.topic_states) {
    for (const auto& order : topic.partition_states) {
      const auto error = stop({topic.topic_name, order.partition_index}, order);
      response.partition_errors.push_back({topic.topic_name, order.partition_index, error});
    }
  }
  return response;
}

ErrorCode ReplicaManager::stop(const TopicPartition& id, const StopReplicaPartition& order) {
  Partition* partition = hosted(id);
  if (partition != nullptr) {
    const bool is_newer = order.leader_epoch == no_leader_epoch ||
                          order.leader_epoch == epoch_during_delete ||
                          order.leader_epoch >= partition->replica().leader_epoch();
    if (!is_newer) return ErrorCode::fenced_leader_epoch;
    fetchers_.stop(id);
    const auto epoch = partition->replica().leader_epoch();
    partition->stop(order.delete_partition);
    if (listener_) listener_(id, epoch, false);
  }
  if (!order.delete_partition) return ErrorCode::none;
  // Looked up anew: stopping may have blocked.
  if (const auto topic = hosted_.find(id.topic); topic != hosted_.end()) {
    if (const auto found = topic->second.find(id.partition); found != topic->second.end()) {
      gone_.push_back(std::move(found->second));
      topic->second.erase(found);
    }
    if (topic->second.empty()) hosted_.erase(topic);
  }
  if (logs_.find(id) != nullptr) {
    if (const auto removed = logs_.remove(id); !removed) return removed.error().code;
    node_.record(ReplicaDeleted{.broker = context_.self, .partition = to_string(id)});
  }
  return ErrorCode::none;
}

}  // namespace logquake::kafka
