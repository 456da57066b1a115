#include "models/broker/controller/controller.h"

#include <gtest/gtest.h>

namespace logquake::kafka {
namespace {

std::vector<BrokerId> ids(std::initializer_list<int> values) {
  std::vector<BrokerId> brokers;
  for (const int value : values) brokers.emplace_back(value);
  return brokers;
}

struct Row {
  const char* why;
  int leader;
  std::initializer_list<int> isr;
  std::initializer_list<int> live;
  bool unclean_allowed;
  bool changes;
  int new_leader;
  std::initializer_list<int> new_isr;
  bool is_unclean;
};

TEST(Election, FollowsTheTableOfKRep40And41) {
  for (const Row& row : {
           Row{"all is well", 1, {1, 2, 3}, {1, 2, 3}, false, false, 0, {}, false},
           Row{"a follower died", 1, {1, 2, 3}, {1, 3}, false, true, 1, {1, 3}, false},
           Row{"a follower outside the ISR died", 1, {1, 3}, {1, 3}, false, false, 0, {}, false},
           Row{"the leader died: the next in sync in assignment order",
               1,
               {3, 2, 1},
               {2, 3},
               false,
               true,
               2,
               {3, 2},
               false},
           Row{"the next replica is not in sync", 1, {1, 3}, {2, 3}, false, true, 3, {3}, false},
           Row{"nobody in sync lives", 1, {1}, {2, 3}, false, true, -1, {1}, false},
           Row{"two die at once: one stays in the ISR",
               1,
               {1, 2},
               {3},
               false,
               true,
               -1,
               {2},
               false},
           Row{"still nobody", -1, {1}, {2, 3}, false, false, 0, {}, false},
           Row{"the last of the ISR returns", -1, {1}, {1, 2, 3}, false, true, 1, {1}, false},
           Row{"unclean: the first alive", 1, {1}, {2, 3}, true, true, 2, {2}, true},
           Row{"unclean is only for want of better", 1, {1, 3}, {2, 3}, true, true, 3, {3}, false},
           Row{"unclean, and all are dead", 1, {1}, {}, true, true, -1, {1}, false},
       }) {
    const LeaderAndIsr current{BrokerId(row.leader), LeaderEpoch(7), ids(row.isr),
                               ControllerEpoch(1), 4};

    const auto next = next_state(current, ids({1, 2, 3}), ids(row.live), row.unclean_allowed);

    ASSERT_EQ(next.has_value(), row.changes) << row.why;
    if (!next) continue;
    EXPECT_EQ(next->state.leader, BrokerId(row.new_leader)) << row.why;
    EXPECT_EQ(next->state.isr, ids(row.new_isr)) << row.why;
    EXPECT_EQ(next->state.leader_epoch, LeaderEpoch(8)) << row.why;
    EXPECT_EQ(next->state.version, 4) << row.why;
    EXPECT_EQ(next->is_unclean, row.is_unclean) << row.why;
  }
}

TEST(Election, BeginsWithTheFirstLiveReplica) {
  const auto first = initial_state(ids({3, 1, 2}), ids({1, 2}));

  ASSERT_TRUE(first);
  EXPECT_EQ(first->leader, BrokerId(1));
  EXPECT_EQ(first->isr, ids({1, 2}));
  EXPECT_EQ(first->leader_epoch, LeaderEpoch(0));
  EXPECT_FALSE(initial_state(ids({3}), ids({1, 2})));
}

TEST(Election, HandsBackToThePreferredReplicaOnlyWhenItIsInSync) {
  const LeaderAndIsr current{BrokerId(2), LeaderEpoch(3), ids({2, 3}), ControllerEpoch(1), 4};
  EXPECT_FALSE(preferred_state(current, ids({1, 2, 3}), ids({1, 2, 3})));
  LeaderAndIsr in_sync = current;
  in_sync.isr = ids({2, 3, 1});

  const auto next = preferred_state(in_sync, ids({1, 2, 3}), ids({1, 2, 3}));

  ASSERT_TRUE(next);
  EXPECT_EQ(next->leader, BrokerId(1));
  EXPECT_EQ(next->leader_epoch, LeaderEpoch(4));
}

TEST(Assignment, SpreadsLeadersAndFollowersAsKafkaDoes) {
  const auto assignment = assign_replicas(ids({0, 1, 2, 3, 4}), 10, 3, 0, 0);

  const std::vector<Replicas> expected{
      ids({0, 1, 2}), ids({1, 2, 3}), ids({2, 3, 4}), ids({3, 4, 0}), ids({4, 0, 1}),
      ids({0, 2, 3}), ids({1, 3, 4}), ids({2, 4, 0}), ids({3, 0, 1}), ids({4, 1, 2})};
  EXPECT_EQ(assignment, expected);
}

TEST(Assignment, TakesASingleBroker) {
  EXPECT_EQ(assign_replicas(ids({7}), 2, 1, 0, 0), (std::vector<Replicas>{ids({7}), ids({7})}));
}

/// Brokers 1 to 3 alive, topic t with one partition on all of them.
Controller controller_of_three() {
  Controller controller(BrokerId(1), ControllerEpoch(4));
  for (int id = 1; id <= 3; ++id) {
    controller.set_broker(BrokerId(id), {BrokerEpoch(100 + id), {"broker", 9090 + id}});
  }
  controller.set_topic("t", {.topic_id = {1, 2}, .partitions = {{0, ids({1, 2, 3})}}}, false);
  return controller;
}
const TopicPartition t0{"t", 0};

TEST(Controller, CreatesTheStateOfANewTopic) {
  const auto plan = controller_of_three().plan();

  ASSERT_EQ(plan.size(), 1U);
  EXPECT_TRUE(plan[0].is_creation);
  EXPECT_EQ(plan[0].state.controller_epoch, ControllerEpoch(4));
}

TEST(Controller, TellsReplicasTheirRoleAndEverybodyTheMetadata) {
  auto controller = controller_of_three();
  controller.set_broker(BrokerId(4), {BrokerEpoch(104), {"broker", 9094}});
  controller.set_state(t0, {BrokerId(2), LeaderEpoch(5), ids({2, 3}), ControllerEpoch(4), 9});
  controller.remove_broker(BrokerId(1));
  OrdersOf orders;

  controller.tell_changed(orders, {t0});

  ASSERT_EQ(orders.size(), 3U);
  ASSERT_TRUE(orders[BrokerId(3)].leader_and_isr);
  const auto& request = *orders[BrokerId(3)].leader_and_isr;
  EXPECT_EQ(request.broker_epoch, BrokerEpoch(103));
  EXPECT_EQ(request.topic_states[0].partition_states[0].partition_epoch, 9);
  EXPECT_EQ(request.live_leaders[0].broker_id, BrokerId(2));
  EXPECT_FALSE(orders[BrokerId(4)].leader_and_isr);
  const auto& metadata = *orders[BrokerId(4)].update_metadata;
  EXPECT_EQ(metadata.live_brokers.size(), 3U);
  EXPECT_EQ(metadata.topic_states[0].partition_states[0].offline_replicas, ids({1}));
}

TEST(Controller, TellsNewcomersAllAndTheOthersWhoLives) {
  auto controller = controller_of_three();
  controller.set_state(t0, {BrokerId(2), LeaderEpoch(5), ids({2, 3}), ControllerEpoch(4), 9});
  OrdersOf orders;

  controller.tell_newcomers(orders, {BrokerId(1)});

  EXPECT_TRUE(orders[BrokerId(1)].leader_and_isr);
  EXPECT_EQ(orders[BrokerId(1)].update_metadata->topic_states.size(), 1U);
  EXPECT_FALSE(orders[BrokerId(2)].leader_and_isr);
  EXPECT_TRUE(orders[BrokerId(2)].update_metadata->topic_states.empty());
}

TEST(Controller, LeavesTopicsThatAreBeingDeletedAlone) {
  auto controller = controller_of_three();
  controller.set_state(t0, {BrokerId(1), LeaderEpoch(5), ids({1, 2, 3}), ControllerEpoch(4), 9});
  controller.mark_for_deletion("t");
  EXPECT_EQ(controller.deletable_topics(), std::vector<std::string>{"t"});
  controller.remove_broker(BrokerId(1));

  EXPECT_TRUE(controller.plan().empty());
  EXPECT_TRUE(controller.deletable_topics().empty());
}

TEST(Controller, DeletesReplicasWithTheEpochThatIsAlwaysNewer) {
  auto controller = controller_of_three();
  controller.set_state(t0, {BrokerId(1), LeaderEpoch(5), ids({1, 2, 3}), ControllerEpoch(4), 9});
  OrdersOf orders;

  controller.tell_deletion(orders, "t");

  const auto& stop = *orders[BrokerId(2)].stop_replica;
  EXPECT_EQ(stop.topic_states[0].partition_states[0].leader_epoch, LeaderEpoch(-2));
  EXPECT_TRUE(stop.topic_states[0].partition_states[0].delete_partition);
  EXPECT_EQ(orders[BrokerId(2)].update_metadata->topic_states[0].partition_states[0].leader,
            BrokerId(-2));
}

TEST(Controller, MovesLeadershipBackOnlyAboveTheImbalanceAllowed) {
  auto controller = controller_of_three();
  controller.set_state(t0, {BrokerId(2), LeaderEpoch(5), ids({1, 2, 3}), ControllerEpoch(4), 9});

  EXPECT_EQ(controller.plan_preferred(10).size(), 1U);
  EXPECT_TRUE(controller.plan_preferred(100).empty());
}

}  // namespace
}  // namespace logquake::kafka
