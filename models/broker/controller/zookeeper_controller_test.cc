// Sessions, elections and resignations of whole brokers on an ensemble of ZooKeeper servers.
// Source: Z-KZ-2, Z-KZ-8, Z-KZ-10, Z-KZ-11.
#include "models/broker/controller/zookeeper_controller.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/broker/server/broker_testing.h"
#include "models/quorum/client/zookeeper_client.h"
#include "models/quorum/facts.h"
#include "sim/network/network.h"

namespace logquake::kafka {
namespace {

using testing::RawClient;
using testing::TestCluster;

constexpr Duration session = 6s;

/// Three brokers on three ZooKeeper servers, and what was told of their controllers.
class Controllers {
 public:
  explicit Controllers(const Properties& properties = {{"zookeeper.session.timeout.ms", "6000"}})
      : cluster({}, 3, properties, 3) {
    cluster.simulation.trace().subscribe([this](const sim::TraceEvent& event) { hear(event); });
  }
  /// Runs the story when all brokers have registered.
  void tell(const std::function<void(sim::Node&)>& story) {
    cluster.run([&](RawClient& client) {
      client.node().sleep_for(30s);
      ASSERT_EQ(elected.size(), 1U);
      ASSERT_EQ(registered.size(), 3U);
      story(client.node());
    });
  }
  BrokerId controller() const { return elected.back().broker; }
  void cut_from_zookeeper(BrokerId broker) {
    auto& simulation = cluster.simulation;
    const auto id = simulation.node(format("broker-{}", broker)).id();
    for (const auto& server : cluster.zookeeper()) {
      simulation.network().drop(id, simulation.node(server.host).id());
      simulation.network().drop(simulation.node(server.host).id(), id);
    }
  }
  /// It hears of everything later than the others.
  void slow_down(BrokerId broker) {
    auto& simulation = cluster.simulation;
    const auto id = simulation.node(format("broker-{}", broker)).id();
    for (const auto& server : cluster.zookeeper())
      simulation.network().afflict(simulation.node(server.host).id(), id,
                                   sim::affliction::Delay{100ms});
  }
  void heal() { cluster.simulation.network().heal_all(); }
  /// What an operator does with a client of ZooKeeper; it is done when this returns.
  void operate(sim::Node& node, const std::function<void(zookeeper::ZooKeeperClient&)>& deed) {
    bool is_done = false;
    const auto program = [&](sim::Node& self) {
      zookeeper::ZooKeeperClient tool(self, {.servers = cluster.zookeeper()});
      tool.open_session();
      EXPECT_TRUE(tool.wait_until_connected(10s));
      deed(tool);
      is_done = true;
      self.exit("it is done");
    };
    cluster.simulation.after(Duration::zero(), [&] {
      cluster.simulation.add_node(format("operator-{}", ++operators_), program,
                                  {.restarts_itself = false});
    });
    while (!is_done) node.sleep_for(10ms);
  }
  /// Whom /controller names, and whose session it belongs to.
  std::pair<std::optional<BrokerId>, zookeeper::SessionId> named(sim::Node& node) {
    std::pair<std::optional<BrokerId>, zookeeper::SessionId> found;
    operate(node, [&](zookeeper::ZooKeeperClient& tool) {
      const auto read = tool.get("/controller");
      if (read)
        found = {znode::read_controller(read->data.value_or("")), read->stat.ephemeral_owner};
    });
    return found;
  }
  void remove_controller(sim::Node& node) {
    operate(node,
            [](zookeeper::ZooKeeperClient& tool) { EXPECT_TRUE(tool.remove("/controller")); });
  }
  void name_controller(sim::Node& node, BrokerId broker) {
    operate(node, [&](zookeeper::ZooKeeperClient& tool) {
      EXPECT_TRUE(tool.set("/controller", znode::write_controller(broker, node.wall_clock())));
    });
  }

  std::vector<ControllerElected> elected;
  std::vector<ControllerResigned> resigned;
  std::map<BrokerId, std::vector<BrokerEpoch>> registered;
  std::map<std::string, std::vector<zookeeper::SessionCreated>> sessions;  // by client, once each
  std::vector<std::string> told;  // "broker-1 resigns", "broker-1 has a new session"

 private:
  void hear(const sim::TraceEvent& event) {
    if (const auto* won = event.as<ControllerElected>()) {
      elected.push_back(*won);
      told.push_back(format("broker-{} is elected", won->broker));
    } else if (const auto* lost = event.as<ControllerResigned>()) {
      resigned.push_back(*lost);
      told.push_back(format("broker-{} resigns", lost->broker));
    } else if (const auto* came = event.as<BrokerRegistered>()) {
      registered[came->broker].push_back(came->epoch);
      told.push_back(format("broker-{} registers", came->broker));
    } else if (const auto* opened = event.as<zookeeper::SessionCreated>()) {
      if (opened->client.empty()) return;  // told by a server that it is not connected to
      auto& known = sessions[opened->client];
      if (known.empty() || known.back().session != opened->session) {
        known.push_back(*opened);
        told.push_back(format("{} has a session", opened->client));
      }
    }
  }

