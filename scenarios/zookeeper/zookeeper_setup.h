// What a scenario file says about a ZooKeeper ensemble and its clients.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/quorum/server_settings.h"
#include "scenarios/engine/kit.h"
#include "scenarios/zookeeper/ensemble.h"
#include "scenarios/zookeeper/workloads/client_program.h"

namespace logquake::scenario {

/// Some clients that do the same.
struct ClientsPlan {
  std::string type;  // "znodes"
  int clients = 2;
  ClientPlan client;
  std::int64_t keys = 5;  // of "znodes"
  Duration hold = 300ms;  // of locks and "election"
};

/// Everything that a world is built from.
struct ZookeeperPlan {
  Ensemble ensemble;
  zookeeper::ServerSettings settings;
  std::vector<ClientsPlan> workloads;
};

class ZookeeperSetup : public Setup {
 public:
  explicit ZookeeperSetup(TableReader& root);
  void add_workload(const std::string& type, TableReader& parameters) override;
  std::optional<CheckerFactory> checker(const std::string& name, TableReader& parameters) override;
  std::vector<CheckerFactory> checkers() const override;
  FaultTargets targets() const override;
  std::unique_ptr<World> build(sim::Simulation& simulation) const override;

  static std::vector<Choice> keys();
  static std::vector<Choice> workload_types();
  static std::vector<Shrinkable> shrinkable();
  static std::vector<Choice> checker_names();

 private:
  void read_groups(const std::string& zoo_cfg);

  ZookeeperPlan plan_;
};

/// The names of the clients' nodes: "client-1" ...
std::vector<std::string> client_nodes(const ZookeeperPlan& plan);

}  // namespace logquake::scenario
