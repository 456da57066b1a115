// Defects of the controller and of what brokers do in ZooKeeper: each story is told with the defect
// and without. Source: defects.md.
#include <gtest/gtest.h>

#include "models/broker/replication_defects.h"
#include "models/broker/server/broker_testing.h"
#include "models/quorum/client/zookeeper_client.h"
#include "models/quorum/defects.h"
#include "models/quorum/ensemble_facts.h"
#include "models/quorum/facts.h"
#include "scenarios/engine/checker_testing.h"
#include "scenarios/kafka/checkers/controller_epochs.h"
#include "scenarios/kafka/checkers/controllers_take_turns.h"
#include "scenarios/kafka/checkers/leadership.h"
#include "sim/fault.h"
#include "sim/injector.h"

namespace logquake::scenario {
namespace {

using kafka::BrokerId;
using kafka::TopicPartition;
using kafka::testing::RawClient;
using testing::Clauses;

using Defects = std::set<std::string, std::less<>>;
Defects only(const sim::Defect& defect) { return {std::string(defect.name)}; }

sim::Options options_with(Defects defects) {
  sim::Options options;
  options.defects = std::move(defects);
  return options;
}

/// What the stories ask the facts for.
struct Seen {
  std::vector<BrokerId> controllers;             // in the order of their elections
  std::map<BrokerId, int> registrations;         // by broker
  std::vector<kafka::LeaderElected> elections;   // of all partitions
  std::vector<kafka::BecameLeader> leaderships;  // taken up by brokers
  std::string zookeeper_leader;
  std::map<std::string, std::string> servers;  // of ZooKeeper, by the client that is connected
};

/// Brokers with short sessions, and judges over their controllers.
class Story {
 public:
  explicit Story(Defects defects, int brokers, int zookeeper_servers = 1)
      : judges_({controllers_take_turns(), controller_epochs_have_one_owner(),
                 one_leader_per_epoch(), in_sync_means_caught_up()}),
        cluster(options_with(std::move(defects)), brokers,
                {{"replica.lag.time.max.ms", "5000"}, {"zookeeper.session.timeout.ms", "6000"}},
                zookeeper_servers) {
    judges_.listen_to(cluster.simulation);
    cluster.simulation.trace().subscribe([this](const sim::TraceEvent& event) { watch(event); });
  }

  Clauses tell(const std::function<void(RawClient&)>& story) {
    cluster.run([&](RawClient& client) {
      client.node().sleep_for(15s);  // all brokers have registered
      story(client);
    });
    judges_.end(true);
    return judges_.broken_clauses();
  }

  void arm(sim::FaultPlan plan) { cluster.simulation.injector().arm(std::move(plan)); }
  sim::NodeId node(std::string_view name) { return cluster.simulation.node(name).id(); }
  sim::NodeId node_of(BrokerId broker) { return node(format("broker-{}", broker)); }
  sim::NodeId zookeeper() { return node("zookeeper-1"); }
  sim::Network& network() { return cluster.simulation.network(); }
  void crash(BrokerId broker) { cluster.simulation.crash_process(node_of(broker)); }
  /// The brokers that are not the controller, in order.
  std::vector<BrokerId> others(int brokers) const {
    std::vector<BrokerId> rest;
    for (int id = 1; id <= brokers; ++id) {
      if (BrokerId(id) != seen.controllers.front()) rest.push_back(BrokerId(id));
    }
    return rest;
  }
  /// Asks the first controller for the topic; it is there when this returns, or, with `patience`,
  /// under way.
  void create(RawClient& client, const std::string& topic, int partitions,
              const std::vector<BrokerId>& replicas, Duration patience = 30s) {
    kafka::CreateTopicsRequest request;
    kafka::CreatableTopic wanted{.name = topic,
                                 .num_partitions = -1,
                                 .replication_factor = -1,
                                 .assignments = {},
                                 .configs = {}};
    for (int index = 0; index < partitions; ++index)
      wanted.assignments.push_back({.partition_index = index, .broker_ids = replicas});
    request.topics.push_back(std::move(wanted));
    request.timeout_ms = static_cast<std::int32_t>(patience / 1ms);
    (void)client.call(seen.controllers.front(), std::move(request));
  }
  /// What an operator does who wants another controller.
  void remove_controller() {
    const auto operate = [servers = cluster.zookeeper()](sim::Node& node) {
      zookeeper::ZooKeeperClient tool(node, {.servers = servers});
      tool.open_session();
      EXPECT_TRUE(tool.wait_until_connected(10s));
      EXPECT_TRUE(tool.remove("/controller").ok());
      node.exit("it is done");
    };
    cluster.simulation.after(Duration::zero(), [this, operate] {
      cluster.simulation.add_node("operator-1", operate, {.restarts_itself = false});
    });
  }

