#include "models/broker/coordinator/group_records.h"

#include "models/protocol/wire/primitives.h"
#include "sim/base/format.h"

namespace logquake::kafka {
namespace {

constexpr std::int16_t offset_key_version = 1;
constexpr std::int16_t offset_value_version = 3;
constexpr std::int16_t group_key_version = 2;
constexpr std::int16_t group_value_version = 3;

std::int32_t milliseconds(Duration duration) {
  return static_cast<std::int32_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

Bytes offset_key(const OffsetKey& key) {
  wire::Writer out;
  out.int16(offset_key_version);
  out.string(key.group);
  out.string(key.partition.topic);
  out.int32(key.partition.partition);
  return std::move(out).take();
}

Bytes offset_value(const CommittedOffset& value) {
  wire::Writer out;
  out.int16(offset_value_version);
  out.int64(value.offset.value());
  out.int32(value.leader_epoch.value());
  out.string(value.metadata);
  out.int64(value.commit_timestamp);
  return std::move(out).take();
}

Bytes group_value(const StoredGroup& value) {
  const GroupSnapshot& group = value.snapshot;
  wire::Writer out;
  out.int16(group_value_version);
  out.string(group.protocol_type);
  out.int32(group.generation.value());
  out.nullable_string(group.protocol);
  out.nullable_string(group.leader);
  out.int64(value.state_timestamp);
  out.int32(static_cast<std::int32_t>(group.members.size()));
  for (const auto& member : group.members) {
    out.string(member.id);
    out.nullable_string(std::nullopt);  // group instance id
    out.string(member.client_id);
    out.string(member.client_host);
    out.int32(milliseconds(member.rebalance_timeout));
    out.int32(milliseconds(member.session_timeout));
    out.bytes(member.protocols.empty() ? Bytes{} : member.protocols.front().metadata);
    out.bytes(member.assignment);
  }
  return std::move(out).take();
}

CommittedOffset read_offset_value(wire::Reader& in) {
  const auto version = in.int16();
  if (version < 0 || version > offset_value_version)
    in.fail(logquake::format("offset value version {}", version));
  CommittedOffset value;
  value.offset = Offset{in.int64()};
  if (version >= 3) value.leader_epoch = LeaderEpoch{in.int32()};
  value.metadata = in.string();
  value.commit_timestamp = in.int64();
  if (version == 1) value.expire_timestamp = in.int64();
  return value;
}

StoredGroup read_group_value(wire::Reader& in) {
  const auto version = in.int16();
  if (version < 0 || version > group_value_version)
    in.fail(logquake::format("group value version {}", version));
  StoredGroup value;
  GroupSnapshot& group = value.snapshot;
  group.protocol_type = in.string();
  group.generation = Generation{in.int32()};
  group.protocol = in.nullable_string();
  group.leader = in.nullable_string();
  if (version >= 2) value.state_timestamp = in.int64();
  for (auto left = in.array_count(); left > 0 && in.ok(); --left) {
    StoredMember member;
    member.id = in.string();
    if (version >= 3) static_cast<void>(in.nullable_string());
    member.client_id = in.string();
    member.client_host = in.string();
    const std::int32_t rebalance = version >= 1 ? in.int32() : -1;
    const std::int32_t session = in.int32();
    member.session_timeout = std::chrono::milliseconds(session);
    member.rebalance_timeout = std::chrono::milliseconds(rebalance >= 0 ? rebalance : session);
    member.protocols = {{.name = group.protocol.value_or(""), .metadata = in.bytes()}};
    member.assignment = in.bytes();
    group.members.push_back(std::move(member));
  }
  return value;
}

Error unreadable(const wire::Reader& in) {
  return {ErrorCode::corrupt_message,
          logquake::format("a record of {}: {}", "__consumer_offsets", in.failure())};
}

}  // namespace

Record offset_record(const OffsetKey& key, const std::optional<CommittedOffset>& value,
                     Timestamp now) {
  Record record{.timestamp = now, .key = offset_key(key)};
  if (value) record.value = offset_value(*value);
  return record;
}

Record group_record(const std::string& group, const std::optional<StoredGroup>& value,
                    Timestamp now) {
  wire::Writer key;
  key.int16(group_key_version);
  key.string(group);
  Record record{.timestamp = now, .key = std::move(key).take()};
  if (value) record.value = group_value(*value);
  return record;
}

Outcome<GroupLogEntry> read_group_record(const Record& record) {
  if (!record.key) return GroupLogEntry{};
  wire::Reader key(*record.key);
  const auto version = key.int16();
  if (version == 0 || version == 1) {
    OffsetEntry entry;
    entry.key.group = key.string();
    entry.key.partition.topic = key.string();
    entry.key.partition.partition = key.int32();
    if (!key.ok()) return unreadable(key);
    if (!record.value) return GroupLogEntry{std::move(entry)};
    wire::Reader value(*record.value);
    entry.value = read_offset_value(value);
    if (!value.ok()) return unreadable(value);
    return GroupLogEntry{std::move(entry)};
  }
  if (version == group_key_version) {
    GroupRecordEntry entry{.group = key.string()};
    if (!key.ok()) return unreadable(key);
    if (!record.value) return GroupLogEntry{std::move(entry)};
    wire::Reader value(*record.value);
    entry.value = read_group_value(value);
    if (!value.ok()) return unreadable(value);
    return GroupLogEntry{std::move(entry)};
  }
  return GroupLogEntry{};
}

}  // namespace logquake::kafka
