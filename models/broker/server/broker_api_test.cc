// What brokers answer, request by request. Source: K-API, K-LOG-12, K-WIRE-8, K-WIRE-9.
#include <gtest/gtest.h>

#include <set>

#include "models/broker/server/broker_testing.h"
#include "models/protocol/api_versions.h"
#include "models/protocol/control.h"
#include "models/protocol/group_admin.h"
#include "models/protocol/init_producer_id.h"
#include "models/protocol/offset_for_leader_epoch.h"

namespace logquake::kafka {
namespace {

using testing::RawClient;
using testing::TestCluster;

const TopicPartition t0{"t", 0};

/// A cluster of three whose client has created topic t, one partition on all of them.
void with_topic(const std::function<void(RawClient&, BrokerId leader)>& story) {
  TestCluster cluster;
  cluster.run([&](RawClient& client) {
    client.create("t", 1, 3);
    story(client, client.leader_of(t0));
  });
}
BrokerId other_than(BrokerId broker) { return broker == BrokerId(1) ? BrokerId(2) : BrokerId(1); }

ListOffsetsPartitionResult list_offset(RawClient& client, BrokerId broker, Timestamp timestamp,
                                       LeaderEpoch epoch = no_leader_epoch) {
  ListOffsetsRequest request;
  ListOffsetsPartition asked;
  asked.timestamp = timestamp;
  asked.current_leader_epoch = epoch;
  request.topics.push_back({.name = "t", .partitions = {asked}});
  return client.call(broker, std::move(request))->topics.front().partitions.front();
}

TEST(BrokerApi, AdvertisesOnlyWhatItServes) {
  with_topic([](RawClient& client, BrokerId leader) {
    const auto response = client.call(leader, ApiVersionsRequest{});

    ASSERT_TRUE(response);
    std::set<ApiKey> keys;
    for (const auto& range : response->api_keys) keys.insert(range.api_key);
    EXPECT_TRUE(keys.contains(ApiKey::produce));
    EXPECT_TRUE(keys.contains(ApiKey::api_versions));
    EXPECT_FALSE(keys.contains(ApiKey::leader_and_isr));
  });
}

TEST(BrokerApi, ClosesTheConnectionOnARequestItDoesNotServe) {
  with_topic([](RawClient& client, BrokerId leader) {
    EXPECT_TRUE(
        client.call(leader, ControlledShutdownRequest{}, 5s).is(logquake::ErrorCode::closed));
  });
}

TEST(BrokerApi, ProducesWithEveryKindOfAcknowledgement) {
  with_topic([](RawClient& client, BrokerId leader) {
    EXPECT_EQ(client.produce_at(leader, t0, {"a"}, 1).base_offset, Offset(0));
    EXPECT_EQ(client.produce_at(leader, t0, {"b"}, -1).base_offset, Offset(1));
    EXPECT_EQ(client.produce_at(leader, t0, {"c"}, 7).error_code, ErrorCode::invalid_required_acks);
    EXPECT_EQ(client.produce_at(leader, {"nowhere", 0}, {"d"}).error_code,
              ErrorCode::unknown_topic_or_partition);
    EXPECT_EQ(client.produce_at(leader, {"t", 1}, {"d"}).error_code,
              ErrorCode::unknown_topic_or_partition);
    EXPECT_EQ(client.produce_at(other_than(leader), t0, {"d"}).error_code,
              ErrorCode::not_leader_or_follower);
  });
}

TEST(BrokerApi, AnswersNothingToAcksZeroAndClosesOnAnError) {
  with_topic([](RawClient& client, BrokerId leader) {
    ProduceRequest request;
    request.acks = 0;
    request.timeout_ms = 1000;
    ProduceTopic topic{.name = "t", .partition_data = {}};
    topic.partition_data.push_back({.index = 0, .records = testing::records_of({"quiet"})});
    request.topic_data.push_back(topic);
    Channel& channel = client.channel(leader);
    ASSERT_TRUE(channel.connect());
    ASSERT_TRUE(channel.send(request));
    client.node().sleep_for(2s);  // nothing tells when it is replicated
    EXPECT_EQ(client.read_all(t0), std::vector<std::string>{"quiet"});
    ASSERT_TRUE(channel.is_connected());

    request.topic_data[0].partition_data[0].index = 9;
    ASSERT_TRUE(channel.connect());
    ASSERT_TRUE(channel.send(request));

    EXPECT_TRUE(client.call(leader, ApiVersionsRequest{}, 5s).is(logquake::ErrorCode::closed));
  });
}

TEST(BrokerApi, FencesReadersByLeaderEpoch) {
  with_topic([](RawClient& client, BrokerId leader) {
    EXPECT_EQ(list_offset(client, leader, earliest_timestamp, LeaderEpoch(0)).error_code,
              ErrorCode::none);
    EXPECT_EQ(list_offset(client, leader, earliest_timestamp, LeaderEpoch(4)).error_code,
              ErrorCode::unknown_leader_epoch);
    EXPECT_EQ(list_offset(client, other_than(leader), earliest_timestamp).error_code,
              ErrorCode::not_leader_or_follower);
  });
}

TEST(BrokerApi, FindsOffsetsByTimestamp) {
  with_topic([](RawClient& client, BrokerId leader) {
    client.produce(t0, {"a", "b"});

    EXPECT_EQ(list_offset(client, leader, earliest_timestamp).offset, Offset(0));
    EXPECT_EQ(list_offset(client, leader, latest_timestamp).offset, Offset(2));
    EXPECT_EQ(list_offset(client, leader, 1).offset, Offset(0));
    EXPECT_EQ(list_offset(client, leader, 1'800'000'000'000).offset, no_offset);
  });
}

TEST(BrokerApi, TellsWhereAnEpochEnds) {
  with_topic([](RawClient& client, BrokerId leader) {
    client.produce(t0, {"a", "b"});
    OffsetForLeaderEpochRequest request;
    request.topics.push_back(
        {.topic = "t", .partitions = {{.partition = 0, .leader_epoch = LeaderEpoch(0)}}});

    const auto response = client.call(leader, std::move(request));

    EXPECT_EQ(response->topics[0].partitions[0].end_offset, Offset(2));
  });
}

TEST(BrokerApi, ReturnsOutOfRangeBeyondTheEnd) {
  with_topic([](RawClient& client, BrokerId leader) {
    client.produce(t0, {"a"});

    EXPECT_EQ(client.fetch_at(leader, t0, Offset(1)).error_code, ErrorCode::none);
    EXPECT_EQ(client.fetch_at(leader, t0, Offset(2)).error_code, ErrorCode::offset_out_of_range);
  });
}

TEST(BrokerApi, HoldsAFetchUntilThereIsSomethingOrTheTimeIsOver) {
  with_topic([](RawClient& client, BrokerId leader) {
    const Instant before = client.node().now();
    EXPECT_TRUE(client.fetch_at(leader, t0, Offset(0), 700ms).records.empty());
    EXPECT_GE(client.node().now() - before, Duration(700ms));
    sim::Signal finished(client.node());
    bool is_finished = false;
    client.node().spawn("late-producer", [&] {
      client.node().sleep_for(200ms);
      RawClient other(client.node(), 3);
      other.produce(t0, {"late"});
      is_finished = true;
      finished.notify_all();
    });

    const auto fetched = client.fetch_at(leader, t0, Offset(0), 20s);

    EXPECT_EQ(testing::values_of(fetched.records), std::vector<std::string>{"late"});
    finished.wait_until([&] { return is_finished; });
    client.node().sleep_for(1ms);  // the task has ended, too
  });
}

// K-API-1b, K-API-1c: "session 0 error 70: t-0" and the like; session 1 stands for any.
std::string fetch_in_session(RawClient& client, BrokerId broker, FetchRequest request) {
  const auto response = client.call(broker, std::move(request));
  std::string text = format("session {} error {}:", response->session_id == 0 ? 0 : 1,
                            static_cast<int>(response->error_code));
  for (const auto& topic : response->responses) {
    for (const auto& result : topic.partitions)
      text += format(" {}-{} {}", topic.topic, result.partition_index, result.high_watermark);
  }
  return text;
}

TEST(BrokerApi, AnswersInASessionOnlyWhatIsNews) {
  TestCluster cluster;
  cluster.run([](RawClient& client) {
    client.create("t", 2, 1);
    const BrokerId leader = client.leader_of(t0);
    client.produce(t0, {"a"});
    FetchRequest full;
    full.session_epoch = 0;
    full.topics.push_back(
        {.topic = "t", .partitions = {{.partition = 0, .fetch_offset = Offset(1)}}});
    const auto opened = client.call(leader, full);
    ASSERT_NE(opened->session_id, 0);
    EXPECT_EQ(opened->responses.front().partitions.size(), 1U);

    FetchRequest next;
    next.session_id = opened->session_id;
    next.session_epoch = 1;
    EXPECT_EQ(fetch_in_session(client, leader, next), "session 1 error 0:");
    client.produce(t0, {"b"});
    next.session_epoch = 2;
    EXPECT_EQ(fetch_in_session(client, leader, next), "session 1 error 0: t-0 2");
    EXPECT_EQ(fetch_in_session(client, leader, next), "session 0 error 71:");

    full.session_id = opened->session_id;
    full.session_epoch = -1;
    EXPECT_EQ(fetch_in_session(client, leader, full), "session 0 error 0: t-0 2");
    next.session_epoch = 3;
    EXPECT_EQ(fetch_in_session(client, leader, next), "session 0 error 70:") << "it is closed";
  });
}

TEST(BrokerApi, CreatesATopicThatIsAskedFor) {
  TestCluster cluster({}, 3, {{"num.partitions", "2"}, {"default.replication.factor", "3"}});

  cluster.run([](RawClient& client) {
    while (!client.describe("t") || client.controller == no_broker) client.node().sleep_for(1s);
    const auto first = client.describe("asked-for", true);
    EXPECT_EQ(first->error_code, ErrorCode::leader_not_available);
    EXPECT_NE(client.leader_of({"asked-for", 1}), no_broker);
    EXPECT_EQ(client.describe("asked-for")->partitions[1].replica_nodes.size(), 3U);
    EXPECT_EQ(client.describe("a b", true)->error_code, ErrorCode::invalid_topic_exception);
    EXPECT_EQ(client.describe("not-asked-for")->error_code, ErrorCode::unknown_topic_or_partition);
  });
}

TEST(BrokerApi, RefusesToCreateWhatCannotBe) {
  with_topic([](RawClient& client, BrokerId leader) {
    const auto create = [&](BrokerId broker, CreatableTopic topic) {
      CreateTopicsRequest request;
      request.topics.push_back(std::move(topic));
      return client.call(broker, std::move(request))->topics.front().error_code;
    };
    (void)leader;
    (void)client.describe("t");
    const BrokerId controller = client.controller;
    const auto named = [](std::string name, std::int32_t partitions, std::int16_t replicas) {
      return CreatableTopic{.name = std::move(name),
                            .num_partitions = partitions,
                            .replication_factor = replicas,
                            .assignments = {},
                            .configs = {}};
    };
    EXPECT_EQ(create(other_than(controller), named("u", 1, 1)), ErrorCode::not_controller);
    EXPECT_EQ(create(controller, named("t", 1, 1)), ErrorCode::topic_already_exists);
    EXPECT_EQ(create(controller, named("a/b", 1, 1)), ErrorCode::invalid_topic_exception);
    EXPECT_EQ(create(controller, named("..", 1, 1)), ErrorCode::invalid_topic_exception);
    EXPECT_EQ(create(controller, named("u", 0, 1)), ErrorCode::invalid_partitions);
    EXPECT_EQ(create(controller, named("u", 1, 4)), ErrorCode::invalid_replication_factor);
    auto odd = named("u", 1, 1);
    odd.configs.push_back({"no.such.setting", "1"});
    EXPECT_EQ(create(controller, odd), ErrorCode::invalid_config);
    auto placed = named("u", -1, -1);
    placed.assignments.push_back({.partition_index = 0, .broker_ids = {BrokerId(1), BrokerId(7)}});
    EXPECT_EQ(create(controller, placed), ErrorCode::invalid_replica_assignment);
    placed.assignments[0].broker_ids = {BrokerId(2), BrokerId(1)};
    EXPECT_EQ(create(controller, placed), ErrorCode::none);
    EXPECT_EQ(client.leader_of({"u", 0}), BrokerId(2));
    EXPECT_EQ(create(controller, named("v.w", 1, 1)), ErrorCode::none);
    EXPECT_EQ(create(controller, named("v_w", 1, 1)), ErrorCode::invalid_topic_exception);
  });
}

TEST(BrokerApi, DeletesATopicAndLetsItBeCreatedAnew) {
  with_topic([](RawClient& client, BrokerId leader) {
    client.produce(t0, {"old"});
    (void)leader;
    DeleteTopicsRequest request;
    request.topic_names = {"t"};
    request.timeout_ms = 10'000;

    const auto response = client.call(client.controller, std::move(request));

    EXPECT_EQ(response->responses.front().error_code, ErrorCode::none);
    client.node().sleep_for(2s);
    EXPECT_EQ(client.describe("t")->error_code, ErrorCode::unknown_topic_or_partition);
    client.create("t", 1, 3);
    EXPECT_EQ(client.produce(t0, {"new"}), Offset(0));
    EXPECT_EQ(client.read_all(t0), std::vector<std::string>{"new"});
  });
}

TEST(BrokerApi, HandsOutEveryProducerIdOnce) {
  with_topic([](RawClient& client, BrokerId) {
    std::set<ProducerId> ids;
    for (int i = 0; i < 6; ++i) {
      const auto response = client.call(BrokerId(1 + i % 3), InitProducerIdRequest{});
      EXPECT_EQ(response->error_code, ErrorCode::none);
      EXPECT_EQ(response->producer_epoch, ProducerEpoch(0));
      EXPECT_TRUE(ids.insert(response->producer_id).second);
    }
    InitProducerIdRequest transactional;
    transactional.transactional_id = "tx";
    EXPECT_EQ(client.call(BrokerId(1), std::move(transactional))->error_code,
              ErrorCode::transactional_id_authorization_failed);
  });
}

TEST(BrokerApi, DescribesSettingsAndWhereTheyComeFrom) {
  TestCluster cluster({}, 1);

  cluster.run([](RawClient& client) {
    client.create("t", 1, 1, {{"retention.ms", "60000"}});
    DescribeConfigsRequest request;
    request.resources.push_back(
        {.resource_type = ConfigResourceType::topic,
         .resource_name = "t",
         .configuration_keys = std::vector<std::string>{"retention.ms", "cleanup.policy"}});

    const auto response = client.call(BrokerId(1), std::move(request));

    const auto& configs = response->results.front().configs;
    ASSERT_EQ(configs.size(), 2U);
    EXPECT_EQ(configs[0].value, "delete");
    EXPECT_EQ(configs[0].config_source, 5);
    EXPECT_EQ(configs[1].value, "60000");
    EXPECT_EQ(configs[1].config_source, 1);
  });
}

}  // namespace
}  // namespace logquake::kafka
