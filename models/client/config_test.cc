#include "models/client/config.h"

#include <gtest/gtest.h>

namespace logquake::kafka {
namespace {

Config with(Config extra) {
  extra.emplace("bootstrap.servers", "broker-1:9092, broker-2:9092");
  return extra;
}

std::string producer_complaint(Config extra) {
  const auto config = parse_producer_config(with(std::move(extra)));
  return config ? "" : config.error().message;
}

std::string consumer_complaint(Config extra) {
  const auto config = parse_consumer_config(with(std::move(extra)));
  return config ? "" : config.error().message;
}

TEST(ProducerConfigs, HaveTheDefaultsOfThreeSeven) {
  const auto config = parse_producer_config(with({})).value();

  EXPECT_EQ(config.client.bootstrap_servers,
            (std::vector<sim::Address>{{"broker-1", 9092}, {"broker-2", 9092}}));
  EXPECT_EQ(config.acks, -1);
  EXPECT_TRUE(config.enable_idempotence);
  EXPECT_EQ(config.retries, 2147483647);
  EXPECT_EQ(config.batch_size, 16384);
  EXPECT_EQ(config.linger, 0ms);
  EXPECT_EQ(config.delivery_timeout, 120s);
}

TEST(ProducerConfigs, ComplainInKafkasWords) {
  EXPECT_EQ(producer_complaint({{"linger.ms", "soon"}}),
            "Invalid value soon for configuration linger.ms: Not a number of type LONG");
  EXPECT_EQ(producer_complaint({{"retries", "-1"}}),
            "Invalid value -1 for configuration retries: Value must be at least 0");
  EXPECT_EQ(producer_complaint({{"acks", "2"}}),
            "Invalid value 2 for configuration acks: String must be one of: all, -1, 0, 1");
  EXPECT_EQ(producer_complaint({{"enable.idempotence", "yes"}}),
            "Invalid value yes for configuration enable.idempotence: Expected value to be either "
            "true or false");
  EXPECT_EQ(producer_complaint({{"batch.size", "99999999999"}}),
            "Invalid value 99999999999 for configuration batch.size: Not a number of type INT");
  EXPECT_EQ(parse_producer_config({}).error().message,
            "Missing required configuration \"bootstrap.servers\" which has no default value.");
  EXPECT_EQ(parse_producer_config({{"bootstrap.servers", "nowhere"}}).error().message,
            "Invalid url in bootstrap.servers: nowhere");
}

TEST(ProducerConfigs, ConflictsSwitchIdempotenceOffUnlessItWasAskedFor) {
  EXPECT_FALSE(parse_producer_config(with({{"acks", "1"}}))->enable_idempotence);
  EXPECT_EQ(producer_complaint({{"acks", "1"}, {"enable.idempotence", "true"}}),
            "Must set acks to all in order to use the idempotent producer. Otherwise we cannot "
            "guarantee idempotence.");
  EXPECT_EQ(producer_complaint(
                {{"max.in.flight.requests.per.connection", "6"}, {"enable.idempotence", "true"}}),
            "Must set max.in.flight.requests.per.connection to at most 5 to use the idempotent "
            "producer.");
}

TEST(ProducerConfigs, DeliveryTimeoutCoversLingerAndRequest) {
  EXPECT_EQ(producer_complaint({{"delivery.timeout.ms", "1000"}}),
            "delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms");
  EXPECT_EQ(parse_producer_config(with({{"linger.ms", "100000"}}))->delivery_timeout, 130s);
}

TEST(ProducerConfigs, WhatIsNotModelledIsRefusedByName) {
  EXPECT_EQ(producer_complaint({{"compression.type", "lz4"}}),
            "Invalid value lz4 for configuration compression.type: not modelled");
  EXPECT_EQ(producer_complaint({{"transactional.id", "t"}}),
            "Invalid value t for configuration transactional.id: not modelled");
}

TEST(ProducerConfigs, UnknownNamesAreListedNotRefused) {
  EXPECT_EQ(unknown_producer_settings(with({{"acks", "1"}, {"acksss", "1"}})),
            std::vector<std::string>{"acksss"});
}

TEST(ConsumerConfigs, HaveTheDefaultsOfThreeSeven) {
  const auto config = parse_consumer_config(with({{"group.id", "g"}})).value();

  EXPECT_EQ(config.session_timeout, 45s);
  EXPECT_EQ(config.auto_offset_reset, OffsetReset::latest);
  EXPECT_TRUE(config.enable_auto_commit);
  EXPECT_EQ(config.max_poll_records, 500);
  EXPECT_FALSE(parse_consumer_config(with({}))->enable_auto_commit)
      << "without a group there is nothing to commit to";
}

TEST(ConsumerConfigs, ComplainInKafkasWords) {
  EXPECT_EQ(consumer_complaint({{"group.id", "g"}, {"auto.offset.reset", "newest"}}),
            "Invalid value newest for configuration auto.offset.reset: String must be one of: "
            "latest, earliest, none");
  EXPECT_EQ(consumer_complaint({{"group.id", "g"}, {"heartbeat.interval.ms", "45000"}}),
            "Heartbeat must be set lower than the session timeout");
  EXPECT_EQ(consumer_complaint({{"group.id", "g"}, {"isolation.level", "read_committed"}}),
            "Invalid value read_committed for configuration isolation.level: not modelled");
  EXPECT_EQ(consumer_complaint({{"enable.auto.commit", "true"}}),
            "enable.auto.commit cannot be set to true when default group id (null) is used.");
}

}  // namespace
}  // namespace logquake::kafka
