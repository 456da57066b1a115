// What a scenario file says about a Kafka platform: [cluster], [[topic]], [[database]], [connect],
// [[connector]], and its workloads and checkers.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/cluster.h"
#include "scenarios/engine/kit.h"
#include "scenarios/kafka/checkers/acked_records_survive.h"
#include "scenarios/kafka/checkers/row_tracker.h"
#include "scenarios/kafka/operator.h"
#include "scenarios/kafka/workloads/consume_workload.h"
#include "scenarios/kafka/workloads/produce_workload.h"
#include "scenarios/kafka/workloads/sql_workload.h"

namespace logquake::scenario {

/// Everything that a world is built from.
struct KafkaPlan {
  ClusterSettings cluster;
  OperatorPlan operations;
  std::vector<SqlWorkload> sql;
  std::vector<ProduceWorkload> produce;
  struct Group {
    ConsumeWorkload workload;
    int members = 1;
    bool is_awaited = true;  // healed, it must read everything
  };
  std::vector<Group> consume;
  std::vector<RowRoute> routes;  // that must converge
  int most_min_insync = 1;       // the greatest min.insync.replicas of any topic
};

class KafkaSetup : public Setup {
 public:
  explicit KafkaSetup(TableReader& root);
  void add_workload(const std::string& type, TableReader& parameters) override;
  std::optional<CheckerFactory> checker(const std::string& name, TableReader& parameters) override;
  void finish(Problems& problems) override;
  std::vector<CheckerFactory> checkers() const override;
  FaultTargets targets() const override;
  std::unique_ptr<World> build(sim::Simulation& simulation) const override;

  static std::vector<Choice> keys();
  static std::vector<Choice> workload_types();
  static std::vector<Shrinkable> shrinkable();
  static std::vector<Choice> checker_names();

 private:
  void read_cluster(TableReader& root);
  void read_topics(TableReader& root);
  void read_databases(TableReader& root);
  void read_connect(TableReader& root);
  void read_connectors(TableReader& root);
  kafka::Config client_config(TableReader& parameters, const std::string& client_id) const;
  std::optional<sim::Address> database_address(TableReader& parameters, std::string_view key);
  std::optional<RowRoute> route(TableReader& parameters);

  KafkaPlan plan_;
  DurabilityProfile durability_;
};

}  // namespace logquake::scenario
