#include "models/protocol/consumer_protocol.h"

#include <map>
#include <optional>
#include <utility>

#include "models/protocol/wire/primitives.h"

namespace logquake::kafka {
namespace {

constexpr std::int16_t written_version = 1;  // the oldest with owned partitions

void write_partitions(wire::Writer& out, const std::vector<TopicPartition>& partitions) {
  std::map<std::string, std::vector<std::int32_t>> by_topic;
  for (const auto& each : partitions) by_topic[each.topic].push_back(each.partition);
  out.int32(static_cast<std::int32_t>(by_topic.size()));
  for (const auto& [topic, numbers] : by_topic) {
    out.string(topic);
    out.int32(static_cast<std::int32_t>(numbers.size()));
    for (const auto number : numbers) out.int32(number);
  }
}

std::vector<TopicPartition> read_partitions(wire::Reader& in) {
  std::vector<TopicPartition> partitions;
  const auto topics = in.array_count();
  for (std::int32_t i = 0; i < topics && in.ok(); ++i) {
    const auto topic = in.string();
    const auto count = in.array_count();
    for (std::int32_t j = 0; j < count && in.ok(); ++j) {
      const auto number = in.int32();
      if (in.ok()) partitions.push_back({topic, number});
    }
  }
  return partitions;
}

Error inconsistent(std::string_view what, const wire::Reader& in) {
  return {ErrorCode::inconsistent_group_protocol,
          std::string("read ") + std::string(what) + ": " + in.failure()};
}

}  // namespace

Bytes encode(const ConsumerSubscription& subscription) {
  wire::Writer out;
  out.int16(written_version);
  out.int32(static_cast<std::int32_t>(subscription.topics.size()));
  for (const auto& topic : subscription.topics) out.string(topic);
  out.nullable_bytes(std::nullopt);  // user data
  write_partitions(out, subscription.owned_partitions);
  return std::move(out).take();
}

Outcome<ConsumerSubscription> decode_subscription(ByteView bytes) {
  wire::Reader in(bytes);
  ConsumerSubscription subscription;
  const auto version = in.int16();
  const auto count = in.array_count();
  for (std::int32_t i = 0; i < count && in.ok(); ++i) subscription.topics.push_back(in.string());
  in.nullable_bytes();
  if (version >= 1) subscription.owned_partitions = read_partitions(in);
  if (!in.ok()) return inconsistent("a subscription", in);
  return subscription;
}

Bytes encode(const ConsumerAssignment& assignment) {
  wire::Writer out;
  out.int16(written_version);
  write_partitions(out, assignment.partitions);
  out.nullable_bytes(std::nullopt);  // user data
  return std::move(out).take();
}

Outcome<ConsumerAssignment> decode_assignment(ByteView bytes) {
  if (bytes.empty()) return ConsumerAssignment{};
  wire::Reader in(bytes);
  in.int16();
  ConsumerAssignment assignment{read_partitions(in)};
  in.nullable_bytes();
  if (!in.ok()) return inconsistent("an assignment", in);
  return assignment;
}

}  // namespace logquake::kafka
