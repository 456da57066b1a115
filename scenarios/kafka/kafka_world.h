// The platform of one run, with its operator and its workloads.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "scenarios/engine/kit.h"
#include "scenarios/kafka/checkers/row_tracker.h"
#include "scenarios/kafka/cluster_view.h"
#include "scenarios/kafka/kafka_setup.h"
#include "scenarios/kafka/operator.h"
#include "scenarios/kafka/workloads/progress.h"

namespace logquake::scenario {

/// The names of the consumers' nodes, group after group: "consumer-1" ...
std::vector<std::string> consumer_nodes(const KafkaPlan& plan);

class KafkaWorld : public World {
 public:
  KafkaWorld(sim::Simulation& simulation, const KafkaPlan& plan);

  bool is_ready() const override;
  void start_load() override;
  bool load_done() const override;
  void stop_load() override;
  std::set<std::string> expendable(sim::Random& random) const override;
  void healed(const std::set<std::string>& gone) override;
  std::vector<Hopeless> hopeless() const override;
  std::vector<Pending> pending() const override;
  std::map<std::string, std::int64_t> counts() const override;

 private:
  void add_roles();
  void pending_rows(std::vector<Pending>& pending) const;
  // What a group has yet to read of a partition.
  struct Behind {
    std::string group;
    std::string partition;
    std::string line;
  };
  std::vector<Behind> groups_behind() const;

  sim::Simulation& simulation_;
  const KafkaPlan& plan_;
  std::shared_ptr<ClusterView> view_;
  std::vector<std::shared_ptr<RowTracker>> rows_;
  std::shared_ptr<OperatorProgress> operator_ = std::make_shared<OperatorProgress>();
  std::vector<std::shared_ptr<Progress>> sql_;
  std::vector<std::shared_ptr<Progress>> produce_;
  std::vector<std::shared_ptr<Progress>> consume_;
  std::set<kafka::BrokerId> gone_;  // never to come back
};

}  // namespace logquake::scenario
