// When a node whose disk was wiped counts as repaired.
#include "models/gossip/gossip_node.h"

#include <gtest/gtest.h>

#include <memory>

#include "models/gossip/defects.h"
#include "models/gossip/teller.h"
#include "sim/disk/disk.h"
#include "sim/injector.h"
#include "sim/simulation.h"

namespace logquake::gossip {
namespace {

/// Three nodes that know fifty rumours, the first of which has then lost its disk.
class WipedNode : public ::testing::Test {
 protected:
  explicit WipedNode(sim::Options options = {}) : simulation_(std::move(options)) {
    const std::vector<std::string> nodes{"node-1", "node-2", "node-3"};
    for (const auto& name : nodes) simulation_.add_node(name, gossip_node({.peers = nodes}));
    const auto progress = std::make_shared<TellerProgress>();
    simulation_.add_node("teller", teller({.nodes = nodes}, progress));
    (void)simulation_.run_until([&] { return progress->done; }, 1h);
    (void)simulation_.run_for(10s);
    strike(sim::WipeDisk{"node-1"});
  }

  void strike(const sim::Fault& fault) { simulation_.injector().strike(fault, {}); }
  bool may_be_wiped(const std::string& name) {
    return simulation_.injector().atlas().refusal(simulation_.node(name).id()).empty();
  }

  sim::Simulation simulation_;
};

struct WithoutAntiEntropy : WipedNode {
  WithoutAntiEntropy() : WipedNode(options()) {}
  static sim::Options options() {
    sim::Options options;
    options.defects.insert(std::string(skip_anti_entropy.name));
    return options;
  }
};

TEST_F(WipedNode, IsRepairedOnceEveryPeerHasHadNothingToAdd) {
  strike(sim::Isolate{"node-3", 30s});
  strike(sim::Restart{"node-1"});
  (void)simulation_.run_for(30s);
  EXPECT_FALSE(may_be_wiped("node-2")) << "node-3 may know more";

  (void)simulation_.run_for(30s);

  EXPECT_TRUE(may_be_wiped("node-2"));
  EXPECT_FALSE(simulation_.node("node-1").disk().is_damaged());
}

TEST_F(WithoutAntiEntropy, ItIsNeverRepaired) {
  strike(sim::Restart{"node-1"});
  (void)simulation_.run_for(60s);

  EXPECT_FALSE(may_be_wiped("node-2"));
}

}  // namespace
}  // namespace logquake::gossip
