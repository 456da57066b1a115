// A Kafka platform: puts ZooKeeper, brokers, databases and Connect workers on the nodes of one
// simulation, by name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/result.h"
#include "sim/network/connection.h"
#include "sim/simulation.h"

namespace logquake::connect {
struct WorkerSettings;
}

namespace logquake {

/// One database of a server and the SQL that makes its tables.
struct ClusterDatabase {
  std::string name;
  std::string sql;  // statements separated by semicolons; may be empty
};

struct ClusterDatabaseServer {
  std::string node = "database-1";  // also its host name; the first one is "localhost" too
  std::uint16_t port = 3306;
  std::string user = "root";
  std::string password = "test1357";  // of the tutorials
  std::vector<ClusterDatabase> databases;
};

struct ClusterSettings {
  int zookeeper_servers = 1;
  std::string zoo_cfg;            // lines on top of the defaults
  int brokers = 0;                // zero: no Kafka at all, only databases
  std::string broker_properties;  // server.properties, the same for every broker
  std::vector<ClusterDatabaseServer> databases;
  int connect_workers = 0;
  std::string connect_properties;  // connect-distributed.properties
};

/// What `invoke` calls to stop a broker's process in order; its argument is the broker's node.
inline constexpr std::string_view stop_broker_action = "stop-broker";

/// Names, addresses and what "localhost" means. A value; place() makes the nodes.
class Cluster {
 public:
  explicit Cluster(ClusterSettings settings) : settings_(std::move(settings)) {}

  const ClusterSettings& settings() const { return settings_; }
  std::vector<std::string> zookeeper_nodes() const;  // "zookeeper-1" ...
  std::vector<std::string> broker_nodes() const;     // "broker-1" ...
  std::vector<std::string> connect_nodes() const;    // "connect-1" ...
  std::vector<sim::Address> bootstrap_servers() const;

  /// The server that a JDBC URL's "host:port" means: "localhost:3306", "database-1:3306".
  /// Errors: not_found, listing those that exist.
  Result<sim::Address> resolve_database(std::string_view host_and_port) const;
  /// The brokers that one entry of bootstrap.servers means: "localhost:9092" is all of them.
  /// Errors: not_found, listing those that exist.
  Result<std::vector<sim::Address>> resolve_brokers(std::string_view host_and_port) const;

  /// What is wrong with the settings' texts, without running anything: properties, SQL.
  std::vector<std::string> problems() const;

  /// Adds the nodes, ZooKeeper first, and starts their programs.
  void place(sim::Simulation& simulation) const;

 private:
  connect::WorkerSettings worker_settings() const;
  ClusterSettings settings_;
};

}  // namespace logquake
