// The identifiers of the Kafka world. An offset is no epoch, and the compiler knows.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/id.h"

namespace logquake::kafka {

using BrokerId = Id<struct BrokerTag, std::int32_t>;
using Offset = Id<struct OffsetTag>;
using LeaderEpoch = Id<struct LeaderEpochTag, std::int32_t>;
using ControllerEpoch = Id<struct ControllerEpochTag, std::int32_t>;
using BrokerEpoch = Id<struct BrokerEpochTag>;
using ProducerId = Id<struct ProducerTag>;
using ProducerEpoch = Id<struct ProducerEpochTag, std::int16_t>;
using Generation = Id<struct GenerationTag, std::int32_t>;
using CorrelationId = Id<struct CorrelationTag, std::int32_t>;

// Sentinels of the protocol. Source: K-LOG-8, K-API-3d, K-API-11b.
inline constexpr BrokerId no_broker{-1};
inline constexpr BrokerId consumer_replica{-1};  // Fetch and ListOffsets: "I am no replica"
inline constexpr Offset no_offset{-1};
inline constexpr LeaderEpoch no_leader_epoch{-1};
inline constexpr BrokerEpoch no_broker_epoch{-1};
inline constexpr ProducerId no_producer_id{-1};
inline constexpr ProducerEpoch no_producer_epoch{-1};
inline constexpr std::int32_t no_sequence = -1;
inline constexpr Generation no_generation{-1};

/// One partition of a topic. Printed, described and named in scenarios as "orders-0".
struct TopicPartition {
  std::string topic{};
  std::int32_t partition = 0;
  auto operator<=>(const TopicPartition&) const = default;
};
std::string to_string(const TopicPartition& partition);
/// Reads "orders-0"; nothing where the text is no partition's name.
std::optional<TopicPartition> parse_topic_partition(std::string_view text);

/// 16 raw bytes, as topic ids and incarnations are; zero is "none". Source: K-WIRE-4.
struct Uuid {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  bool is_none() const { return high == 0 && low == 0; }
  auto operator<=>(const Uuid&) const = default;
};
/// 32 hexadecimal digits.
std::string to_string(const Uuid& uuid);

}  // namespace logquake::kafka
