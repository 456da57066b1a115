// A whole cluster for the broker's own tests: ZooKeeper, brokers, and a client that speaks raw
// requests over channels.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/broker/facts.h"
#include "models/broker/server/broker.h"
#include "models/protocol/admin.h"
#include "models/protocol/channel.h"
#include "models/protocol/fetch.h"
#include "models/protocol/list_offsets.h"
#include "models/protocol/metadata.h"
#include "models/protocol/produce.h"
#include "models/protocol/wire/record_batch.h"
#include "models/quorum/server/zookeeper_server.h"
#include "sim/base/format.h"
#include "sim/simulation.h"
#include "sim/testing/run_program.h"

namespace logquake::kafka::testing {

inline RecordData records_of(const std::vector<std::string>& values) {
  std::vector<Record> records;
  for (const auto& value : values) {
    records.push_back({.timestamp = 1'700'000'000'000,
                       .key = std::nullopt,
                       .value = to_bytes(value),
                       .headers = {}});
  }
  return RecordData(*wire::encode(wire::make_batch(std::move(records))));
}

inline std::vector<std::string> values_of(const RecordData& data) {
  std::vector<std::string> values;
  const auto batches = wire::split(data.view());
  EXPECT_TRUE(batches.ok());
  for (const auto& view : batches->batches) {
    const auto batch = wire::decode(view.bytes);
    EXPECT_TRUE(batch.ok());
    for (const auto& record : batch->records) values.emplace_back(text_of(*record.record.value));
  }
  return values;
}

/// A client of the simulated cluster that retries nothing by itself.
class RawClient {
 public:
  RawClient(sim::Node& node, int brokers) : node_(node), brokers_(brokers) {}

  Channel& channel(BrokerId broker) {
    auto& entry = channels_[broker];
    if (!entry) {
      entry = std::make_unique<Channel>(
          node_,
          Channel::Options{.address = {format("broker-{}", broker), 9092}, .client_id = "raw"});
    }
    return *entry;
  }
  template <class Request>
  Result<typename Request::Response> call(BrokerId broker, Request request,
                                          Duration timeout = 40s) {
    return channel(broker).call(std::move(request), timeout);
  }

  /// Asks any broker that answers; the topic's entry.
  std::optional<MetadataTopic> describe(const std::string& topic, bool create = false) {
    for (int id = 1; id <= brokers_; ++id) {
      MetadataRequest request;
      request.topics.emplace().push_back({topic});
      request.allow_auto_topic_creation = create;
      auto response = call(BrokerId(id), std::move(request), 3s);
      if (response && !response->topics.empty()) {
        controller = response->controller_id;
        return response->topics.front();
      }
    }
    return std::nullopt;
  }
  /// Tries until the partition has a leader that is alive.
  BrokerId leader_of(const TopicPartition& partition) {
    for (int attempt = 0; attempt < 600; ++attempt) {
      const auto topic = describe(partition.topic);
      if (topic && topic->error_code == ErrorCode::none) {
        for (const auto& entry : topic->partitions) {
          if (entry.partition_index == partition.partition && entry.leader_id != no_broker)
            return entry.leader_id;
        }
      }
      node_.sleep_for(100ms);
    }
    ADD_FAILURE() << "no leader for " << to_string(partition);
    return no_broker;
  }
  /// Asks the controller until it creates the topic.
  void create(const std::string& name, std::int32_t partitions, std::int16_t replicas,
              std::vector<CreatableTopicConfig> configs = {}) {
    for (int attempt = 0; attempt < 600; ++attempt) {
      (void)describe(name);
      if (controller != no_broker) {
        CreateTopicsRequest request;
        request.topics.push_back({.name = name,
                                  .num_partitions = partitions,
                                  .replication_factor = replicas,
                                  .assignments = {},
                                  .configs = configs});
        const auto response = call(controller, std::move(request));
        const auto error =
            response ? response->topics.front().error_code : ErrorCode::network_exception;
        if (error == ErrorCode::none || error == ErrorCode::topic_already_exists) return;
      }
      node_.sleep_for(500ms);
    }
    ADD_FAILURE() << "topic " << name << " was not created";
  }
  /// One attempt at one broker.
  ProducePartitionResult produce_at(BrokerId broker, const TopicPartition& partition,
                                    const std::vector<std::string>& values, std::int16_t acks = -1,
                                    Duration timeout = 30s) {
    ProduceRequest request;
    request.acks = acks;
    request.timeout_ms = static_cast<std::int32_t>(timeout / 1ms);
    ProduceTopic topic{.name = partition.topic, .partition_data = {}};
    topic.partition_data.push_back({.index = partition.partition, .records = records_of(values)});
    request.topic_data.push_back(std::move(topic));
    const auto response = call(broker, std::move(request), timeout + 5s);
    ProducePartitionResult failed;
    failed.error_code = ErrorCode::network_exception;
    return response ? response->responses.front().partition_responses.front() : failed;
  }
  /// Tries at whoever leads until it is acknowledged; the base offset.
  Offset produce(const TopicPartition& partition, const std::vector<std::string>& values) {
    for (int attempt = 0; attempt < 300; ++attempt) {
      const auto result = produce_at(leader_of(partition), partition, values, -1, 5s);
      if (result.error_code == ErrorCode::none) return result.base_offset;
      node_.sleep_for(200ms);
    }
    ADD_FAILURE() << "nothing was acknowledged";
    return no_offset;
  }
  FetchPartitionResult fetch_at(BrokerId broker, const TopicPartition& partition, Offset from,
                                Duration wait = Duration::zero()) {
    FetchRequest request;
    request.max_wait_ms = static_cast<std::int32_t>(wait / 1ms);
    request.min_bytes = 1;
    FetchTopic topic{.topic = partition.topic, .partitions = {}};
    topic.partitions.push_back(
        {.partition = partition.partition, .fetch_offset = from, .partition_max_bytes = 1 << 20});
    request.topics.push_back(std::move(topic));
    const auto response = call(broker, std::move(request));
    FetchPartitionResult failed;
    failed.error_code = ErrorCode::network_exception;
    return response ? response->responses.front().partitions.front() : failed;
  }
  /// Everything below the high watermark, from whoever leads; waits until the latest offset is
  /// served.
  std::vector<std::string> read_all(const TopicPartition& partition) {
    for (int attempt = 0; attempt < 300; ++attempt) {
      const BrokerId leader = leader_of(partition);
      ListOffsetsRequest request;
      ListOffsetsPartition asked;
      asked.partition_index = partition.partition;
      asked.timestamp = latest_timestamp;
      request.topics.push_back({.name = partition.topic, .partitions = {asked}});
      const auto latest = call(leader, std::move(request), 5s);
      if (latest && latest->topics.front().partitions.front().error_code == ErrorCode::none) {
        const auto result = fetch_at(leader, partition, Offset(0));
        if (result.error_code == ErrorCode::none) return values_of(result.records);
      }
      node_.sleep_for(200ms);
    }
    ADD_FAILURE() << "nothing could be read";
    return {};
  }
  sim::Node& node() { return node_; }
  BrokerId controller = no_broker;

