#include "scenarios/zookeeper/zookeeper_setup.h"

#include <algorithm>
#include <charconv>
#include <sstream>

#include "scenarios/zookeeper/checkers/committed.h"
#include "scenarios/zookeeper/checkers/delivery.h"
#include "scenarios/zookeeper/checkers/epochs.h"
#include "scenarios/zookeeper/checkers/holes.h"
#include "scenarios/zookeeper/checkers/leadership.h"
#include "scenarios/zookeeper/checkers/protocol.h"
#include "scenarios/zookeeper/checkers/reads.h"
#include "scenarios/zookeeper/checkers/recipes.h"
#include "scenarios/zookeeper/checkers/refused_work.h"
#include "scenarios/zookeeper/checkers/sequence_numbers.h"
#include "scenarios/zookeeper/checkers/session_order.h"
#include "scenarios/zookeeper/checkers/sessions.h"
#include "scenarios/zookeeper/checkers/state_equality.h"
#include "scenarios/zookeeper/checkers/syncs.h"
#include "scenarios/zookeeper/checkers/tree.h"
#include "scenarios/zookeeper/checkers/watches.h"
#include "scenarios/zookeeper/checkers/writes.h"
#include "scenarios/zookeeper/checkers/zxid_order.h"
#include "scenarios/zookeeper/zookeeper_world.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

constexpr int most_servers = 15;  // chosen
constexpr int most_clients = 50;  // chosen
// Short ticks, so that elections take no longer than a story bears: those of the recorded checks.
constexpr std::string_view usual_zoo_cfg = "tickTime=500\ninitLimit=10\nsyncLimit=4\n";

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

EnsembleMember* member_of(Ensemble& ensemble, std::int64_t id) {
  const auto found = std::find_if(ensemble.members.begin(), ensemble.members.end(),
                                  [id](const EnsembleMember& member) { return member.id == id; });
  return found == ensemble.members.end() ? nullptr : &*found;
}

}  // namespace

std::vector<std::string> client_nodes(const ZookeeperPlan& plan) {
  std::vector<std::string> nodes;
  for (const auto& workload : plan.workloads) {
    for (int client = 0; client < workload.clients; ++client)
      nodes.push_back(format("client-{}", nodes.size() + 1));
  }
  return nodes;
}

namespace {

bool sets(const std::string& zoo_cfg, std::string_view key) {
  std::istringstream lines(zoo_cfg);
  for (std::string line; std::getline(lines, line);) {
    const auto start = line.find_first_not_of(" \t");
    if (start != std::string::npos && line.compare(start, key.size(), key) == 0) return true;
  }
  return false;
}

// The usual lines for what the scenario does not set. They stand behind its own, so that errors
// name its lines.
std::string with_the_usual(std::string zoo_cfg) {
  std::istringstream lines{std::string(usual_zoo_cfg)};
  const std::string own = zoo_cfg;
  for (std::string line; std::getline(lines, line);) {
    if (!sets(own, line.substr(0, line.find('=')))) zoo_cfg += line + "\n";
  }
  return zoo_cfg;
}

}  // namespace

ZookeeperSetup::ZookeeperSetup(TableReader& root) {
  std::int64_t servers = 1;
  std::int64_t observers = 0;
  std::string zoo_cfg;
  auto table = root.table("zookeeper");
  if (table) {
    servers = table->integer("servers", servers, 1, most_servers);
    observers = table->integer("observers", observers, 0, servers == 1 ? 0 : most_servers);
    zoo_cfg = table->text("zoo_cfg") + "\n";
  }
  zoo_cfg = with_the_usual(std::move(zoo_cfg));
  for (std::int64_t id = 1; id <= servers + observers; ++id) {
    EnsembleMember member{
        .node = format("zookeeper-{}", id), .id = id, .is_observer = id > servers};
    if (servers > 1) {
      zoo_cfg += format("server.{}={}:2888:3888{}\n", id, member.node,
                        member.is_observer ? ":observer" : "");
    }
    plan_.ensemble.members.push_back(std::move(member));
  }
  read_groups(zoo_cfg);
  auto settings = zookeeper::parse_zoo_cfg(zoo_cfg);
  if (settings) {
    plan_.settings = std::move(*settings);
  } else if (table) {
    table->fail("zoo_cfg", settings.error().message);
  }
}

