#include "scenarios/zookeeper/zookeeper_kit.h"

#include "models/quorum/defects.h"
#include "models/quorum/probes.h"
#include "models/quorum/zab/zab_defects.h"
#include "scenarios/zookeeper/fact_kinds.h"
#include "scenarios/zookeeper/zookeeper_setup.h"

namespace logquake::scenario {
namespace {

class ZookeeperKit : public Kit {
 public:
  std::string_view name() const override { return "zookeeper"; }
  std::string_view about() const override {
    return "a ZooKeeper ensemble, or one server, and clients that follow its recipes";
  }
  std::vector<Choice> keys() const override { return ZookeeperSetup::keys(); }
  std::vector<Shrinkable> shrinkable() const override { return ZookeeperSetup::shrinkable(); }
  std::unique_ptr<Setup> read(TableReader& root) const override {
    return std::make_unique<ZookeeperSetup>(root);
  }
  std::vector<Choice> workloads() const override { return ZookeeperSetup::workload_types(); }
  std::vector<Choice> checkers() const override { return ZookeeperSetup::checker_names(); }
  std::vector<sim::Defect> defects() const override {
    std::vector<sim::Defect> all(zookeeper::quorum_defects.begin(),
                                 zookeeper::quorum_defects.end());
    all.insert(all.end(), zookeeper::zab_defects.begin(), zookeeper::zab_defects.end());
    return all;
  }
  std::vector<sim::Probe> probes() const override {
    return {zookeeper::quorum_probes.begin(), zookeeper::quorum_probes.end()};
  }
  std::vector<sim::YieldSite> yield_sites() const override {
    return {zookeeper::quorum_yield_sites.begin(), zookeeper::quorum_yield_sites.end()};
  }
  std::vector<sim::BuggifySite> buggify_sites() const override {
    return {zookeeper::quorum_buggify_sites.begin(), zookeeper::quorum_buggify_sites.end()};
  }
  std::vector<Choice> roles() const override {
    return {{"zk-leader", "the ZooKeeper server that leads"},
            {"zk-follower", "the first server that serves and does not lead"}};
  }
  std::vector<std::string> fact_kinds() const override { return zookeeper_fact_kinds(); }
};

}  // namespace

std::unique_ptr<Kit> zookeeper_kit() { return std::make_unique<ZookeeperKit>(); }

}  // namespace logquake::scenario
