#include "models/connect/topic_log.h"

#include <gtest/gtest.h>

#include "models/client/fake_broker.h"
#include "models/protocol/list_offsets.h"
#include "models/protocol/produce.h"
#include "models/protocol/wire/record_batch.h"

namespace logquake::connect {
namespace {

using kafka::BrokerId;
using kafka::Offset;

// A topic of one partition whose records may be read up to `end`, whatever is acknowledged.
struct Fixture {
  Fixture() {
    cluster.topics["configs"] = {{BrokerId{1}, kafka::LeaderEpoch{0}}};
    cluster.on<kafka::ProduceRequest>([this](const kafka::ProduceRequest& request, BrokerId) {
      auto batch =
          kafka::wire::decode(request.topic_data.at(0).partition_data.at(0).records.view()).value();
      batch.header.base_offset = Offset(static_cast<std::int64_t>(batches.size()));
      batch.header.partition_leader_epoch = kafka::LeaderEpoch{0};
      batches.push_back(batch);
      return kafka::ProduceResponse{
          {{"configs", {{0, kafka::ErrorCode::none, batch.header.base_offset}}}}};
    });
    cluster.on<kafka::ListOffsetsRequest>([this](const kafka::ListOffsetsRequest& request,
                                                 BrokerId) {
      const auto which = request.topics.at(0).partitions.at(0).timestamp;
      const auto offset = which == kafka::earliest_timestamp ? 0 : end;
      return kafka::ListOffsetsResponse{
          0,
          {{"configs", {{0, kafka::ErrorCode::none, -1, Offset(offset), kafka::LeaderEpoch{0}}}}}};
    });
    cluster.on<kafka::FetchRequest>([this](const kafka::FetchRequest& request, BrokerId) {
      const auto offset = request.topics.at(0).partitions.at(0).fetch_offset.value();
      kafka::FetchPartitionResult result;
      if (offset < end) {
        result.records = kafka::RecordData(
            kafka::wire::encode(batches.at(static_cast<std::size_t>(offset))).value());
      } else {
        simulation.node("broker-1").sleep_for(500ms);
      }
      return kafka::FetchResponse{0, kafka::ErrorCode::none, 0, {{"configs", {result}}}};
    });
  }

  sim::Simulation simulation;
  kafka::FakeCluster cluster{simulation};
  std::vector<kafka::wire::RecordBatch> batches;
  std::int64_t end = 0;
};

TEST(TopicLog, KnowsThatAnAcknowledgedRecordIsYetToBeRead) {
  Fixture f;
  kafka::run_client(f.simulation, [&](sim::Node& node) {
    const kafka::Config consumer{{"bootstrap.servers", "broker-1:9092"}};
    auto producer = consumer;
    producer["enable.idempotence"] = "false";
    std::vector<std::string> read;
    TopicLog log(node, {"configs", producer, consumer}, [&](const kafka::ConsumerRecord& record) {
      read.emplace_back(text_of(*record.record.key));
    });
    ASSERT_TRUE(log.start().ok());
    EXPECT_FALSE(log.has_unread_writes());

    ASSERT_TRUE(log.write("connector-a", "{}", 10s).ok());
    ASSERT_TRUE(log.read_to_end(10s).ok());
    EXPECT_TRUE(read.empty());
    EXPECT_TRUE(log.has_unread_writes()) << "it was acknowledged before anybody may read it";

    f.end = 1;
    ASSERT_TRUE(log.read_to_end(10s).ok());
    EXPECT_EQ(read, std::vector<std::string>{"connector-a"});
    EXPECT_FALSE(log.has_unread_writes());
  });
}

}  // namespace
}  // namespace logquake::connect
