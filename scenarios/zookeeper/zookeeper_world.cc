#include "scenarios/zookeeper/zookeeper_world.h"

#include <algorithm>
#include <functional>

#include "models/quorum/server/zookeeper_server.h"
#include "scenarios/zookeeper/workloads/narrow_workloads.h"
#include "scenarios/zookeeper/workloads/recipe_workloads.h"
#include "scenarios/zookeeper/workloads/znodes_workload.h"
#include "sim/base/format.h"
#include "sim/injector.h"
#include "sim/simulation.h"

namespace logquake::scenario {
namespace {

// What the newcomer does until it is done.
void write_once(ClientAtWork& work) {
  const auto written = work.client.create("/newcomer", std::string("it works"));
  work.count(written);
  if (written || written.is(zookeeper::ErrorCode::node_exists)) work.progress.is_stopped = true;
}

}  // namespace

ZookeeperWorld::ZookeeperWorld(sim::Simulation& simulation, const ZookeeperPlan& plan)
    : simulation_(simulation), plan_(plan), view_(std::make_shared<EnsembleView>(plan.ensemble)) {
  simulation.trace().subscribe(
      [view = view_](const sim::TraceEvent& event) { view->on_fact(event); });
  add_roles();
  for (const auto& member : plan.ensemble.members) {
    simulation.add_node(member.node, [settings = plan.settings](sim::Node& node) {
      zookeeper::run_zookeeper(node, settings);
    });
  }
}

void ZookeeperWorld::add_roles() {
  const auto nodes_called = [&simulation = simulation_](const std::optional<std::string>& name) {
    std::vector<sim::NodeId> nodes;
    if (!name) return nodes;
    if (const auto* node = simulation.find_node(*name)) nodes.push_back(node->id());
    return nodes;
  };
  auto& injector = simulation_.injector();
  injector.add_role("zk-leader", [nodes_called, view = view_](std::string_view) {
    return nodes_called(view->leader());
  });
  injector.add_role("zk-follower", [nodes_called, view = view_](std::string_view) {
    const auto followers = view->followers();
    if (followers.empty()) return nodes_called(std::nullopt);
    return nodes_called(*followers.begin());
  });
}

bool ZookeeperWorld::is_ready() const {
  return std::all_of(plan_.ensemble.members.begin(), plan_.ensemble.members.end(),
                     [this](const EnsembleMember& member) { return view_->serves(member.node); });
}

ClientStep ZookeeperWorld::step_of(const ClientsPlan& workload) const {
  if (workload.type == "counter") return counter_step();
  if (workload.type == "barrier") return barrier_step(workload.clients);
  if (workload.type == "membership") return membership_step();
  if (workload.type == "watches") return watches_step(workload.keys);
  if (workload.type == "families") return families_step(workload.keys);
  return znodes_step({.keys = workload.keys});
}

void ZookeeperWorld::start_load() {
  const auto nodes = client_nodes(plan_);
  for (const auto& workload : plan_.workloads) {
    const auto resource = std::make_shared<FencedResource>();
    for (int client = 0; client < workload.clients; ++client) {
      const auto& name = nodes[clients_.size()];
      clients_.push_back(std::make_shared<ClientProgress>());
      std::function<ClientStep()> make = [this, &workload] { return step_of(workload); };
      if (workload.type == "lock" || workload.type == "election") {
        make = [&workload, resource] {
          return line_step("/" + workload.type, workload.hold, resource);
        };
      } else if (workload.type == "read-write-lock") {
        make = [&workload, resource] { return read_write_step(workload.hold, resource); };
      }
      simulation_.add_node(name, client_program(workload.client, make, clients_.back()));
    }
  }
}

bool ZookeeperWorld::load_done() const {
  return std::all_of(clients_.begin(), clients_.end(),
                     [](const auto& client) { return client->is_finished; });
}

void ZookeeperWorld::stop_load() {
  for (const auto& client : clients_) client->is_stopped = true;
}

std::set<std::string> ZookeeperWorld::expendable(sim::Random& random) const {
  std::set<std::string> away;
  if (plan_.ensemble.is_standalone()) return away;
  auto members = plan_.ensemble.members;
  random.shuffle(members);
  std::set<std::string> left;
  for (const auto& member : members) left.insert(member.node);
  for (const auto& member : members) {
    left.erase(member.node);
    const bool is_enough = plan_.ensemble.is_quorum(left);
    if (is_enough && random.chance({3, 4})) {
      away.insert(member.node);
    } else {
      left.insert(member.node);
    }
  }
  return away;
}

void ZookeeperWorld::healed(const std::set<std::string>& gone) {
  gone_ = gone;
  ClientPlan plan;
  for (const auto& member : plan_.ensemble.members) {
    if (!gone.contains(member.node))
      plan.servers.push_back({member.node, plan_.settings.client_port});
  }
  newcomer_ = std::make_shared<ClientProgress>();
  simulation_.add_node("newcomer-1", client_program(
                                         plan, [] { return ClientStep(write_once); }, newcomer_));
}

std::vector<Pending> ZookeeperWorld::pending() const {
  std::vector<Pending> pending;
  if (!view_->leader()) pending.push_back({"no leader is established", "Z-INV-24"});
  if (newcomer_ && !newcomer_->is_finished)
    pending.push_back({"a new client cannot write", "Z-INV-24"});
  if (const auto why = view_->disagreement(gone_)) pending.push_back({*why, "Z-INV-25"});
  return pending;
}

std::map<std::string, std::int64_t> ZookeeperWorld::counts() const {
  std::map<std::string, std::int64_t> counts;
  for (const auto& client : clients_) {
    counts["operations succeeded"] += client->done_so_far;
    counts["operations refused"] += client->failed;
    counts["operations of unknown outcome"] += client->unknown;
  }
  return counts;
}

}  // namespace logquake::scenario
