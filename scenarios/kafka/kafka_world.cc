#include "scenarios/kafka/kafka_world.h"

#include <algorithm>
#include <utility>

#include "scenarios/kafka/kafka_actions.h"
#include "sim/base/format.h"
#include "sim/injector.h"

namespace logquake::scenario {
namespace {

// Feeds a listener that the world shares with the trace, which outlives it.
template <class Listener>
std::shared_ptr<Listener> listening(sim::Simulation& simulation,
                                    std::shared_ptr<Listener> listener) {
  simulation.trace().subscribe(
      [listener](const sim::TraceEvent& event) { listener->on_fact(event); });
  return listener;
}

bool all_finished(const std::vector<std::shared_ptr<Progress>>& clients) {
  return std::all_of(clients.begin(), clients.end(),
                     [](const auto& client) { return client->is_finished; });
}

std::int64_t done_by(const std::vector<std::shared_ptr<Progress>>& clients) {
  std::int64_t done = 0;
  for (const auto& client : clients) done += client->done_so_far;
  return done;
}

}  // namespace

std::vector<std::string> consumer_nodes(const KafkaPlan& plan) {
  std::vector<std::string> nodes;
  for (const auto& group : plan.consume) {
    for (int member = 0; member < group.members; ++member)
      nodes.push_back(format("consumer-{}", nodes.size() + 1));
  }
  return nodes;
}

KafkaWorld::KafkaWorld(sim::Simulation& simulation, const KafkaPlan& plan)
    : simulation_(simulation),
      plan_(plan),
      view_(listening(simulation, std::make_shared<ClusterView>())) {
  for (const auto& route : plan.routes)
    rows_.push_back(listening(simulation, std::make_shared<RowTracker>(route)));
  add_roles();
  add_kafka_actions(simulation, plan);
  Cluster(plan.cluster).place(simulation);
  simulation.add_node("operator-1", operator_at_work(plan.operations, operator_));
}

void KafkaWorld::add_roles() {
  const auto node_of = [&simulation = simulation_](const std::optional<kafka::BrokerId>& broker) {
    std::vector<sim::NodeId> nodes;
    if (broker) {
      if (const auto* node = simulation.find_node(broker_node(*broker)))
        nodes.push_back(node->id());
    }
    return nodes;
  };
  auto& injector = simulation_.injector();
  injector.add_role("leader-of", [node_of, view = view_](std::string_view partition) {
    return node_of(view->leader_of(std::string(partition)));
  });
  injector.add_role("controller", [node_of, view = view_](std::string_view) {
    return node_of(view->controller());
  });
  injector.add_role("zk-leader", [&simulation = simulation_, view = view_](std::string_view) {
    const auto* node = simulation.find_node(view->zookeeper_leader());
    return node == nullptr ? std::vector<sim::NodeId>{} : std::vector<sim::NodeId>{node->id()};
  });
}

bool KafkaWorld::is_ready() const {
  return operator_->is_ready && view_->started_databases().size() == plan_.cluster.databases.size();
}

void KafkaWorld::start_load() {
  const auto start = [this](std::vector<std::shared_ptr<Progress>>& clients,
                            const std::string& node, auto program) {
    clients.push_back(std::make_shared<Progress>());
    simulation_.add_node(node, program(clients.back()));
  };
  for (const auto& workload : plan_.sql) {
    start(sql_, format("sql-{}", sql_.size() + 1),
          [&](auto progress) { return sql_client(workload, progress); });
  }
  for (const auto& workload : plan_.produce) {
    start(produce_, format("producer-{}", produce_.size() + 1),
          [&](auto progress) { return produce_client(workload, progress); });
  }
  for (const auto& group : plan_.consume) {
    for (int member = 0; member < group.members; ++member) {
      start(consume_, format("consumer-{}", consume_.size() + 1),
            [&](auto progress) { return consume_client(group.workload, progress); });
    }
  }
}

bool KafkaWorld::load_done() const { return all_finished(sql_) && all_finished(produce_); }

void KafkaWorld::stop_load() {
  for (auto* clients : {&sql_, &produce_}) {
    for (const auto& client : *clients) client->is_stopped = true;
  }
}

std::set<std::string> KafkaWorld::expendable(sim::Random& random) const {
  std::vector<kafka::BrokerId> brokers;
  for (int number = 1; number <= plan_.cluster.brokers; ++number) brokers.emplace_back(number);
  std::set<kafka::BrokerId> away;
  while (!brokers.empty()) {
    const auto at = brokers.begin() + static_cast<std::ptrdiff_t>(random.below(brokers.size()));
    auto without = away;
    without.insert(*at);
    brokers.erase(at);
    const bool is_left = !brokers.empty();  // somebody must serve
    if (is_left && view_->can_spare(without, plan_.most_min_insync) && random.chance({3, 4}))
      away = std::move(without);
  }
  std::set<std::string> names;
  for (const auto broker : away) names.insert(broker_node(broker));
  return names;
}

void KafkaWorld::healed(const std::set<std::string>& gone) {
  operator_->restarts_now = plan_.operations.restarts_failed;
  for (const auto& node : gone) {
    if (const auto broker = broker_of_node(node)) gone_.insert(*broker);
  }
}

std::vector<Hopeless> KafkaWorld::hopeless() const {
  std::vector<Hopeless> hopeless;
  const auto orphaned = view_->orphaned_by(gone_);
  const auto behind = groups_behind();
  for (const auto& [partition, isr] : orphaned) {
    std::string members;
    for (const auto broker : isr)
      members += format("{}{}", members.empty() ? "" : ", ", broker_node(broker));
    const auto why = format("its replicas in sync, {}, are gone", members);
    const auto unsettled = view_->unsettled_partitions(gone_);
    if (const auto found = unsettled.find(partition); found != unsettled.end())
      hopeless.push_back({found->second, "K-REP-40", why});
    for (const auto& each : behind) {
      if (each.partition == partition) {
        hopeless.push_back({each.line, "K-REP-40", why});
      } else if (view_->coordinates(partition, each.group)) {
        hopeless.push_back({each.line, "K-REP-40",
                            format("nobody coordinates the group: of {} {}", partition, why)});
      }
    }
  }
  for (const auto& [partition, line] : view_->unsettled_partitions(gone_)) {
    if (orphaned.contains(partition) || !view_->partitions().at(partition).has_lost_history)
      continue;
    hopeless.push_back({line, "K-REP-17",
                        "its leader came back without what it had given away, and what others "
                        "still have at those offsets parts from its log"});
  }
  return hopeless;
}

std::vector<Pending> KafkaWorld::pending() const {
  std::vector<Pending> pending;
  if (!operator_->refused.empty())
    pending.push_back({"the operator was refused: " + operator_->refused, {}});
  if (!all_finished(produce_))
    pending.push_back({"a producer waits for its last records to be acknowledged", "K-INV-81"});
  for (auto& [partition, line] : view_->unsettled_partitions(gone_))
    pending.push_back({std::move(line), "K-INV-80"});
  auto serving = view_->serving();
  for (const auto broker : gone_) serving.erase(broker);
  const auto expected = static_cast<std::size_t>(plan_.cluster.brokers) - gone_.size();
  if (serving.size() < expected)
    pending.push_back({format("{} of {} brokers serve", serving.size(), expected), "K-INV-80"});
  pending_rows(pending);
  for (auto& each : groups_behind()) pending.push_back({std::move(each.line), "K-INV-81"});
  return pending;
}

void KafkaWorld::pending_rows(std::vector<Pending>& pending) const {
  for (const auto& rows : rows_) {
    std::int64_t count = 0;
    const auto missing = rows->missing(1, count);
    if (count == 0) continue;
    pending.push_back(
        {format("{} waits for {} row{} of {}, the first of them {}={}", rows->route().to, count,
                count == 1 ? "" : "s", rows->route().from, rows->route().key, missing.front()),
         "C-INV-63"});
  }
}

std::vector<KafkaWorld::Behind> KafkaWorld::groups_behind() const {
  std::vector<Behind> behind;
  for (const auto& group : plan_.consume) {
    if (!group.is_awaited) continue;
    const auto& name = group.workload.config.find("group.id")->second;
    for (const auto& [partition, state] : view_->partitions()) {
      const auto topic = partition.substr(0, partition.rfind('-'));
      const auto& topics = group.workload.topics;
      if (std::find(topics.begin(), topics.end(), topic) == topics.end()) continue;
      const auto next = view_->delivered(name, partition);
      if (next < state.high_watermark) {
        behind.push_back({name, partition,
                          format("group {} has read {} up to {} of {}", name, partition, next,
                                 state.high_watermark)});
      }
    }
  }
  return behind;
}

std::map<std::string, std::int64_t> KafkaWorld::counts() const {
  std::map<std::string, std::int64_t> counts;
  if (!sql_.empty()) counts["SQL statements executed"] = done_by(sql_);
  if (!produce_.empty()) counts["records acknowledged"] = done_by(produce_);
  if (!consume_.empty()) counts["records read"] = done_by(consume_);
  return counts;
}

}  // namespace logquake::scenario