  int operators_ = 0;

 public:
  TestCluster cluster;  // states its last facts when it goes
};

TEST(BrokerSession, IsOneForAllRolesAndLastsEighteenSeconds) {  // Z-KZ-2
  Controllers controllers(Properties{});
  controllers.tell([&](sim::Node&) {
    for (const auto* broker : {"broker-1", "broker-2", "broker-3"}) {
      ASSERT_EQ(controllers.sessions[broker].size(), 1U) << broker;
      EXPECT_EQ(controllers.sessions[broker].front().timeout, 18s);
    }
  });
}

TEST(ControllerZnode, LetsAllBrokersTryWhenItIsGone) {  // Z-KZ-8
  Controllers controllers;
  controllers.tell([&](sim::Node& node) {
    std::set<BrokerId> winners{controllers.controller()};
    for (int round = 1; round <= 2; ++round) {
      const auto before = controllers.controller();
      controllers.slow_down(before);  // the others are faster
      controllers.remove_controller(node);
      node.sleep_for(2s);

      ASSERT_EQ(controllers.elected.size(), static_cast<std::size_t>(round) + 1);
      EXPECT_EQ(controllers.elected.back().epoch, ControllerEpoch(round + 1));
      ASSERT_EQ(controllers.resigned.size(), static_cast<std::size_t>(round));
      EXPECT_EQ(controllers.resigned.back().broker, before);
      EXPECT_EQ(controllers.named(node).first, controllers.controller());
      winners.insert(controllers.controller());
    }
    EXPECT_EQ(winners.size(), 3U);
  });
}

TEST(ControllerZnode, MakesTheControllerResignThatItDoesNotName) {  // Z-KZ-8
  Controllers controllers;
  controllers.tell([&](sim::Node& node) {
    const auto self = controllers.controller();
    const auto owner = controllers.named(node).second;

    controllers.name_controller(node, self);
    node.sleep_for(2s);
    EXPECT_TRUE(controllers.resigned.empty()) << "it still names the same broker";

    const BrokerId other(self == BrokerId(1) ? 2 : 1);
    controllers.name_controller(node, other);
    node.sleep_for(2s);
    ASSERT_EQ(controllers.resigned.size(), 1U);
    EXPECT_EQ(controllers.resigned[0].broker, self);
    EXPECT_EQ(controllers.elected.size(), 1U) << "the znode is still there";
    EXPECT_EQ(controllers.named(node), std::pair(std::optional(other), owner));
  });
}

// While it is cut off its session ends, and another broker is elected.
TEST(ExpiredController, ResignsBeforeItHasANewSession) {  // Z-KZ-10, Z-KZ-11
  Controllers controllers;
  controllers.tell([&](sim::Node& node) {
    const auto old = controllers.controller();
    const auto name = format("broker-{}", old);
    controllers.cut_from_zookeeper(old);

    node.sleep_for(session / 2);
    EXPECT_EQ(controllers.elected.size(), 1U) << "its session lasts";
    EXPECT_TRUE(controllers.resigned.empty());

    node.sleep_for(2 * session);
    ASSERT_EQ(controllers.elected.size(), 2U);
    EXPECT_EQ(controllers.elected[1].epoch, controllers.elected[0].epoch + 1);
    EXPECT_TRUE(controllers.resigned.empty()) << "both believe that they are the controller";

    controllers.told.clear();
    controllers.heal();
    node.sleep_for(30s);
    EXPECT_EQ(controllers.told,
              (std::vector<std::string>{name + " resigns", name + " has a session",
                                        name + " registers"}));
    const auto& epochs = controllers.registered[old];
    ASSERT_EQ(epochs.size(), 2U);
    EXPECT_GT(epochs[1], epochs[0]) << "another czxid";
  });
}

TEST(ExpiredController, TriesToBeElectedAgain) {  // Z-KZ-10
  Controllers controllers;
  controllers.tell([&](sim::Node& node) {
    const auto old = controllers.controller();
    for (int id = 1; id <= 3; ++id) {
      if (BrokerId(id) == old) continue;
      auto& simulation = controllers.cluster.simulation;
      simulation.pause(simulation.node(format("broker-{}", id)).id());
    }
    controllers.cut_from_zookeeper(old);
    node.sleep_for(2 * session);
    controllers.heal();
    node.sleep_for(30s);

    ASSERT_EQ(controllers.elected.size(), 2U);
    EXPECT_EQ(controllers.elected[1].broker, old);
    EXPECT_EQ(controllers.elected[1].epoch, controllers.elected[0].epoch + 1);
  });
}

}  // namespace
}  // namespace logquake::kafka
