// What a coordinator holds in memory for one partition of __consumer_offsets. Internal to it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "models/broker/coordinator/group_records.h"
#include "models/groups/group.h"
#include "models/protocol/ids.h"

namespace logquake::kafka {

/// A committed position and the record that holds it: of two, the later record wins (K-OFS-5).
struct StoredOffset {
  CommittedOffset value;
  Offset log_offset;
};

struct GroupEntry {
  explicit GroupEntry(Group rules) : group(std::move(rules)) {}

  Group group;
  Timestamp state_timestamp = no_timestamp;  // wall clock: since when the group has its state
  std::map<TopicPartition, StoredOffset> offsets;
  std::map<TopicPartition, int> pending;  // commits that are being replicated
};

struct GroupShard {
  LeaderEpoch epoch;  // in which this broker leads the partition
  /// In which it was loaded: tells a shard from one loaded anew. A re-election of the same broker
  /// keeps what is in memory, and whoever waits for a write to it still finds it.
  LeaderEpoch loaded_in;
  bool is_loading = true;
  std::map<std::string, std::unique_ptr<GroupEntry>> groups;
};

}  // namespace logquake::kafka