  Seen seen;

 private:
  void watch(const sim::TraceEvent& event) {
    if (const auto* elected = event.as<kafka::ControllerElected>()) {
      seen.controllers.push_back(elected->broker);
    } else if (const auto* registered = event.as<kafka::BrokerRegistered>()) {
      ++seen.registrations[registered->broker];
    } else if (const auto* leader = event.as<kafka::LeaderElected>()) {
      seen.elections.push_back(*leader);
    } else if (const auto* became = event.as<kafka::BecameLeader>()) {
      seen.leaderships.push_back(*became);
    } else if (event.as<zookeeper::LeaderEstablished>() != nullptr) {
      seen.zookeeper_leader = event.node_name;
    } else if (const auto* connected = event.as<zookeeper::ClientConnected>()) {
      seen.servers[std::string(event.node_name)] =
          connected->server.substr(0, connected->server.find(':'));
    }
  }

  testing::Judges judges_;

 public:
  kafka::testing::TestCluster cluster;  // states its last facts when it goes
};

/// D-K41, D-ZF1: while the controller writes one new leader after another, an operator removes
/// /controller to have another one elected.
Clauses controller_is_deposed_while_it_writes(Defects defects) {
  Story story(std::move(defects), 3);
  return story.tell([&](RawClient& client) {
    const auto others = story.others(3);
    story.create(client, "t", 20, {others[0], others[1]});
    client.node().sleep_for(5s);
    for (int id = 1; id <= 3; ++id)
      story.network().afflict(story.node_of(BrokerId(id)), story.zookeeper(),
                              sim::affliction::Delay{300ms});
    story.crash(others[0]);
    const auto before = story.seen.elections.size();
    while (story.seen.elections.size() == before) client.node().sleep_for(10ms);
    story.remove_controller();
    client.node().sleep_for(60s);
    EXPECT_GE(story.seen.controllers.size(), 2U);
  });
}

TEST(ControlDefects, ADeposedControllerWritesOnOnlyWithoutTheCheckOfItsEpoch) {
  EXPECT_EQ(controller_is_deposed_while_it_writes({}), Clauses{});
  EXPECT_EQ(controller_is_deposed_while_it_writes(only(kafka::no_controller_epoch_check)),
            (Clauses{"K-INV-14", "Z-INV-27"}));
}

/// D-ZF5: a broker's death waits in the controller's queue while the controller's own session
/// expires.
Clauses session_expires_with_events_waiting(Defects defects) {
  Story story(std::move(defects), 2);
  return story.tell([&](RawClient& client) {
    const auto controller = story.node_of(story.seen.controllers.front());
    const auto other = story.others(2).front();
    story.create(client, "t", 1, {other, story.seen.controllers.front()});
    client.node().sleep_for(5s);
    story.network().afflict(story.zookeeper(), controller, sim::affliction::Delay{500ms});
    story.create(client, "long", 60, {story.seen.controllers.front()}, 1s);
    story.crash(other);
    client.node().sleep_for(12s);  // its session has expired, and the controller has heard of it
    story.network().drop(story.zookeeper(), controller);
    story.network().drop(controller, story.zookeeper());
    client.node().sleep_for(12s);
    story.network().heal_all();
    client.node().sleep_for(60s);
    EXPECT_GE(story.seen.controllers.size(), 2U);
  });
}

TEST(ControlDefects, AnExpiredControllerWorksOffItsQueueOnlyIfExpiryComesLast) {
  EXPECT_EQ(session_expires_with_events_waiting({}), Clauses{});
  EXPECT_EQ(session_expires_with_events_waiting(only(kafka::expiry_not_first)),
            Clauses{"K-INV-14"});
}

/// D-K42: what the controller ordered a broker while that broker was down reaches its next life,
/// which has a newer epoch and another order coming. Whether the old order was obeyed (K-CTL-9).
bool obeys_an_order_for_its_earlier_life(Defects defects) {
  Story story(std::move(defects), 3);
  bool obeyed = false;
  const auto broken = story.tell([&](RawClient& client) {
    const auto others = story.others(3);
    story.crash(others[0]);
    story.create(client, "t", 1, {others[0], others[1]});  // its session has not expired yet
    client.node().sleep_for(2s);
    story.cluster.simulation.restart(story.node_of(others[0]));
    client.node().sleep_for(30s);
    for (const auto& became : story.seen.leaderships) {
      if (became.partition == "t-0" && became.leader == others[0]) obeyed = true;
    }
    EXPECT_EQ(story.seen.registrations[others[0]], 2);
    EXPECT_EQ(story.seen.elections.back().leader, others[1]);
  });
  EXPECT_EQ(broken, Clauses{});
  return obeyed;
}

// Z-KZ-10
TEST(ControlDefects, ABrokerObeysOrdersForItsEarlierLifeOnlyWithoutTheCheckOfItsEpoch) {
  EXPECT_FALSE(obeys_an_order_for_its_earlier_life({}));
  EXPECT_TRUE(obeys_an_order_for_its_earlier_life(only(kafka::no_broker_epoch_check)));
}

/// D-ZF4: the election has been won, and the answer is lost with the connection.
std::size_t elections_with_a_lost_answer(Defects defects) {
  Story story(std::move(defects), 1);
  story.arm({{{.when = sim::OnFact{.kind = std::string(zookeeper::ZnodeCreated::kind),
                                   .where = {{"path", "/controller"}}},
               .what = sim::Break{"broker-1", "zookeeper-1"}}}});
  (void)story.tell([](RawClient& client) { client.node().sleep_for(60s); });
  return story.seen.controllers.size();
}

TEST(ControlDefects, AControllerDoesNotKnowThatItWonOnlyWithoutTheCheckOfAmbiguity) {
  EXPECT_EQ(elections_with_a_lost_answer({}), 1U);
  EXPECT_EQ(elections_with_a_lost_answer(only(kafka::no_election_ambiguity_check)), 0U);
}

/// D-ZF6: a leader's session ends while the new controller is reading; whether its partition gets
/// another leader (Z-KZ-7, K-CTL-13).
bool death_during_take_over_is_noticed(Defects defects) {
  Story story(std::move(defects), 3);
  bool noticed = false;
  (void)story.tell([&](RawClient& client) {
    const auto others = story.others(3);
    story.create(client, "t", 1, {others[0], others[1]});
    client.node().sleep_for(5s);
    // The second of the others wins the next election, and takes ten seconds to read.
    story.network().afflict(story.zookeeper(), story.node_of(others[1]),
                            sim::affliction::Delay{1s});
    story.network().afflict(story.zookeeper(), story.node_of(others[0]),
                            sim::affliction::Delay{3s});
    story.crash(story.seen.controllers.front());
    while (story.seen.controllers.size() < 2) client.node().sleep_for(10ms);
    EXPECT_EQ(story.seen.controllers.back(), others[1]);
    story.crash(others[0]);
    client.node().sleep_for(60s);
    noticed = story.seen.elections.back().leader == others[1];
  });
  return noticed;
}

TEST(ControlDefects, ADeathDuringATakeOverIsMissedOnlyIfTheWatchesComeLate) {
  EXPECT_TRUE(death_during_take_over_is_noticed({}));
  EXPECT_FALSE(death_during_take_over_is_noticed(only(kafka::late_handlers)));
}

/// D-ZF3: while the controller writes one new leader after another, an operator has another broker
/// elected, whose ZooKeeper server lags behind: the one that led, and that came back meanwhile. For
/// how many partitions the brokers go by another leader than the one that is stored (Z-KZ-12).
int leaders_that_were_overlooked(Defects defects) {
  constexpr int partitions = 20;
  Story story(std::move(defects), 2, 3);
  int overlooked = 0;
  const auto broken = story.tell([&](RawClient& client) {
    const auto controller = story.seen.controllers.front();
    const auto other = story.others(2).front();
    story.create(client, "t", partitions, {other, controller});
    client.node().sleep_for(5s);
    const auto server = [&](BrokerId broker) {
      return story.node(story.seen.servers.at(format("broker-{}", broker)));
    };
    story.crash(other);
    story.cluster.simulation.restart(story.node_of(other));
    client.node().sleep_for(2s);
    EXPECT_NE(server(other), story.node(story.seen.zookeeper_leader)) << "the leader cannot lag";
    EXPECT_NE(server(other), server(controller));
    story.network().afflict(story.node(story.seen.zookeeper_leader), server(other),
                            sim::affliction::Delay{2s});
    story.network().afflict(story.node_of(controller), server(controller),
                            sim::affliction::Delay{600ms});
    const auto before = story.seen.elections.size();
    while (story.seen.elections.size() == before) client.node().sleep_for(10ms);
    while (story.seen.registrations[other] < 2) client.node().sleep_for(10ms);
    story.remove_controller();
    client.node().sleep_for(60s);
    EXPECT_EQ(story.seen.controllers, (std::vector{controller, other}));

    std::map<std::string, BrokerId> stored;
    for (const auto& elected : story.seen.elections) stored[elected.partition] = elected.leader;
    const auto told = client.describe("t");
    ASSERT_TRUE(told.has_value());
    for (const auto& entry : told->partitions) {
      if (stored.at(to_string(TopicPartition{"t", entry.partition_index})) != entry.leader_id)
        ++overlooked;
    }
  });
  EXPECT_EQ(broken, Clauses{});
  return overlooked;
}

TEST(ControlDefects, ANewControllerOverlooksLeadersOnlyIfItReadsBeforeItIsElected) {
  EXPECT_EQ(leaders_that_were_overlooked({}), 0);
  EXPECT_GT(leaders_that_were_overlooked(only(kafka::stale_controller_read)), 0);
}

/// D-ZF2: ZooKeeper is late to remove the znode of an expired session, so that the broker finds its
/// own when it registers anew (ZOOKEEPER-2985). How often it registers.
int registrations_despite_its_own_znode(Defects defects) {
  defects.insert(std::string(zookeeper::delayed_ephemeral_delete.name));
  Story story(std::move(defects), 1);
  (void)story.tell([&](RawClient& client) {
    story.network().drop(story.zookeeper(), story.node_of(BrokerId(1)));
    story.network().drop(story.node_of(BrokerId(1)), story.zookeeper());
    client.node().sleep_for(9s);
    story.network().heal_all();
    client.node().sleep_for(60s);
  });
  return story.seen.registrations[BrokerId(1)];
}

TEST(ControlDefects, ABrokerNeverRegistersAgainOnlyWithoutTheCheckOfTheOwner) {
  EXPECT_EQ(registrations_despite_its_own_znode({}), 2);
  EXPECT_EQ(registrations_despite_its_own_znode(only(kafka::no_owner_check)), 1);
}

}  // namespace
}  // namespace logquake::scenario
