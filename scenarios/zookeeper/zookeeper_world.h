// The ensemble of one run, with its clients, and one client more that comes when all has healed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "scenarios/engine/kit.h"
#include "scenarios/zookeeper/ensemble_view.h"
#include "scenarios/zookeeper/zookeeper_setup.h"

namespace logquake::scenario {

class ZookeeperWorld : public World {
 public:
  ZookeeperWorld(sim::Simulation& simulation, const ZookeeperPlan& plan);

  bool is_ready() const override;
  void start_load() override;
  bool load_done() const override;
  void stop_load() override;
  std::set<std::string> expendable(sim::Random& random) const override;
  void healed(const std::set<std::string>& gone) override;
  std::vector<Pending> pending() const override;
  std::map<std::string, std::int64_t> counts() const override;

 private:
  void add_roles();
  ClientStep step_of(const ClientsPlan& workload) const;

  sim::Simulation& simulation_;
  const ZookeeperPlan& plan_;
  std::shared_ptr<EnsembleView> view_;
  std::vector<std::shared_ptr<ClientProgress>> clients_;
  std::shared_ptr<ClientProgress> newcomer_;  // that must be able to write (Z-INV-24)
  std::set<std::string> gone_;                // never to come back
};

}  // namespace logquake::scenario