 private:
  sim::Node& node_;
  int brokers_;
  std::map<BrokerId, std::unique_ptr<Channel>> channels_;
};

/// zookeeper-1, or an ensemble of more, and broker-1 to broker-N in one simulation.
class TestCluster {
 public:
  explicit TestCluster(sim::Options options = {}, int brokers = 3, const Properties& extra = {},
                       int zookeeper_servers = 1)
      : simulation(std::move(options)), brokers_(brokers) {
    zookeeper::ServerSettings zookeeper;
    for (int id = 1; id <= zookeeper_servers; ++id) {
      zookeeper::EnsembleServer server;
      server.id = zookeeper::ServerId(id);
      server.host = format("zookeeper-{}", id);
      zookeeper_.push_back({server.host, zookeeper.client_port});
      if (zookeeper_servers > 1) zookeeper.servers.push_back(std::move(server));
    }
    std::string zookeeper_connect;
    for (const auto& server : zookeeper_) {
      simulation.add_node(
          server.host, [zookeeper](sim::Node& node) { zookeeper::run_zookeeper(node, zookeeper); });
      zookeeper_connect +=
          format("{}{}:{}", zookeeper_connect.empty() ? "" : ",", server.host, server.port);
    }
    for (int id = 1; id <= brokers; ++id) {
      Properties properties = extra;
      properties["broker.id"] = format("{}", id);
      properties["zookeeper.connect"] = zookeeper_connect;
      auto config = BrokerConfig::from(properties);
      EXPECT_TRUE(config.ok()) << config.error().message;
      simulation.add_node(
          format("broker-{}", id),
          [settings = BrokerSettings{*config}](sim::Node& node) { run_broker(node, settings); });
    }
  }
  /// Runs a client's story to its end.
  void run(const std::function<void(RawClient&)>& story, Duration limit = 1h) {
    sim::testing::run_program(
        simulation,
        [&](sim::Node& node) {
          RawClient client(node, brokers_);
          story(client);
        },
        limit);
  }
  /// Where a client of its own finds ZooKeeper.
  const std::vector<sim::Address>& zookeeper() const { return zookeeper_; }

  sim::Simulation simulation;

 private:
  int brokers_;
  std::vector<sim::Address> zookeeper_;
};

}  // namespace logquake::kafka::testing
