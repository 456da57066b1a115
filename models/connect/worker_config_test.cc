#include "models/connect/worker_config.h"

#include <gtest/gtest.h>

namespace logquake::connect {
namespace {

constexpr std::string_view text = R"(
# distributed mode
bootstrap.servers=localhost:9092
group.id = connect-cluster
config.storage.topic: connect-configs
offset.storage.topic connect-offsets
status.storage.topic=connect-status
key.converter=org.apache.kafka.connect.json.JsonConverter
value.converter=org.apache.kafka.connect.json.JsonConverter
offset.flush.interval.ms=5000
offset.storage.partitions=\
   3
! a comment \
plugin.path=/usr/share/java,/opt
producer.linger.ms=5
ofset.flush.timeout.ms=1
)";

TEST(WorkerConfig, ReadsPropertiesAsJavaDoes) {
  const auto config = WorkerConfig::from(text).value();

  EXPECT_EQ(config.group_id, "connect-cluster");
  EXPECT_EQ(config.config_topic.name, "connect-configs");
  EXPECT_EQ(config.offset_topic.name, "connect-offsets");
  EXPECT_EQ(config.offset_topic.partitions, 3);
  EXPECT_EQ(config.status_topic.partitions, 5);
  EXPECT_EQ(config.status_topic.replication, 3);
  EXPECT_EQ(config.offset_flush_interval, 5s);
  EXPECT_EQ(config.offset_flush_timeout, 5s);
  EXPECT_EQ(config.rest_port, 8083);
}

TEST(WorkerConfig, OnlyWarnsOfUnknownSettings) {
  EXPECT_EQ(WorkerConfig::from(text).value().unknown_settings,
            std::vector<std::string>{"ofset.flush.timeout.ms"});
}

// C-WRK-1.
TEST(WorkerConfig, NamesAMissingSetting) {
  std::string short_text(text);
  short_text.erase(short_text.find("group.id"), 26);

  EXPECT_EQ(WorkerConfig::from(short_text).error().message,
            "Missing required configuration \"group.id\" which has no default value.");
}

TEST(WorkerConfig, HandsSettingsUnderAPrefixToClients) {
  const auto config = WorkerConfig::from(text).value();

  const auto producer = config.client_config({{"broker-1", 9092}, {"broker-2", 9092}}, "p",
                                             {{"acks", "all"}}, "producer.");

  EXPECT_EQ(producer, (kafka::Config{{"acks", "all"},
                                     {"bootstrap.servers", "broker-1:9092,broker-2:9092"},
                                     {"client.id", "p"},
                                     {"linger.ms", "5"}}));
}

TEST(WorkerConfig, IsCheckedBeforeARun) {
  WorkerSettings settings;
  settings.properties = text;
  settings.resolve_cluster =
      [](std::string_view host) -> logquake::Result<std::vector<sim::Address>> {
    return logquake::Error{logquake::ErrorCode::unreachable,
                           "no simulated node is " + std::string(host)};
  };

  EXPECT_EQ(check_worker(settings),
            std::vector<std::string>{"bootstrap.servers: no simulated node is localhost:9092"});
  settings.properties = "x";
  EXPECT_EQ(check_worker(settings).size(), 1U);
}

}  // namespace
}  // namespace logquake::connect
