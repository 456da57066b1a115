#include "models/protocol/ids.h"

#include <gtest/gtest.h>

namespace logquake::kafka {
namespace {

TEST(TopicPartitions, PrintAndParseAsTopicDashNumber) {
  const TopicPartition partition{"my-topic", 12};

  EXPECT_EQ(to_string(partition), "my-topic-12");
  EXPECT_EQ(parse_topic_partition("my-topic-12"), partition);
}

TEST(TopicPartitions, AreNotParsedFromOtherText) {
  for (const auto* text :
       {"", "orders", "orders-", "-3", "orders-x", "orders-1x", "orders-99999999999"}) {
    EXPECT_FALSE(parse_topic_partition(text)) << text;
  }
}

TEST(Uuids, PrintAsThirtyTwoDigits) {
  EXPECT_EQ(to_string(Uuid{1, 0xff}), "000000000000000100000000000000ff");
  EXPECT_TRUE(Uuid{}.is_none());
}

}  // namespace
}  // namespace logquake::kafka
