// The records of __consumer_offsets: committed offsets and groups, under Kafka's own schemas.
// Source: K-OFS-2 to 4, Appendix A (OffsetCommitKey, OffsetCommitValue, GroupMetadataKey,
// GroupMetadataValue).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "models/groups/group.h"
#include "models/protocol/errors.h"
#include "models/protocol/ids.h"
#include "models/protocol/record.h"

namespace logquake::kafka {

/// A position that a group has committed.
struct CommittedOffset {
  Offset offset = no_offset;
  LeaderEpoch leader_epoch = no_leader_epoch;
  std::string metadata;
  Timestamp commit_timestamp = no_timestamp;
  Timestamp expire_timestamp = no_timestamp;  // only in records of version 1
  bool operator==(const CommittedOffset&) const = default;
};

struct OffsetKey {
  std::string group;
  TopicPartition partition;
  auto operator<=>(const OffsetKey&) const = default;
};

/// A group as stored, with the wall-clock time at which it took that state.
struct StoredGroup {
  GroupSnapshot snapshot;
  Timestamp state_timestamp = no_timestamp;
};

/// The records that coordinators write; no value is a tombstone.
Record offset_record(const OffsetKey& key, const std::optional<CommittedOffset>& value,
                     Timestamp now);
Record group_record(const std::string& group, const std::optional<StoredGroup>& value,
                    Timestamp now);

struct OffsetEntry {
  OffsetKey key;
  std::optional<CommittedOffset> value;
};
struct GroupRecordEntry {
  std::string group;
  std::optional<StoredGroup> value;
};
/// What one record says; nothing for keys of versions that are not known, which are skipped
/// (K-OFS-2).
using GroupLogEntry = std::variant<std::monostate, OffsetEntry, GroupRecordEntry>;
/// Errors: CORRUPT_MESSAGE (a known key whose value cannot be read).
Outcome<GroupLogEntry> read_group_record(const Record& record);

}  // namespace logquake::kafka