// "group.1=1:2:3" and "weight.4=0", as the servers read them too.
void ZookeeperSetup::read_groups(const std::string& zoo_cfg) {
  std::istringstream lines(zoo_cfg);
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find('=');
    const auto dot = line.find('.');
    if (equals == std::string::npos || dot == std::string::npos || dot > equals) continue;
    const auto key = line.substr(0, dot);
    const auto number = number_in(std::string_view(line).substr(dot + 1, equals - dot - 1));
    std::istringstream values(line.substr(equals + 1));
    for (std::string text; number && std::getline(values, text, ':');) {
      const auto value = number_in(text);
      if (!value) continue;
      if (key == "group") {
        if (auto* member = member_of(plan_.ensemble, *value)) member->group = *number;
      } else if (key == "weight") {
        if (auto* member = member_of(plan_.ensemble, *number)) member->weight = *value;
      }
    }
  }
}

std::vector<Choice> ZookeeperSetup::keys() {
  return {{"zookeeper", "[zookeeper]: servers, observers, zoo_cfg"}};
}

std::vector<Choice> ZookeeperSetup::workload_types() {
  return {{"znodes", "`clients` do anything a client may do over `keys` znodes that they share"},
          {"counter", "`clients` add to one counter by compare-and-set"},
          {"lock", "`clients` take turns at a lock, each holds it for `hold`"},
          {"read-write-lock",
           "`clients` hold a lock for `hold`, to read with others or to write alone"},
          {"election", "`clients` elect a leader among them, which resigns after `hold`"},
          {"barrier", "`clients` enter and leave a double barrier together, round after round"},
          {"watches", "`clients` watch `keys` znodes in all ways, and change them"},
          {"families", "`clients` are members of `keys` families for a moment, or remove one"},
          {"membership", "`clients` are members of a group and list it"}};
}

void ZookeeperSetup::add_workload(const std::string& type, TableReader& parameters) {
  ClientsPlan plan;
  plan.type = type;
  plan.clients = static_cast<int>(parameters.integer("clients", plan.clients, 1, most_clients));
  plan.client.every = parameters.duration("every", plan.client.every, 1ms);
  plan.client.count = parameters.integer("count", 0, 0, 1'000'000);
  plan.client.session_timeout =
      parameters.duration("session_timeout", plan.client.session_timeout, 1ms);
  const auto chosen = parameters.texts("servers");
  for (const auto& member : plan_.ensemble.members) {
    if (chosen.empty() || std::find(chosen.begin(), chosen.end(), member.node) != chosen.end())
      plan.client.servers.push_back({member.node, plan_.settings.client_port});
  }
  if (plan.client.servers.empty())
    parameters.fail("servers", "none of them is a server of the ensemble");
  if (type == "znodes" || type == "watches" || type == "families")
    plan.keys = parameters.integer("keys", plan.keys, 1, 1000);
  if (type == "lock" || type == "read-write-lock" || type == "election")
    plan.hold = parameters.duration("hold", plan.hold, 1ms);
  plan_.workloads.push_back(std::move(plan));
}

