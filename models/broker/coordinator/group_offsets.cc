// Committing, fetching and expiring positions. Source: K-API-8, K-API-9, K-OFS-5, K-OFS-7.
#include <algorithm>
#include <utility>

#include "models/broker/coordinator/group_coordinator.h"
#include "models/broker/facts.h"
#include "models/broker/group_facts.h"
#include "models/broker/probes.h"
#include "models/protocol/consumer_protocol.h"

namespace logquake::kafka {
namespace {

/// What a committer is told when the record could not be written. Source: K-API-8.
ErrorCode commit_error(ErrorCode error) {
  switch (error) {
    case ErrorCode::unknown_topic_or_partition:
    case ErrorCode::not_enough_replicas:
    case ErrorCode::not_enough_replicas_after_append:
      return ErrorCode::coordinator_not_available;
    case ErrorCode::not_leader_or_follower:
    case ErrorCode::kafka_storage_error:
      return ErrorCode::not_coordinator;
    case ErrorCode::message_too_large:
    case ErrorCode::record_list_too_large:
    case ErrorCode::invalid_fetch_size:
      return ErrorCode::invalid_commit_offset_size;
    default:
      return error;
  }
}

/// Java counts UTF-16 units: one for every character, two for those of four bytes.
std::int64_t utf16_length(std::string_view text) {
  std::int64_t length = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0) == 0x80) continue;
    length += byte >= 0xf0 ? 2 : 1;
  }
  return length;
}

OffsetFetchPartitionResult position_of(const GroupEntry* entry, const TopicPartition& partition) {
  OffsetFetchPartitionResult result{.partition_index = partition.partition, .metadata = ""};
  if (entry == nullptr) return result;
  const auto found = entry->offsets.find(partition);
  if (found == entry->offsets.end()) return result;
  result.committed_offset = found->second.value.offset;
  result.committed_leader_epoch = found->second.value.leader_epoch;
  result.metadata = found->second.value.metadata;
  return result;
}

}  // namespace

// ---- committing ----

std::vector<GroupCoordinator::Commit> GroupCoordinator::admit(
    const OffsetCommitRequest& request, OffsetCommitResponse& response) const {
  std::vector<Commit> commits;
  response.topics.reserve(request.topics.size());
  for (const auto& topic : request.topics) {
    auto& results =
        response.topics.emplace_back(OffsetCommitTopicResult{.name = topic.name}).partitions;
    results.reserve(topic.partitions.size());  // the commits point into it
    for (const auto& asked : topic.partitions) {
      auto& result = results.emplace_back(
          OffsetCommitPartitionResult{.partition_index = asked.partition_index});
      const TopicPartition partition{topic.name, asked.partition_index};
      const std::string metadata = asked.committed_metadata.value_or("");
      if (!services_.exists(partition)) {
        result.error_code = ErrorCode::unknown_topic_or_partition;
      } else if (utf16_length(metadata) > config_.offset_metadata_max_bytes) {
        result.error_code = ErrorCode::offset_metadata_too_large;
      } else {
        commits.push_back({.partition = partition,
                           .value = {.offset = asked.committed_offset,
                                     .leader_epoch = asked.committed_leader_epoch,
                                     .metadata = metadata,
                                     .commit_timestamp = wall_clock()},
                           .result = &result});
      }
    }
  }
  return commits;
}

OffsetCommitResponse GroupCoordinator::commit(const OffsetCommitRequest& request) {
  OffsetCommitResponse response;
  auto commits = admit(request, response);
  ErrorCode error = check(request.group_id, true);
  if (error == ErrorCode::none && request.group_instance_id) error = ErrorCode::unsupported_version;
  GroupEntry* entry = error == ErrorCode::none ? find(request.group_id) : nullptr;
  if (error == ErrorCode::none && entry == nullptr) {
    if (request.generation_id >= Generation{0}) {
      error = ErrorCode::illegal_generation;
    } else {
      entry = &find_or_create(request.group_id);
    }
  }
  if (entry != nullptr) {
    error = entry->group.check_commit(request.member_id, request.generation_id, node_.now());
    const bool is_stale =
        error == ErrorCode::illegal_generation || error == ErrorCode::unknown_member_id;
    if (is_stale) node_.probe(commit_of_stale_member);
    if (is_stale && accepts_stale_generations_) error = ErrorCode::none;
    timers_changed_.notify_one();
  }
  if (error != ErrorCode::none) {
    node_.record(OffsetCommitRefused{.group = request.group_id,
                                     .coordinator = config_.broker_id,
                                     .member = request.member_id,
                                     .generation = request.generation_id,
                                     .error = std::string(name_of(error))});
    for (const auto& commit : commits) commit.result->error_code = error;
    return response;
  }
  if (commits.empty()) return response;
  node_.record(OffsetCommitAdmitted{.group = request.group_id,
                                    .coordinator = config_.broker_id,
                                    .member = request.member_id,
                                    .generation = request.generation_id,
                                    .group_generation = entry->group.generation()});
  const Place place = place_of(request.group_id);
  if (acknowledges_before_append_) {
    for (const auto& commit : commits) state_commit(place, commit);
    node_.spawn("late-commit", [this, place, late = commits]() mutable {
      std::vector<OffsetCommitPartitionResult> unseen(late.size());
      for (std::size_t i = 0; i < late.size(); ++i) late[i].result = &unseen[i];
      write_commits(place, late);
    });
    return response;
  }
  write_commits(place, commits);
  return response;
}

