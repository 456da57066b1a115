#include "models/protocol/consumer_protocol.h"

#include <gtest/gtest.h>

#include "sim/random.h"

namespace logquake::kafka {
namespace {

TEST(ConsumerSubscriptions, HaveTheBytesOfVersionOne) {
  const ConsumerSubscription subscription{{"ab"}, {{"ab", 3}}};

  EXPECT_EQ(to_hex(encode(subscription)),
            "0001"
            "00000001"
            "00026162"
            "ffffffff"
            "00000001"
            "00026162"
            "00000001"
            "00000003");
  EXPECT_EQ(decode_subscription(encode(subscription)).value(), subscription);
}

TEST(ConsumerSubscriptions, OfLaterVersionsMayGoOn) {
  auto bytes = encode(ConsumerSubscription{{"a", "b"}, {}});
  bytes[1] = std::byte{3};
  bytes.resize(bytes.size() + 6);

  EXPECT_EQ(decode_subscription(bytes).value().topics.size(), 2U);
}

TEST(ConsumerAssignments, ComeBackGroupedByTopic) {
  const ConsumerAssignment assignment{{{"a", 0}, {"a", 2}, {"b", 1}}};

  EXPECT_EQ(decode_assignment(encode(assignment)).value(), assignment);
  EXPECT_EQ(decode_assignment({}).value(), ConsumerAssignment{}) << "no bytes are no partitions";
}

TEST(ConsumerProtocol, GarbageIsRefusedAndNeverCrashes) {
  sim::Random random(5);
  for (int round = 0; round < 3000; ++round) {
    Bytes garbage(random.next() % 40);
    for (auto& byte : garbage) byte = static_cast<std::byte>(random.next() % 4);
    const auto subscription = decode_subscription(garbage);
    const auto assignment = decode_assignment(garbage);
    for (const auto* failure : {subscription ? nullptr : &subscription.error(),
                                assignment ? nullptr : &assignment.error()}) {
      if (failure) {
        EXPECT_EQ(failure->code, ErrorCode::inconsistent_group_protocol);
      }
    }
  }
}

}  // namespace
}  // namespace logquake::kafka
