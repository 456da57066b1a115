// What consumers tell each other through the group: subscriptions and assignments.
// Source: K-ASG-1, Appendix A (ConsumerProtocolSubscription, ConsumerProtocolAssignment).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/protocol/errors.h"
#include "models/protocol/ids.h"
#include "sim/base/bytes.h"

namespace logquake::kafka {

/// The protocol type of consumers' groups.
inline constexpr const char* consumer_protocol_type = "consumer";

/// What a member brings to a rebalance. Version 1 is written, any version is read: what later ones
/// append is ignored.
struct ConsumerSubscription {
  std::vector<std::string> topics{};  // in alphabetical order
  std::vector<TopicPartition> owned_partitions{};
  bool operator==(const ConsumerSubscription&) const = default;
};
Bytes encode(const ConsumerSubscription& subscription);
/// Errors: INCONSISTENT_GROUP_PROTOCOL (bytes that are no subscription).
Outcome<ConsumerSubscription> decode_subscription(ByteView bytes);

/// What the group's leader gives a member. No bytes at all are an empty assignment, as members have
/// them that the leader did not know.
struct ConsumerAssignment {
  std::vector<TopicPartition> partitions{};
  bool operator==(const ConsumerAssignment&) const = default;
};
Bytes encode(const ConsumerAssignment& assignment);
/// Errors: INCONSISTENT_GROUP_PROTOCOL (bytes that are no assignment).
Outcome<ConsumerAssignment> decode_assignment(ByteView bytes);

}  // namespace logquake::kafka