void GroupCoordinator::write_commits(const Place& place, std::vector<Commit>& commits) {
  const Timestamp now = wall_clock();
  std::vector<Record> records;
  GroupEntry* entry = find(place);
  for (const auto& commit : commits) {
    records.push_back(offset_record({place.group, commit.partition}, commit.value, now));
    if (entry != nullptr) ++entry->pending[commit.partition];
  }
  node_.yield(between_check_and_commit);
  const auto appended = append(place, std::move(records));
  entry = find(place);
  if (entry == nullptr) node_.probe(unloaded_while_storing);
  for (std::size_t i = 0; i < commits.size(); ++i) {
    auto& commit = commits[i];
    if (entry != nullptr && --entry->pending[commit.partition] == 0)
      entry->pending.erase(commit.partition);
    if (!appended) {
      commit.result->error_code = commit_error(appended.error().code);
      continue;
    }
    const Offset log_offset = *appended + static_cast<std::int64_t>(i);
    if (entry != nullptr) {
      const auto known = entry->offsets.find(commit.partition);
      if (known == entry->offsets.end() || known->second.log_offset < log_offset) {
        entry->offsets[commit.partition] = {commit.value, log_offset};
      }
    }
    state_commit(place, commit);
  }
}

void GroupCoordinator::state_commit(const Place& place, const Commit& commit) {
  node_.record(OffsetCommitted{.group = place.group,
                               .partition = to_string(commit.partition),
                               .coordinator = config_.broker_id,
                               .offset = commit.value.offset});
}

// ---- fetching ----

OffsetFetchResponse GroupCoordinator::fetch(const OffsetFetchRequest& request) const {
  OffsetFetchResponse response;
  response.error_code = check(request.group_id, true);
  if (response.error_code != ErrorCode::none) return response;
  const GroupEntry* entry = find(request.group_id);
  if (request.topics) {
    for (const auto& topic : *request.topics) {
      auto& result = response.topics.emplace_back(OffsetFetchTopicResult{.name = topic.name});
      for (const auto index : topic.partition_indexes) {
        result.partitions.push_back(position_of(entry, {topic.name, index}));
      }
    }
    return response;
  }
  if (entry == nullptr) return response;
  for (const auto& [partition, stored] : entry->offsets) {
    if (response.topics.empty() || response.topics.back().name != partition.topic) {
      response.topics.push_back({.name = partition.topic});
    }
    response.topics.back().partitions.push_back(position_of(entry, partition));
  }
  return response;
}

// ---- expiring ----

std::vector<TopicPartition> GroupCoordinator::expired_in(const GroupEntry& entry) const {
  const Group& group = entry.group;
  const bool is_empty = group.state() == GroupState::empty;
  const bool is_consumers = group.protocol_type() == consumer_protocol_type;
  const bool is_stable = group.state() == GroupState::stable && is_consumers;
  if (!is_empty && !is_stable && !expires_when_unstable_) return {};

  std::vector<std::string> subscribed;
  for (const auto& member : group.members()) {
    const auto subscription = decode_subscription(group.metadata_of(member));
    if (is_stable && !subscription) return {};
    if (is_stable)
      subscribed.insert(subscribed.end(), subscription->topics.begin(), subscription->topics.end());
  }
  const auto retention =
      std::chrono::duration_cast<std::chrono::milliseconds>(config_.offsets_retention).count();
  std::vector<TopicPartition> expired;
  for (const auto& [partition, stored] : entry.offsets) {
    if (entry.pending.contains(partition)) continue;
    if (std::find(subscribed.begin(), subscribed.end(), partition.topic) != subscribed.end())
      continue;
    const bool since_empty =
        is_empty && !group.protocol_type().empty() && entry.state_timestamp >= 0;
    const Timestamp since = since_empty ? entry.state_timestamp : stored.value.commit_timestamp;
    const bool is_due = stored.value.expire_timestamp >= 0
                            ? wall_clock() >= stored.value.expire_timestamp
                            : wall_clock() - since >= retention;
    if (is_due) expired.push_back(partition);
  }
  return expired;
}

void GroupCoordinator::expire_offsets() {
  std::vector<Place> places;  // the maps may change while tombstones are written
  for (const auto& [partition, shard] : shards_) {
    for (const auto& [id, entry] : shard.groups) {
      places.push_back({.partition = partition, .loaded_in = shard.loaded_in, .group = id});
    }
  }
  for (const auto& place : places) {
    GroupEntry* entry = find(place);
    if (entry != nullptr) forget(place, *entry, expired_in(*entry));
  }
}

void GroupCoordinator::forget(const Place& place, GroupEntry& entry,
                              const std::vector<TopicPartition>& partitions) {
  const Timestamp now = wall_clock();
  std::vector<Record> tombstones;
  for (const auto& partition : partitions) {
    node_.record(OffsetExpired{.group = place.group,
                               .coordinator = config_.broker_id,
                               .partition = to_string(partition),
                               .offset = entry.offsets.at(partition).value.offset,
                               .group_state = std::string(name_of(entry.group.state()))});
    entry.offsets.erase(partition);
    tombstones.push_back(offset_record({place.group, partition}, std::nullopt, now));
  }
  const bool is_over = entry.group.state() == GroupState::empty && entry.offsets.empty() &&
                       entry.pending.empty() && !entry.group.next_deadline();
  if (is_over) {
    if (entry.group.generation() > Generation{0}) {
      tombstones.push_back(group_record(place.group, std::nullopt, now));
    }
    shards_.at(place.partition).groups.erase(place.group);
  }
  // A tombstone that cannot be written is written at the next round by whoever coordinates then.
  if (!tombstones.empty()) static_cast<void>(append(place, std::move(tombstones)));
}

}  // namespace logquake::kafka
