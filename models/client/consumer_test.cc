#include "models/client/consumer.h"

#include <gtest/gtest.h>

#include "models/client/defects.h"
#include "models/client/fake_broker.h"
#include "models/protocol/group_membership.h"
#include "models/protocol/group_offsets.h"
#include "models/protocol/list_offsets.h"
#include "models/protocol/offset_for_leader_epoch.h"
#include "models/protocol/wire/record_batch.h"

namespace logquake::kafka {
namespace {

const TopicPartition t0{"t", 0};

// One partition t-0 with `records`, and a coordinator for a group of one member.
struct FakeGroup {
  FakeGroup(sim::Simulation& simulation, FakeCluster& cluster) {
    cluster.topics["t"] = {{BrokerId{1}, LeaderEpoch{0}}};
    cluster.on<FindCoordinatorRequest>([](const FindCoordinatorRequest&, BrokerId broker) {
      return FindCoordinatorResponse{0, ErrorCode::none, {}, broker, "broker-1", 9092};
    });
    cluster.on<JoinGroupRequest>(
        [this](const JoinGroupRequest& request, BrokerId) { return join(request); });
    cluster.on<SyncGroupRequest>([](const SyncGroupRequest& request, BrokerId) {
      return SyncGroupResponse{0, ErrorCode::none, {}, {}, request.assignments.at(0).assignment};
    });
    cluster.on<HeartbeatRequest>([this](const HeartbeatRequest& request, BrokerId) {
      ++heartbeats;
      const auto error = std::exchange(heartbeat_error, ErrorCode::none);
      return HeartbeatResponse{
          0, request.generation_id == generation ? error : ErrorCode::illegal_generation};
    });
    cluster.on<LeaveGroupRequest>([this](const LeaveGroupRequest&, BrokerId) {
      ++leaves;
      return LeaveGroupResponse{};
    });
    cluster.on<OffsetCommitRequest>([this](const OffsetCommitRequest& request, BrokerId) {
      const auto error = std::exchange(commit_error, ErrorCode::none);
      if (error == ErrorCode::none)
        committed = request.topics.at(0).partitions.at(0).committed_offset;
      return OffsetCommitResponse{0, {{"t", {{0, error}}}}};
    });
    cluster.on<OffsetFetchRequest>([this](const OffsetFetchRequest&, BrokerId) {
      return OffsetFetchResponse{
          0, {{"t", {{0, committed, no_leader_epoch, "", ErrorCode::none}}}}, ErrorCode::none};
    });
    cluster.on<ListOffsetsRequest>([this](const ListOffsetsRequest& request, BrokerId) {
      const auto offset =
          request.topics.at(0).partitions.at(0).timestamp == earliest_timestamp ? 0 : records;
      return ListOffsetsResponse{
          0, {{"t", {{0, ErrorCode::none, -1, Offset(offset), LeaderEpoch{0}}}}}};
    });
    cluster.on<FetchRequest>([this, &simulation](const FetchRequest& request, BrokerId) {
      auto response = fetch(request);
      const auto& result = response.responses.at(0).partitions.at(0);
      if (result.records.empty()) simulation.node("broker-1").sleep_for(500ms);
      return response;
    });
  }

  JoinGroupResponse join(const JoinGroupRequest& request) {
    ++joins;
    if (request.member_id.empty())
      return {0, ErrorCode::member_id_required, no_generation, {}, {}, "", false, "m-1"};
    generation = generation + 1;
    JoinGroupResponse response{0,       ErrorCode::none, generation, "consumer",
                               "range", "m-1",           false,      "m-1"};
    response.members.push_back({"m-1", {}, request.protocols.at(0).metadata});
    return response;
  }

  FetchResponse fetch(const FetchRequest& request) {
    const auto offset = request.topics.at(0).partitions.at(0).fetch_offset;
    FetchPartitionResult result;
    if (offset > Offset(records)) result.error_code = ErrorCode::offset_out_of_range;
    if (offset < Offset(records)) {
      auto batch = wire::make_batch({{0, {}, to_bytes(std::to_string(offset.value())), {}}});
      batch.header.base_offset = offset;
      batch.header.partition_leader_epoch = LeaderEpoch{0};
      result.records = RecordData(wire::encode(batch).value());
    }
    return {0, ErrorCode::none, 0, {{"t", {result}}}};
  }

