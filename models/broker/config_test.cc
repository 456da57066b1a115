#include "models/broker/config.h"

#include <gtest/gtest.h>

namespace logquake::kafka {
namespace {

TEST(BrokerConfig, HasTheDefaultsOfSectionSeven) {
  const auto settings = BrokerConfig{}.to_properties();

  EXPECT_EQ(settings.at("num.partitions"), "1");
  EXPECT_EQ(settings.at("message.max.bytes"), "1048588");
  EXPECT_EQ(settings.at("replica.lag.time.max.ms"), "30000");
  EXPECT_EQ(settings.at("log.flush.interval.messages"), "9223372036854775807");
  EXPECT_EQ(settings.at("log.flush.interval.ms"), "9223372036854775807");
  EXPECT_EQ(settings.at("log.segment.bytes"), "1073741824");
  EXPECT_EQ(settings.at("log.retention.ms"), "604800000");
  EXPECT_EQ(settings.at("offsets.retention.minutes"), "10080");
  EXPECT_EQ(settings.at("fetch.max.bytes"), "57671680");
}

TEST(BrokerConfig, ReadsServerProperties) {
  const auto properties = parse_properties(
      "# a broker\nbroker.id=2\n\nmin.insync.replicas = 2\nlog.retention.hours=1\n");
  ASSERT_TRUE(properties);
  const auto config = BrokerConfig::from(*properties);

  ASSERT_TRUE(config) << to_string(config.error());
  EXPECT_EQ(config->broker_id, BrokerId{2});
  EXPECT_EQ(config->topic_defaults.min_insync_replicas, 2);
  EXPECT_EQ(config->topic_defaults.retention, 1h);
}

TEST(BrokerConfig, TheFinerUnitWins) {
  const auto config =
      BrokerConfig::from({{"log.retention.hours", "1"}, {"log.retention.ms", "5000"}});

  ASSERT_TRUE(config);
  EXPECT_EQ(config->topic_defaults.retention, 5s);
}

TEST(BrokerConfig, PrintsWhatItReads) {
  const auto config = BrokerConfig::from({{"broker.id", "3"}, {"log.roll.ms", "1000"}});
  ASSERT_TRUE(config);

  const auto again = BrokerConfig::from(config->to_properties());

  ASSERT_TRUE(again) << to_string(again.error());
  EXPECT_EQ(*again, *config);
}

TEST(BrokerConfig, NamesAnUnknownSetting) {
  const auto config = BrokerConfig::from({{"min.insync.replica", "2"}});

  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().message, "unknown setting min.insync.replica");
}

TEST(TopicConfig, RefusesValuesOutOfBounds) {
  EXPECT_FALSE(TopicConfig{}.with({{"segment.bytes", "13"}}));
  EXPECT_FALSE(TopicConfig{}.with({{"segment.bytes", "many"}}));
  EXPECT_FALSE(TopicConfig{}.with({{"retention.ms", "-2"}}));
  EXPECT_FALSE(TopicConfig{}.with({{"cleanup.policy", "shred"}}));
  EXPECT_FALSE(TopicConfig{}.with({{"min.cleanable.dirty.ratio", "1.5"}}));
  EXPECT_FALSE(TopicConfig{}.with({{"compression.type", "zstd"}}));
  EXPECT_TRUE(TopicConfig{}.with({{"cleanup.policy", "compact,delete"}, {"retention.ms", "-1"}}));
}

TEST(TopicConfig, InheritsWhatIsNotOverridden) {
  const auto broker = BrokerConfig::from({{"log.segment.bytes", "4096"}});
  ASSERT_TRUE(broker);

  const auto topic = broker->topic_defaults.with({{"retention.bytes", "1000"}});

  ASSERT_TRUE(topic);
  EXPECT_EQ(topic->segment_bytes, 4096);
  EXPECT_EQ(topic->retention_bytes, 1000);
}

TEST(Properties, NameTheLineThatIsNoSetting) {
  const auto properties = parse_properties("a=1\nnonsense\n");

  ASSERT_FALSE(properties);
  EXPECT_EQ(properties.error().message, "line 2: expected name=value, found 'nonsense'");
}

}  // namespace
}  // namespace logquake::kafka
