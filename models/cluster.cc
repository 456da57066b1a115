#include "models/cluster.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "models/broker/config.h"
#include "models/broker/server/broker.h"
#include "models/connect/worker.h"
#include "models/database/server.h"
#include "models/quorum/server/zookeeper_server.h"
#include "models/quorum/server_settings.h"
#include "sim/base/format.h"
#include "sim/injector.h"

namespace logquake {
namespace {

constexpr std::uint16_t zookeeper_port = 2181;
constexpr std::uint16_t kafka_port = 9092;

std::vector<std::string> numbered(std::string_view name, int count) {
  std::vector<std::string> names;
  for (int number = 1; number <= count; ++number) names.push_back(format("{}-{}", name, number));
  return names;
}

bool is_local(std::string_view host) { return host == "localhost" || host == "127.0.0.1"; }

// What the connect-distributed.properties that comes with Kafka says, before the scenario's own
// lines; the later line counts. Only the replication factors are those of a cluster of this size.
std::string worker_defaults(int brokers) {
  const int replicas = std::min(brokers, 3);
  return format(
      "bootstrap.servers=localhost:9092\n"
      "group.id=connect-cluster\n"
      "key.converter=org.apache.kafka.connect.json.JsonConverter\n"
      "value.converter=org.apache.kafka.connect.json.JsonConverter\n"
      "key.converter.schemas.enable=true\n"
      "value.converter.schemas.enable=true\n"
      "offset.storage.topic=connect-offsets\n"
      "offset.storage.replication.factor={0}\n"
      "config.storage.topic=connect-configs\n"
      "config.storage.replication.factor={0}\n"
      "status.storage.topic=connect-status\n"
      "status.storage.replication.factor={0}\n"
      "offset.flush.interval.ms=10000\n",
      replicas);
}

// "host:port" of somebody; without a port there is nothing to compare with.
std::pair<std::string_view, std::string_view> split(std::string_view host_and_port) {
  const auto colon = host_and_port.rfind(':');
  if (colon == std::string_view::npos) return {host_and_port, {}};
  return {host_and_port.substr(0, colon), host_and_port.substr(colon + 1)};
}

using StopSwitches = std::map<std::string, std::shared_ptr<kafka::StopSwitch>, std::less<>>;

/// What `systemctl stop` does on the broker's machine. Its supervisor starts it again.
Status stop(sim::Simulation& simulation, const StopSwitches& switches, std::string_view broker) {
  const auto found = switches.find(broker);
  auto* node = simulation.find_node(broker);
  if (found == switches.end() || node == nullptr)
    return Error{ErrorCode::not_found, format("\"{}\" is no broker", broker)};
  if (simulation.state_of(node->id()) != sim::Simulation::NodeState::up || !found->second->stop)
    return Error{ErrorCode::unreachable, format("{} does not run", broker)};
  node->spawn("stop", [stop_switch = found->second] {
    if (const auto deed = stop_switch->stop) deed();
  });
  return {};
}

}  // namespace

std::vector<std::string> Cluster::zookeeper_nodes() const {
  return numbered("zookeeper", settings_.brokers > 0 ? settings_.zookeeper_servers : 0);
}
std::vector<std::string> Cluster::broker_nodes() const {
  return numbered("broker", settings_.brokers);
}
std::vector<std::string> Cluster::connect_nodes() const {
  return numbered("connect", settings_.connect_workers);
}

std::vector<sim::Address> Cluster::bootstrap_servers() const {
  std::vector<sim::Address> addresses;
  for (const auto& node : broker_nodes()) addresses.push_back({node, kafka_port});
  return addresses;
}

Result<sim::Address> Cluster::resolve_database(std::string_view host_and_port) const {
  const auto [host, port] = split(host_and_port);
  std::string known;
  for (std::size_t at = 0; at < settings_.databases.size(); ++at) {
    const auto& server = settings_.databases[at];
    const bool is_meant = host == server.node || (at == 0 && is_local(host));
    if (is_meant && port == format("{}", server.port))
      return sim::Address{server.node, server.port};
    if (at == 0) known += format("localhost:{}, ", server.port);
    known += format("{}:{}, ", server.node, server.port);
  }
  if (known.empty())
    return Error{ErrorCode::not_found,
                 format("no database server at {}: this scenario has none", host_and_port)};
  known.resize(known.size() - 2);
  return Error{ErrorCode::not_found,
               format("no database server at {}; there are {}", host_and_port, known)};
}

Result<std::vector<sim::Address>> Cluster::resolve_brokers(std::string_view host_and_port) const {
  const auto [host, port] = split(host_and_port);
  const auto all = bootstrap_servers();
  if (port == format("{}", kafka_port)) {
    if (is_local(host) && !all.empty()) return all;
    for (const auto& address : all) {
      if (address.host == host) return std::vector<sim::Address>{address};
    }
  }
  std::string known = "localhost:9092";
  for (const auto& address : all) known += ", " + to_string(address);
  return Error{ErrorCode::not_found, format("no broker at {}; there are {}", host_and_port, known)};
}

std::vector<std::string> Cluster::problems() const {
  std::vector<std::string> problems;
  if (const auto config = zookeeper::parse_zoo_cfg(settings_.zoo_cfg); !config) {
    problems.push_back("cluster.zoo_cfg: " + config.error().message);
  } else if (!config->servers.empty()) {
    problems.push_back(
        "cluster.zoo_cfg: server.N lines are not for here, cluster.zookeeper says how many there "
        "are");
  }
  if (settings_.connect_workers > 0) {
    for (const auto& problem : connect::check_worker(worker_settings())) {
      problems.push_back("connect.properties: " + problem);
    }
  }
  return problems;
}

connect::WorkerSettings Cluster::worker_settings() const {
  connect::WorkerSettings worker;
  worker.properties = worker_defaults(settings_.brokers) + settings_.connect_properties;
  worker.resolve = [self = *this](std::string_view where) { return self.resolve_database(where); };
  worker.resolve_cluster = [self = *this](std::string_view where) {
    return self.resolve_brokers(where);
  };
  return worker;
}

void Cluster::place(sim::Simulation& simulation) const {
  auto zookeeper_settings = zookeeper::parse_zoo_cfg(settings_.zoo_cfg).value();
  if (settings_.zookeeper_servers > 1) {
    for (const auto& node : zookeeper_nodes()) {
      zookeeper::EnsembleServer member;
      member.id =
          zookeeper::ServerId(static_cast<std::int32_t>(zookeeper_settings.servers.size()) + 1);
      member.host = node;
      zookeeper_settings.servers.push_back(std::move(member));
    }
  }
  for (const auto& node : zookeeper_nodes()) {
    simulation.add_node(node, [zookeeper_settings](sim::Node& self) {
      zookeeper::run_zookeeper(self, zookeeper_settings);
    });
  }
  std::string zookeeper_connect;
  for (const auto& node : zookeeper_nodes()) {
    zookeeper_connect +=
        format("{}{}:{}", zookeeper_connect.empty() ? "" : ",", node, zookeeper_port);
  }
  std::int32_t id = 0;
  StopSwitches stop_switches;
  for (const auto& node : broker_nodes()) {
    kafka::BrokerSettings broker{
        .config =
            kafka::BrokerConfig::from(kafka::parse_properties(settings_.broker_properties).value())
                .value()};
    broker.config.broker_id = kafka::BrokerId(++id);
    broker.config.zookeeper_connect = zookeeper_connect;
    stop_switches[node] = broker.stop_switch;
    simulation.add_node(node, [broker](sim::Node& self) { kafka::run_broker(self, broker); });
  }
  simulation.injector().add_action(std::string(stop_broker_action),
                                   [&simulation, stop_switches](std::string_view broker) {
                                     return stop(simulation, stop_switches, broker);
                                   });
  for (const auto& each : settings_.databases) {
    database::ServerSettings server;
    server.port = each.port;
    server.users = {{.name = each.user, .password = each.password}};
    for (const auto& database : each.databases)
      server.databases.push_back({database.name, database.sql});
    simulation.add_node(each.node,
                        [server](sim::Node& self) { database::run_database(self, server); },
                        {.group = "database"});
  }
  for (const auto& node : connect_nodes()) {
    simulation.add_node(node, [worker = worker_settings()](sim::Node& self) {
      connect::run_connect_worker(self, worker);
    });
  }
}

}  // namespace logquake