std::vector<Choice> ZookeeperSetup::checker_names() {
  return {
      {"zookeeper-leadership", "Z-INV-1, 22: one leader an epoch, one transaction a zxid"},
      {"zookeeper-delivery", "Z-INV-2 to 5: all deliver the same in the same order"},
      {"zookeeper-committed", "Z-INV-6, 11, 22: nothing committed is lost"},
      {"zookeeper-holes", "Z-INV-7: no transaction is missing from the middle of a history"},
      {"zookeeper-zxid-order", "Z-INV-8: zxids grow in each log, and no server goes back"},
      {"zookeeper-state-equality", "Z-INV-8, 9: equal zxids mean equal states"},
      {"zookeeper-epochs", "Z-INV-10: epochs never go back, and acks follow what is durable"},
      {"zookeeper-protocol", "Z-INV-24: nobody drops a server or exits for what it was told"},
      {"zookeeper-sessions", "Z-INV-12, 13: sessions end neither early nor by halves"},
      {"zookeeper-tree", "Z-INV-14: the tree is a tree, and its Stats fit"},
      {"zookeeper-sequence-numbers", "Z-INV-15: numbers are given out once, and grow"},
      {"zookeeper-refused-work", "Z-INV-21, 23: a refused write leaves no trace"},
      {"zookeeper-session-order", "Z-INV-16, Z-SE-15: replies come in order, zxids never go back"},
      {"zookeeper-linearizable-writes",
       "Z-INV-17, 23, Z-MU-5: one order explains every write's answer"},
      {"zookeeper-consistent-reads", "Z-INV-16, 18, 23: a session's reads never go back"},
      {"zookeeper-watch-events",
       "Z-INV-19, Z-WT-6, 16: events have a cause and come once, before the state"},
      {"zookeeper-syncs", "Z-INV-20: a sync waits for what was committed before it"},
      {"zookeeper-recipes", "Z-RC-2 to 7: what locks, elections, barriers and counters promise"}};
}

std::vector<CheckerFactory> ZookeeperSetup::checkers() const {
  return {zookeeper_leadership(),
          zookeeper_delivery(),
          zookeeper_committed(plan_.ensemble, plan_.settings.force_sync),
          zookeeper_holes(),
          zookeeper_zxid_order(),
          zookeeper_state_equality(),
          zookeeper_epochs(plan_.settings.force_sync),
          zookeeper_protocol(),
          zookeeper_sessions(),
          zookeeper_tree(),
          zookeeper_sequence_numbers(),
          zookeeper_refused_work(),
          zookeeper_session_order(),
          zookeeper_linearizable_writes(),
          zookeeper_consistent_reads(),
          zookeeper_watch_events(),
          zookeeper_syncs(),
          zookeeper_recipes()};
}

std::optional<CheckerFactory> ZookeeperSetup::checker(const std::string& name, TableReader&) {
  for (auto& factory : checkers()) {
    if (factory.name == name) return std::move(factory);
  }
  return std::nullopt;
}

FaultTargets ZookeeperSetup::targets() const {
  FaultTargets targets;
  for (const auto& member : plan_.ensemble.members)
    targets.nodes.push_back({member.node, "zookeeper", {}});
  // Clients stand outside what is tested: a plan may name them, swarms leave them alone.
  for (const auto& node : client_nodes(plan_))
    targets.nodes.push_back({node, "client", {"network", "crash", "disk", "clock"}});
  targets.roles = {"zk-leader", "zk-follower"};
  targets.most_down["zookeeper"] = std::max(1, plan_.ensemble.most_down());
  return targets;
}

std::vector<Shrinkable> ZookeeperSetup::shrinkable() {
  using Way = Shrinkable::Way;
  constexpr Duration rare = 10s;  // chosen: everything that one step brings about is over
  const ClientPlan usual;
  return {{.path = "workload.*.every",
           .way = Way::rarer,
           .least = rare.count(),
           .otherwise = usual.every.count()},
          {.path = "workload.*.count", .least = 1, .paced_by = "every"},
          {.path = "workload.*.clients", .least = 1, .otherwise = 2},
          {.path = "workload.*.keys", .least = 1, .otherwise = 5},
          {.path = "zookeeper.servers", .least = 1, .otherwise = 1},
          {.path = "zookeeper.observers", .least = 0, .otherwise = 0}};
}

std::unique_ptr<World> ZookeeperSetup::build(sim::Simulation& simulation) const {
  return std::make_unique<ZookeeperWorld>(simulation, plan_);
}

}  // namespace logquake::scenario
