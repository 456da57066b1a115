#include "scenarios/kafka/kafka_kit.h"

#include "models/broker/defects.h"
#include "models/broker/probes.h"
#include "models/broker/replication_defects.h"
#include "models/broker/replication_probes.h"
#include "models/client/defects.h"
#include "models/client/probes.h"
#include "models/connect/defects.h"
#include "models/connect/probes.h"
#include "models/database/defects.h"
#include "models/database/probes.h"
#include "models/protocol/probes.h"
#include "models/quorum/defects.h"
#include "models/quorum/probes.h"
#include "models/quorum/zab/zab_defects.h"
#include "scenarios/kafka/fact_kinds.h"
#include "scenarios/kafka/kafka_actions.h"
#include "scenarios/kafka/kafka_setup.h"

namespace logquake::scenario {
namespace {

// The catalogues of all models, one after another.
template <class T, class... Catalogues>
std::vector<T> joined(const Catalogues&... catalogues) {
  std::vector<T> all;
  all.reserve((catalogues.size() + ...));
  (all.insert(all.end(), catalogues.begin(), catalogues.end()), ...);
  return all;
}

class KafkaKit : public Kit {
 public:
  std::string_view name() const override { return "kafka"; }
  std::string_view about() const override {
    return "a Kafka platform: ZooKeeper, brokers, databases, Connect, producers and consumer "
           "groups";
  }
  std::vector<Choice> keys() const override { return KafkaSetup::keys(); }
  std::vector<Shrinkable> shrinkable() const override { return KafkaSetup::shrinkable(); }
  std::unique_ptr<Setup> read(TableReader& root) const override {
    return std::make_unique<KafkaSetup>(root);
  }
  std::vector<Choice> workloads() const override { return KafkaSetup::workload_types(); }
  std::vector<Choice> checkers() const override { return KafkaSetup::checker_names(); }
  std::vector<sim::Defect> defects() const override {
    return joined<sim::Defect>(zookeeper::quorum_defects, zookeeper::zab_defects,
                               kafka::log_defects, kafka::replication_defects, kafka::group_defects,
                               kafka::client_defects, database::database_defects,
                               connect::connect_defects);
  }
  std::vector<sim::Probe> probes() const override {
    return joined<sim::Probe>(zookeeper::quorum_probes, kafka::log_probes,
                              kafka::replication_probes, kafka::group_probes, kafka::client_probes,
                              database::database_probes, connect::connect_probes);
  }
  std::vector<std::string> fact_kinds() const override { return kafka_fact_kinds(); }
  std::vector<sim::YieldSite> yield_sites() const override {
    return joined<sim::YieldSite>(zookeeper::quorum_yield_sites, kafka::log_yield_sites,
                                  kafka::replication_yield_sites, kafka::group_yield_sites,
                                  database::database_yield_sites, connect::connect_yield_sites);
  }
  std::vector<sim::BuggifySite> buggify_sites() const override {
    return joined<sim::BuggifySite>(kafka::protocol_buggify_sites, kafka::replication_buggify_sites,
                                    kafka::client_buggify_sites);
  }
  std::vector<Choice> roles() const override {
    return {{"leader-of:PARTITION", "the broker that leads the partition, leader-of:orders-0"},
            {"controller", "the broker that is the controller"},
            {"zk-leader", "the ZooKeeper server that leads"}};
  }
  std::vector<Choice> actions() const override { return kafka_actions(); }
};

}  // namespace

std::unique_ptr<Kit> kafka_kit() { return std::make_unique<KafkaKit>(); }

}  // namespace logquake::scenario