  std::int64_t records = 3;
  Generation generation{0};
  Offset committed = no_offset;
  ErrorCode heartbeat_error{};
  ErrorCode commit_error{};
  int joins = 0;
  int heartbeats = 0;
  int leaves = 0;
};

struct Fixture {
  sim::Simulation simulation;
  FakeCluster cluster{simulation};
  FakeGroup group{simulation, cluster};
  void run(const std::function<void(sim::Node&)>& program) { run_client(simulation, program); }
};

Config settings(Config extra = {}) {
  extra.emplace("bootstrap.servers", "broker-1:9092");
  extra.emplace("group.id", "g");
  extra.emplace("auto.offset.reset", "earliest");
  return extra;
}

// Polls until `count` records have come; their values in order.
std::string poll_values(Consumer& consumer, std::size_t count) {
  std::string text;
  std::size_t seen = 0;
  for (int i = 0; i < 200 && seen < count; ++i) {
    const auto records = consumer.poll(1s);
    if (!records) return text + to_string(records.error());
    for (const auto& each : *records) text += std::string(text_of(*each.record.value)) + " ";
    seen += records->size();
  }
  return text;
}

TEST(Consumer, JoinsItsGroupAndReadsFromTheBeginning) {
  Fixture f;
  f.run([&](sim::Node& node) {
    auto consumer = Consumer::create(node, settings()).value();
    std::vector<TopicPartition> assigned;
    ASSERT_TRUE(
        consumer.subscribe({"t"}, {[&](const auto& partitions) { assigned = partitions; }, {}, {}})
            .ok());

    EXPECT_EQ(poll_values(consumer, 3), "0 1 2 ");
    EXPECT_EQ(assigned, std::vector<TopicPartition>{t0});
    EXPECT_EQ(consumer.position(t0).value(), Offset{3});
  });

  EXPECT_EQ(f.group.joins, 2) << "the first answer is MEMBER_ID_REQUIRED";
}

TEST(Consumer, ReadsOnFromTheCommittedOffset) {
  Fixture f;
  f.group.committed = Offset{2};
  f.run([&](sim::Node& node) {
    auto consumer = Consumer::create(node, settings()).value();
    ASSERT_TRUE(consumer.subscribe({"t"}).ok());
    EXPECT_EQ(poll_values(consumer, 1), "2 ");
  });
}

TEST(Consumer, CommitsWhatEarlierPollsReturned) {
  Fixture f;
  f.run([&](sim::Node& node) {
    auto consumer = Consumer::create(node, settings()).value();
    ASSERT_TRUE(consumer.subscribe({"t"}).ok());
    EXPECT_EQ(poll_values(consumer, 3), "0 1 2 ");
    EXPECT_EQ(f.group.committed, no_offset);
    node.sleep_for(6s);
    EXPECT_EQ(f.group.committed, no_offset) << "commits happen inside poll()";
    (void)consumer.poll(1s);
    EXPECT_EQ(f.group.committed, Offset{3});
  });
}

TEST(Consumer, CommitsWhatIsNotYetProcessedOnlyIfDefective) {
  for (const bool is_defective : {false, true}) {
    sim::Options options;
    if (is_defective) options.defects.insert(std::string(commit_before_delivery.name));
    sim::Simulation simulation(options);
    FakeCluster cluster(simulation);
    FakeGroup group(simulation, cluster);
    group.records = 1;
    run_client(simulation, [&](sim::Node& node) {
      auto consumer = Consumer::create(node, settings({{"auto.commit.interval.ms", "0"}})).value();
      ASSERT_TRUE(consumer.subscribe({"t"}).ok());
      (void)poll_values(consumer, 1);
      node.sleep_for(1s);  // processing; here the process may die
    });

    EXPECT_EQ(group.committed, is_defective ? Offset{1} : no_offset);
  }
}

TEST(Consumer, CommitsOnCloseAndLeaves) {
  Fixture f;
  f.run([&](sim::Node& node) {
    auto consumer = Consumer::create(node, settings()).value();
    ASSERT_TRUE(consumer.subscribe({"t"}).ok());
    (void)poll_values(consumer, 3);
    consumer.close();
  });

  EXPECT_EQ(f.group.committed, Offset{3});
  EXPECT_EQ(f.group.leaves, 1);
}

TEST(Consumer, CommitSyncRetriesWhatCanBeRetried) {
  Fixture f;
  f.group.commit_error = ErrorCode::coordinator_load_in_progress;
  f.run([&](sim::Node& node) {
    auto consumer = Consumer::create(node, settings({{"enable.auto.commit", "false"}})).value();
    ASSERT_TRUE(consumer.subscribe({"t"}).ok());
    (void)poll_values(consumer, 2);
    EXPECT_TRUE(consumer.commit_sync().ok());
    EXPECT_EQ(f.group.committed, consumer.position(t0).value());
    EXPECT_EQ(consumer.committed({t0}).value()[t0].offset, f.group.committed);
  });
}

TEST(Consumer, AFencedGenerationFailsTheCommitAndLosesThePartitions) {
  Fixture f;
  f.run([&](sim::Node& node) {
    auto consumer = Consumer::create(node, settings({{"enable.auto.commit", "false"}})).value();
    int lost = 0;
    int revoked = 0;
    RebalanceListener listener;
    listener.on_revoked = [&](const auto&) { ++revoked; };
    listener.on_lost = [&](const auto&) { ++lost; };
    ASSERT_TRUE(consumer.subscribe({"t"}, listener).ok());
    (void)poll_values(consumer, 3);
    f.group.commit_error = ErrorCode::illegal_generation;

    EXPECT_TRUE(consumer.commit_sync().is(ErrorCode::illegal_generation));
    (void)consumer.poll(1s);

    EXPECT_EQ(lost, 1);
    EXPECT_EQ(revoked, 0);
  });
  EXPECT_EQ(f.group.generation, Generation{2}) << "it has joined anew";
}

TEST(Consumer, RejoinsWhenTheGroupRebalances) {
  Fixture f;
  f.run([&](sim::Node& node) {
    auto consumer = Consumer::create(node, settings()).value();
    int revoked = 0;
    RebalanceListener listener;
    listener.on_revoked = [&](const auto&) { ++revoked; };
    ASSERT_TRUE(consumer.subscribe({"t"}, listener).ok());
    (void)poll_values(consumer, 3);
    f.group.heartbeat_error = ErrorCode::rebalance_in_progress;
    (void)consumer.poll(4s);
    (void)consumer.poll(4s);

    EXPECT_EQ(revoked, 1);
    EXPECT_EQ(f.group.committed, Offset{3}) << "committed before giving up";
    f.group.records = 5;
    EXPECT_EQ(poll_values(consumer, 2), "3 4 ");
  });
  EXPECT_EQ(f.group.generation, Generation{2});
}

TEST(Consumer, HeartbeatsBesideTheApplication) {
  Fixture f;
  f.run([&](sim::Node& node) {
    auto consumer = Consumer::create(node, settings()).value();
    ASSERT_TRUE(consumer.subscribe({"t"}).ok());
    (void)poll_values(consumer, 3);
    node.sleep_for(60s);
    EXPECT_GE(f.group.heartbeats, 18);
    EXPECT_LE(f.group.heartbeats, 21);
  });
}

TEST(Consumer, LeavesWhenTheApplicationStopsPolling) {
  Fixture f;
  f.run([&](sim::Node& node) {
    auto consumer = Consumer::create(node, settings({{"max.poll.interval.ms", "10000"}})).value();
    ASSERT_TRUE(consumer.subscribe({"t"}).ok());
    (void)poll_values(consumer, 3);
    node.sleep_for(20s);
    EXPECT_EQ(f.group.leaves, 1);
  });
}

TEST(Consumer, AssignedByHandNeedsNoGroup) {
  Fixture f;
  f.run([&](sim::Node& node) {
    auto consumer = Consumer::create(node, {{"bootstrap.servers", "broker-1:9092"},
                                            {"auto.offset.reset", "earliest"}})
                        .value();
    EXPECT_TRUE(consumer.subscribe({"t"}).is(ErrorCode::invalid_group_id));
    ASSERT_TRUE(consumer.assign({t0}).ok());
    EXPECT_EQ(poll_values(consumer, 3), "0 1 2 ");
    ASSERT_TRUE(consumer.seek(t0, Offset{1}).ok());
    EXPECT_EQ(poll_values(consumer, 2), "1 2 ");
    ASSERT_TRUE(consumer.seek_to_beginning(t0).ok());
    EXPECT_EQ(poll_values(consumer, 3), "0 1 2 ");
    EXPECT_EQ(consumer.end_offsets({t0}).value()[t0], Offset{3});
    EXPECT_EQ(consumer.beginning_offsets({t0}).value()[t0], Offset{0});
    EXPECT_TRUE(consumer.commit_sync().is(ErrorCode::invalid_group_id));
    EXPECT_TRUE(consumer.seek({"u", 0}, Offset{0}).is(ErrorCode::invalid_request));
  });
  EXPECT_EQ(f.group.joins, 0);
}

TEST(Consumer, WaitsOnlyAsLongAsPollSays) {
  Fixture f;
  f.group.records = 0;
  f.run([&](sim::Node& node) {
    auto consumer = Consumer::create(node, settings()).value();
    EXPECT_TRUE(consumer.poll(1s).is(ErrorCode::invalid_request)) << "not subscribed";
    ASSERT_TRUE(consumer.subscribe({"t"}).ok());
    const auto before = node.now();
    EXPECT_TRUE(consumer.poll(300ms).value().empty());
    EXPECT_EQ(node.now() - before, 300ms);
  });
}

TEST(Consumer, FindsTheCoordinatorAgainAfterARestart) {
  Fixture f;
  f.run([&](sim::Node& node) {
    auto consumer = Consumer::create(node, settings()).value();
    ASSERT_TRUE(consumer.subscribe({"t"}).ok());
    (void)poll_values(consumer, 3);
    f.simulation.crash_process(f.simulation.node("broker-1").id());
    node.sleep_for(10s);
    f.simulation.restart(f.simulation.node("broker-1").id());
    f.group.records = 5;
    EXPECT_EQ(poll_values(consumer, 2), "3 4 ");
  });
  EXPECT_EQ(f.group.generation, Generation{1}) << "a coordinator that moves is no reason to rejoin";
}

// The metadata that arrives after the close names a broker that was unknown before.
TEST(Consumer, StaysClosedWhenMetadataArrivesAfterwards) {
  Fixture f;
  f.cluster.on<MetadataRequest>([&](const MetadataRequest&, BrokerId) {
    f.simulation.node("broker-1").sleep_for(2s);
    MetadataResponse response;
    response.brokers.push_back({BrokerId{1}, "broker-1", 9092, {}});
    return response;
  });
  f.run([&](sim::Node& node) {
    auto consumer = Consumer::create(node, settings()).value();
    ASSERT_TRUE(consumer.subscribe({"t"}).ok());
    node.sleep_for(1s);
    consumer.close();
    node.sleep_for(5s);
  });
  EXPECT_EQ(f.group.joins, 0);
}

// A coordinator without power never answers. A JoinGroup may take as long as a rebalance; a
// SyncGroup is a request like any other.
TEST(Consumer, AwaitsAJoinLongerThanAnyOtherRequest) {
  for (const bool dies_in_sync : {false, true}) {
    Fixture f;
    const auto broker = f.simulation.node("broker-1").id();
    bool has_died = false;
    const auto dies_once = [&] {
      if (!std::exchange(has_died, true)) f.simulation.node("broker-1").sleep_for(1h);
    };
    f.cluster.on<JoinGroupRequest>([&](const JoinGroupRequest& request, BrokerId) {
      if (!request.member_id.empty() && !dies_in_sync) dies_once();
      return f.group.join(request);
    });
    f.cluster.on<SyncGroupRequest>([&](const SyncGroupRequest& request, BrokerId) {
      if (dies_in_sync) dies_once();
      return SyncGroupResponse{0, ErrorCode::none, {}, {}, request.assignments.at(0).assignment};
    });
    f.run([&](sim::Node& node) {
      auto consumer = Consumer::create(node, settings()).value();
      ASSERT_TRUE(consumer.subscribe({"t"}).ok());
      (void)consumer.poll(5s);
      ASSERT_TRUE(has_died);
      f.simulation.lose_power(broker);
      node.sleep_for(1s);
      f.simulation.restart(broker);

      const auto before = node.now();
      while (consumer.assignment().empty() && node.now() - before < 10min) (void)consumer.poll(1s);
      const auto waited = node.now() - before;
      const auto bound = dies_in_sync ? Duration(30s) : Duration(305s);
      EXPECT_GT(waited, bound - 10s);
      EXPECT_LT(waited, bound + 10s);
    });
  }
}

}  // namespace
}  // namespace logquake::kafka
