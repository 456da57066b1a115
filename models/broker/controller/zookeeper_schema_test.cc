#include "models/broker/controller/zookeeper_schema.h"

#include <gtest/gtest.h>

namespace logquake::kafka {
namespace {

constexpr WallTime noon{std::chrono::seconds(1'700'000'000)};

TEST(ZookeeperSchema, NamesTheZnodesAsKafkaDoes) {
  EXPECT_EQ(znode::broker(BrokerId(2)), "/brokers/ids/2");
  EXPECT_EQ(znode::partition_state({"orders", 3}), "/brokers/topics/orders/partitions/3/state");
  EXPECT_EQ(znode::topic_config("orders"), "/config/topics/orders");
  EXPECT_EQ(znode::new_isr_change(), "/isr_change_notification/isr_change_");
}

TEST(ZookeeperSchema, WritesThePartitionStateAsKafkaDoes) {
  const LeaderAndIsr state{
      BrokerId(1), LeaderEpoch(4), {BrokerId(1), BrokerId(3)}, ControllerEpoch(2), 9};

  const auto text = znode::write_state(state);

  EXPECT_EQ(text, R"({"controller_epoch":2,"leader":1,"version":1,"leader_epoch":4,"isr":[1,3]})");
  auto read = znode::read_state(text);
  ASSERT_TRUE(read);
  read->version = 9;
  EXPECT_EQ(*read, state);
}

TEST(ZookeeperSchema, ReadsBackWhatItWrites) {
  const TopicAssignment topic{{0x0123456789abcdef, 0xfedcba9876543210},
                              {{0, {BrokerId(1), BrokerId(2)}}, {10, {BrokerId(2)}}}};
  const std::vector<TopicPartition> changes{{"a", 0}, {"b", 7}};
  const ProducerIdBlock block{BrokerId(1), ProducerId(1000), ProducerId(1999)};

  EXPECT_EQ(znode::read_topic(znode::write_topic(topic)), topic);
  EXPECT_EQ(znode::read_isr_change(znode::write_isr_change(changes)), changes);
  EXPECT_EQ(znode::read_producer_ids(znode::write_producer_ids(block)), block);
  EXPECT_EQ(znode::read_broker(znode::write_broker({"broker-1", 9092}, noon)),
            (BrokerEndpoint{"broker-1", 9092}));
  EXPECT_EQ(znode::read_controller(znode::write_controller(BrokerId(3), noon)), BrokerId(3));
  EXPECT_EQ(znode::read_config(znode::write_config({{"retention.ms", "5"}})),
            (std::map<std::string, std::string>{{"retention.ms", "5"}}));
  EXPECT_EQ(znode::read_cluster_id(znode::write_cluster_id("abc")), "abc");
}

TEST(ZookeeperSchema, AnswersNothingForContentThatIsNoJsonOfKafka) {
  for (const auto* text : {"", "{", "[]", "null", R"({"isr":3,"leader":"x"})"}) {
    EXPECT_FALSE(znode::read_state(text)) << text;
    EXPECT_FALSE(znode::read_topic(text)) << text;
    EXPECT_FALSE(znode::read_broker(text)) << text;
    EXPECT_FALSE(znode::read_config(text)) << text;
  }
  EXPECT_FALSE(znode::read_controller_epoch("x1"));
}

TEST(ZookeeperSchema, PrintsIdsInBase64) {
  EXPECT_EQ(znode::base64_of({0, 0}), "AAAAAAAAAAAAAAAAAAAAAA");
  EXPECT_EQ(znode::base64_of({~0ULL, ~0ULL}), "_____________________w");
}

}  // namespace
}  // namespace logquake::kafka
