#include "models/client/producer.h"

#include <gtest/gtest.h>

#include "models/client/fake_broker.h"
#include "models/protocol/init_producer_id.h"
#include "models/protocol/produce.h"
#include "models/protocol/wire/record_batch.h"

namespace logquake::kafka {
namespace {

const LeaderIdAndEpoch first_leader{BrokerId{1}, LeaderEpoch{0}};

// Appends what comes, as one log a partition, and remembers the values in order.
struct FakeLog {
  explicit FakeLog(FakeCluster& cluster) {
    cluster.on<InitProducerIdRequest>([](const InitProducerIdRequest&, BrokerId) {
      return InitProducerIdResponse{0, ErrorCode::none, ProducerId{1}, ProducerEpoch{0}};
    });
    cluster.on<ProduceRequest>([this](const ProduceRequest& request,
                                      BrokerId) -> std::optional<ProduceResponse> {
      ++requests;
      acks = request.acks;
      ProduceResponse response;
      for (const auto& topic : request.topic_data) {
        response.responses.push_back({topic.name, {}});
        for (const auto& partition : topic.partition_data) {
          response.responses.back().partition_responses.push_back(append(topic.name, partition));
        }
      }
      if (loses_answers > 0) {
        --loses_answers;
        return std::nullopt;
      }
      return response;
    });
  }
  ProducePartitionResult append(const std::string& topic, const ProducePartition& partition) {
    ProducePartitionResult result{partition.index};
    if (!errors.empty()) {
      result.error_code = errors.front();
      errors.erase(errors.begin());
      return result;
    }
    auto& log = values[{topic, partition.index}];
    result.base_offset = Offset(static_cast<std::int64_t>(log.size()));
    const auto batch = wire::decode(partition.records.view()).value();
    sequences.push_back(batch.header.base_sequence);
    for (const auto& each : batch.records) log.emplace_back(text_of(*each.record.value));
    return result;
  }
  std::map<TopicPartition, std::vector<std::string>> values;
  std::vector<std::int32_t> sequences;
  std::vector<ErrorCode> errors;  // for the next partitions
  int loses_answers = 0;          // closes the connection instead, after the append
  int requests = 0;
  std::int16_t acks = -9;
};

struct Fixture {
  sim::Simulation simulation;
  FakeCluster cluster{simulation};
  FakeLog log{cluster};
  Fixture() { cluster.topics["t"] = {first_leader}; }
  void run(const std::function<void(sim::Node&)>& program) { run_client(simulation, program); }
};

Config settings(Config extra = {}) {
  extra.emplace("bootstrap.servers", "broker-1:9092");
  return extra;
}

ProducerRecord value(std::string_view text) {
  ProducerRecord record{"t"};
  record.value = to_bytes(text);
  return record;
}

TEST(Producer, AcknowledgesEachRecordWithItsOffset) {
  Fixture f;
  f.run([&](sim::Node& node) {
    auto producer = Producer::create(node, settings()).value();
    const auto first = producer.send(value("a"));
    const auto second = producer.send(value("b"));

    EXPECT_EQ(first.wait().value().offset, Offset{0});
    EXPECT_EQ(second.wait().value().offset, Offset{1});
    producer.close(1s);
  });

  EXPECT_EQ((f.log.values[{"t", 0}]), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(f.log.acks, -1);
}

TEST(Producer, LingeringGathersRecordsIntoOneRequest) {
  Fixture f;
  f.run([&](sim::Node& node) {
    auto producer = Producer::create(node, settings({{"linger.ms", "20"}})).value();
    for (int i = 0; i < 50; ++i) (void)producer.send(value("x"));
    producer.flush();
  });

  EXPECT_EQ(f.log.values.begin()->second.size(), 50U);
  EXPECT_EQ(f.log.requests, 1);
}

TEST(Producer, RetriesUntilTheBrokerTakesIt) {
  Fixture f;
  f.log.errors = {ErrorCode::not_enough_replicas, ErrorCode::not_leader_or_follower};
  f.run([&](sim::Node& node) {
    auto producer = Producer::create(node, settings()).value();
    EXPECT_EQ(producer.send(value("a")).wait().value().offset, Offset{0});
  });

  EXPECT_EQ(f.log.requests, 3);
  EXPECT_GE(f.cluster.metadata_requests, 2) << "NOT_LEADER_OR_FOLLOWER asks for metadata";
}

TEST(Producer, SendsALostBatchAgainUnderTheSameSequence) {
  Fixture f;
  f.log.loses_answers = 1;
  f.run([&](sim::Node& node) {
    auto producer = Producer::create(node, settings()).value();
    EXPECT_TRUE(producer.send(value("a")).wait().ok());
  });

  EXPECT_EQ(f.log.sequences, (std::vector<std::int32_t>{0, 0}));
}

TEST(Producer, TellsTheFailureThroughHandleAndCallback) {
  Fixture f;
  f.log.errors = {ErrorCode::invalid_record};
  f.run([&](sim::Node& node) {
    auto producer = Producer::create(node, settings()).value();
    std::optional<ErrorCode> told;
    const auto handle = producer.send(
        value("a"), [&](const Outcome<RecordMetadata>& result) { told = result.error().code; });

    EXPECT_TRUE(handle.wait().is(ErrorCode::invalid_record));
    EXPECT_EQ(told, ErrorCode::invalid_record);
  });
}

TEST(Producer, WithoutAcknowledgementsSucceedsOnceSent) {
  Fixture f;
  f.cluster.on<ProduceRequest>(
      [](const ProduceRequest&, BrokerId) { return std::optional<ProduceResponse>(); });
  f.run([&](sim::Node& node) {
    auto producer = Producer::create(node, settings({{"acks", "0"}})).value();
    EXPECT_EQ(producer.send(value("a")).wait().value().offset, no_offset);
  });
}

TEST(Producer, GivesUpOnAnUnknownTopicAfterMaxBlock) {
  Fixture f;
  f.run([&](sim::Node& node) {
    auto producer = Producer::create(node, settings({{"max.block.ms", "2000"}})).value();
    ProducerRecord record{"nowhere"};
    const auto before = node.now();

    const auto result = producer.send(record).wait();

    EXPECT_EQ(to_string(result.error()),
              "REQUEST_TIMED_OUT: Topic nowhere not present in metadata after 2000 ms.");
    EXPECT_GE(node.now() - before, 2s);
    EXPECT_LE(node.now() - before, 3s);
  });
}

TEST(Producer, ExpiresWhatNoBrokerTakes) {
  Fixture f;
  f.run([&](sim::Node& node) {
    auto producer =
        Producer::create(
            node, settings({{"request.timeout.ms", "1000"}, {"delivery.timeout.ms", "5000"}}))
            .value();
    EXPECT_TRUE(producer.send(value("a")).wait().ok());
    f.simulation.lose_power(f.simulation.node("broker-1").id());
    const auto before = node.now();

    EXPECT_TRUE(producer.send(value("b")).wait().is(ErrorCode::request_timed_out));

    EXPECT_GE(node.now() - before, 5s);
    EXPECT_LE(node.now() - before, 5500ms);
  });
}

TEST(Producer, GoesToTheNewLeaderAfterAFailover) {
  sim::Simulation simulation;
  FakeCluster cluster(simulation, 2);
  FakeLog log(cluster);
  cluster.topics["t"] = {first_leader};
  run_client(simulation, [&](sim::Node& node) {
    auto producer =
        Producer::create(node, settings({{"bootstrap.servers", "broker-1:9092,broker-2:9092"}}))
            .value();
    EXPECT_TRUE(producer.send(value("a")).wait().ok());
    simulation.crash_process(simulation.node("broker-1").id());
    cluster.topics["t"] = {{BrokerId{2}, LeaderEpoch{1}}};

    EXPECT_EQ(producer.send(value("b")).wait().value().offset, Offset{1});
  });
}

TEST(Producer, ClosingGivesUpWhatIsLeft) {
  Fixture f;
  f.run([&](sim::Node& node) {
    auto producer = Producer::create(node, settings()).value();
    EXPECT_TRUE(producer.send(value("a")).wait().ok());
    f.simulation.crash_process(f.simulation.node("broker-1").id());
    const auto handle = producer.send(value("b"));

    producer.close(1s);

    EXPECT_TRUE(handle.is_done());
    EXPECT_FALSE(producer.send(value("c")).wait().ok());
  });
}

TEST(Producer, KeepsKeysOnTheirPartitions) {
  Fixture f;
  f.cluster.topics["t"] = {first_leader, first_leader, first_leader};
  f.run([&](sim::Node& node) {
    auto producer = Producer::create(node, settings()).value();
    auto record = value("a");
    record.key = to_bytes("abc");
    EXPECT_EQ(producer.send(record).wait().value().partition.partition, 479470107 % 3);
    record.partition = 0;
    EXPECT_EQ(producer.send(record).wait().value().partition.partition, 0);
  });
}

}  // namespace
}  // namespace logquake::kafka
