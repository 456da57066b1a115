// How a coordinator comes to know its groups, and gives them up. Source: K-OFS-6, K-GRP-17.
#include <utility>

#include "models/broker/coordinator/group_coordinator.h"
#include "models/broker/group_facts.h"
#include "models/broker/probes.h"
#include "models/protocol/wire/record_batch.h"

namespace logquake::kafka {
namespace {

constexpr std::int64_t load_chunk_bytes = 5 << 20;  // offsets.load.buffer.size

/// What the records of one partition say, the later ones winning.
struct LoadedShard {
  std::map<std::string, StoredGroup> groups;
  std::map<std::string, std::map<TopicPartition, StoredOffset>> offsets;

  Outcome<> apply(const Record& record, Offset log_offset) {
    auto entry = read_group_record(record);
    if (!entry) return entry.error();
    if (auto* offset = std::get_if<OffsetEntry>(&*entry)) {
      auto& of_group = offsets[offset->key.group];
      if (offset->value) {
        of_group[offset->key.partition] = {std::move(*offset->value), log_offset};
      } else {
        of_group.erase(offset->key.partition);
      }
    } else if (auto* group = std::get_if<GroupRecordEntry>(&*entry)) {
      if (group->value) {
        groups[group->group] = std::move(*group->value);
      } else {
        groups.erase(group->group);
      }
    }
    return {};
  }

  Outcome<> apply_all(const RecordData& records, Offset& position) {
    auto batches = wire::split(records.view());
    if (!batches) return batches.error();
    for (const auto& view : batches->batches) {
      position = view.header.last_offset() + 1;
      if (view.header.is_control) continue;
      auto batch = wire::decode(view.bytes);
      if (!batch) return batch.error();
      for (const auto& [delta, record] : batch->records) {
        if (auto applied = apply(record, view.header.base_offset + delta); !applied) return applied;
      }
    }
    return {};
  }
};

}  // namespace

void GroupCoordinator::on_leadership(const TopicPartition& partition, LeaderEpoch epoch,
                                     bool leads) {
  if (partition.topic != offsets_topic_name) return;
  const auto found = shards_.find(partition.partition);
  if (found != shards_.end() && found->second.epoch > epoch) return;  // overtaken by a newer one
  if (!leads) {
    if (found != shards_.end()) {
      unload(partition.partition, found->second);
      shards_.erase(found);
    }
    return;
  }
  if (found != shards_.end() && !found->second.is_loading) {
    found->second.epoch = epoch;  // re-elected: what is in memory stays true
    return;
  }
  GroupShard& shard = shards_[partition.partition];
  shard.epoch = shard.loaded_in = epoch;
  to_load_.push_back({partition.partition, epoch});
  load_ordered_.notify_one();
}

void GroupCoordinator::run_loader() {
  while (true) {
    load_ordered_.wait_until([this] { return !to_load_.empty(); });
    const LoadOrder order = to_load_.front();
    to_load_.pop_front();
    load(order.partition, order.epoch);
  }
}

void GroupCoordinator::load(std::int32_t partition, LeaderEpoch epoch) {
  const TopicPartition id{std::string(offsets_topic_name), partition};
  const auto is_current = [&] {
    const auto shard = shards_.find(partition);
    if (shard != shards_.end() && shard->second.epoch == epoch && shard->second.is_loading)
      return true;
    node_.probe(stale_load);
    return false;
  };
  if (!is_current()) return;
  const Log* log = logs_.find(id);
  LoadedShard loaded;
  Offset position = log == nullptr ? Offset{0} : log->log_start();
  const Offset end = log == nullptr ? Offset{0} : log->log_end();
  while (position < end) {
    const Offset before = position;
    auto read = log->read(position, {.max_bytes = load_chunk_bytes, .upper = end});
    node_.yield(between_load_chunks);
    if (!is_current()) return;
    // What cannot be read is given up, as Kafka does; the rest is served.
    if (!read || !loaded.apply_all(read->records, position) || position == before) break;
  }

  GroupShard& shard = shards_.at(partition);
  shard.is_loading = false;
  std::int32_t offset_count = 0;
  const auto entry_of = [&](const std::string& group) -> GroupEntry& {
    auto& entry = shard.groups[group];
    if (!entry) entry = std::make_unique<GroupEntry>(Group(group, rules()));
    return *entry;
  };
  for (const auto& [group, stored] : loaded.groups) {
    if (!stored.snapshot.members.empty()) node_.probe(loaded_with_members);
    GroupEntry& entry = entry_of(group);
    entry.group = Group::load(group, rules(), stored.snapshot, node_.now());
    entry.state_timestamp = stored.state_timestamp;
  }
  for (auto& [group, offsets] : loaded.offsets) {
    if (offsets.empty()) continue;
    offset_count += static_cast<std::int32_t>(offsets.size());
    entry_of(group).offsets = std::move(offsets);
  }
  node_.record(GroupsLoaded{.coordinator = config_.broker_id,
                            .partition = to_string(id),
                            .epoch = epoch,
                            .groups = static_cast<std::int32_t>(shard.groups.size()),
                            .offsets = offset_count});
  timers_changed_.notify_one();
}

void GroupCoordinator::unload(std::int32_t partition, GroupShard& shard) {
  for (auto& [id, entry] : shard.groups) perform(*entry, entry->group.unload());
  node_.record(GroupsUnloaded{
      .coordinator = config_.broker_id,
      .partition = to_string(TopicPartition{std::string(offsets_topic_name), partition}),
      .epoch = shard.epoch});
}

}  // namespace logquake::kafka
