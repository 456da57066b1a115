#include "models/client/admin.h"

#include <gtest/gtest.h>

#include "models/client/fake_broker.h"
#include "models/protocol/admin.h"

namespace logquake::kafka {
namespace {

const Config settings{{"bootstrap.servers", "broker-1:9092"}};

TEST(Admin, CreatesATopicAtTheController) {
  sim::Simulation simulation;
  FakeCluster cluster(simulation, 2);
  std::vector<CreateTopicsRequest> requests;
  cluster.on<CreateTopicsRequest>([&](const CreateTopicsRequest& request, BrokerId broker) {
    EXPECT_EQ(broker, BrokerId{1});
    requests.push_back(request);
    const auto code = requests.size() == 1 ? ErrorCode::not_controller : ErrorCode::none;
    return CreateTopicsResponse{0, {{request.topics[0].name, {}, code, {}}}};
  });
  run_client(simulation, [&](sim::Node& node) {
    auto admin = Admin::create(node, settings).value();
    EXPECT_TRUE(admin.create_topic({"t", 3, 2, {{"min.insync.replicas", "2"}}}).ok());
  });

  ASSERT_EQ(requests.size(), 2U) << "NOT_CONTROLLER is tried again";
  EXPECT_EQ(requests[1].topics[0].num_partitions, 3);
  EXPECT_EQ(requests[1].topics[0].configs[0].name, "min.insync.replicas");
}

TEST(Admin, TellsWhyATopicCannotBe) {
  sim::Simulation simulation;
  FakeCluster cluster(simulation);
  cluster.on<CreateTopicsRequest>([&](const CreateTopicsRequest& request, BrokerId) {
    return CreateTopicsResponse{0,
                                {{request.topics[0].name,
                                  {},
                                  ErrorCode::topic_already_exists,
                                  "Topic 't' already exists."}}};
  });
  run_client(simulation, [&](sim::Node& node) {
    auto admin = Admin::create(node, settings).value();
    EXPECT_EQ(to_string(admin.create_topic({"t"}).error()),
              "TOPIC_ALREADY_EXISTS: Topic 't' already exists.");
    EXPECT_TRUE(admin.describe_topic("t").is(ErrorCode::unknown_topic_or_partition));
  });
}

TEST(Admin, ListsAndDescribes) {
  sim::Simulation simulation;
  FakeCluster cluster(simulation, 2);
  cluster.topics["b"] = {{BrokerId{2}, LeaderEpoch{4}}};
  cluster.topics["a"] = {{BrokerId{1}, LeaderEpoch{0}}};
  run_client(simulation, [&](sim::Node& node) {
    auto admin = Admin::create(node, settings).value();
    EXPECT_EQ(admin.list_topics().value(), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(admin.describe_topic("b").value().partitions[0].leader_epoch, LeaderEpoch{4});
    EXPECT_EQ(admin.brokers().value().size(), 2U);
  });
}

TEST(Admin, GivesUpAfterTheApiTimeout) {
  sim::Simulation simulation;
  run_client(simulation, [&](sim::Node& node) {
    auto admin = Admin::create(node, settings).value();
    const auto before = node.now();

    EXPECT_TRUE(admin.list_topics().is(ErrorCode::request_timed_out));

    EXPECT_LE(node.now() - before, 60s);
  });
}

}  // namespace
}  // namespace logquake::kafka
