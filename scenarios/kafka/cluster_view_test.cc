#include "scenarios/kafka/cluster_view.h"

#include <gtest/gtest.h>

#include "sim/base/format.h"
#include "sim/simulation.h"

namespace logquake::scenario {
namespace {

using kafka::BrokerId;
using kafka::ControllerEpoch;
using kafka::LeaderEpoch;
using kafka::Offset;

struct Fixture {
  Fixture() {
    simulation.trace().subscribe([this](const sim::TraceEvent& event) { view.on_fact(event); });
    simulation.record(kafka::TopicCreated{.topic = "t", .partitions = 1, .replicas = 3});
  }
  void elect(std::int32_t epoch, std::vector<BrokerId> isr) {
    simulation.record(kafka::LeaderElected{.partition = "t-0",
                                           .leader = isr.front(),
                                           .epoch = LeaderEpoch(epoch),
                                           .isr = isr,
                                           .controller_epoch = ControllerEpoch{1}});
  }
  void lead(std::int32_t epoch, std::vector<BrokerId> isr) {
    simulation.record(kafka::BecameLeader{.partition = "t-0",
                                          .leader = isr.front(),
                                          .epoch = LeaderEpoch(epoch),
                                          .isr = isr,
                                          .epoch_start = Offset{0},
                                          .high_watermark = Offset{0}});
  }

  sim::Simulation simulation;
  ClusterView view;
};

const BrokerId one{1};
const BrokerId two{2};
const BrokerId three{3};

TEST(ClusterView, TellsWhichReplicasAreNotInSync) {
  Fixture f;

  f.elect(1, {one, two});

  EXPECT_EQ(f.view.unsettled_partitions(),
            (std::map<std::string, std::string>{{"t-0", "t-0 has 2 of 3 replicas in sync"}}));
}

// The leader stored the expansion and died before stating it; it leads again in the same epoch.
TEST(ClusterView, LearnsWhatWasStoredFromWhoLeadsAgain) {
  Fixture f;
  f.elect(1, {one, two});
  f.lead(1, {one, two});

  f.lead(1, {one, two, three});

  EXPECT_TRUE(f.view.unsettled_partitions().empty());
}

// The controller stored the election and died before stating it.
TEST(ClusterView, LearnsOfAnElectionFromTheLeader) {
  Fixture f;
  f.elect(1, {one, two, three});

  f.lead(2, {two, three});

  EXPECT_EQ(f.view.leader_of("t-0"), two);
  EXPECT_EQ(f.view.unsettled_partitions(),
            (std::map<std::string, std::string>{{"t-0", "t-0 has 2 of 3 replicas in sync"}}));
}

TEST(ClusterView, IsNotMisledByALeaderOfAnOlderEpoch) {
  Fixture f;
  f.elect(2, {two, three, one});

  f.lead(1, {one, two});

  EXPECT_EQ(f.view.leader_of("t-0"), two);
  EXPECT_TRUE(f.view.unsettled_partitions().empty());
}

TEST(ClusterView, AwaitsNothingThatTheLeaderHasLost) {
  Fixture f;
  f.elect(1, {one, two, three});
  f.simulation.record(kafka::HighWatermarkAdvanced{.partition = "t-0", .offset = Offset{46}});

  f.lead(2, {two});

  EXPECT_EQ(f.view.partitions().at("t-0").high_watermark, Offset{0});
}

TEST(ClusterView, SparesNobodyWithoutWhomAPartitionHasNoHeir) {
  Fixture f;
  f.elect(1, {one, two});
  for (const auto broker : {one, two, three})
    f.simulation.record(kafka::BrokerStarted{.broker = broker});

  EXPECT_TRUE(f.view.can_spare({three}, 2));
  EXPECT_TRUE(f.view.can_spare({one}, 2));
  EXPECT_FALSE(f.view.can_spare({one, three}, 2)) << "one replica is too few";
  EXPECT_FALSE(f.view.can_spare({one, two}, 1)) << "broker 3 is not in sync";
  EXPECT_EQ(f.view.orphaned_by({one}).size(), 0U);
  EXPECT_EQ(f.view.orphaned_by({one, two}).at("t-0"), (std::vector<BrokerId>{one, two}));
}

TEST(ClusterView, KnowsWhereAGroupIsCoordinated) {
  Fixture f;
  for (int number = 0; number < 5; ++number) {
    f.simulation.record(kafka::LeaderElected{.partition = format("__consumer_offsets-{}", number),
                                             .epoch = LeaderEpoch(0)});
  }
  int coordinators = 0;
  for (int number = 0; number < 5; ++number)
    coordinators += f.view.coordinates(format("__consumer_offsets-{}", number), "readers") ? 1 : 0;

  EXPECT_EQ(coordinators, 1);
  EXPECT_FALSE(f.view.coordinates("t-0", "readers"));
}

}  // namespace
}  // namespace logquake::scenario
