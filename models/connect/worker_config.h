// connect-distributed.properties, read and checked. Source: C-WRK-1 to 6, 8; Apache Kafka 3.7.0,
// DistributedConfig.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "models/client/config.h"
#include "models/connect/config_definition.h"
#include "models/connect/connector.h"

namespace logquake::connect {

/// Reads Java properties text: "key=value", "key: value", comments, continued lines.
Properties parse_properties(std::string_view text);

/// One internal topic.
struct StorageTopic {
  std::string property;  // "config.storage.topic"
  std::string name;
  std::int32_t partitions = 1;
  std::int16_t replication = 3;
  std::string purpose;  // "connector configurations", for messages
};

struct WorkerConfig {
  Properties properties;
  std::string group_id;
  std::string bootstrap_servers;  // as written
  StorageTopic config_topic;
  StorageTopic offset_topic;
  StorageTopic status_topic;
  Duration offset_flush_interval = 60s;
  Duration offset_flush_timeout = 5s;
  Duration graceful_shutdown_timeout = 5s;
  std::uint16_t rest_port = 8083;
  std::string rest_host;                      // advertised; empty: the node's name
  std::vector<std::string> unknown_settings;  // the real worker only warns of them

  /// Errors: config, in ConfigDef's words.
  static Result<WorkerConfig> from(std::string_view properties_text);

  /// The worker's settings for a kind of client: those under `prefix` ("producer."), laid over
  /// `base`, with the bootstrap servers of the simulated world.
  kafka::Config client_config(const std::vector<sim::Address>& bootstrap,
                              std::string_view client_id, const kafka::Config& base,
                              std::string_view prefix) const;
};

/// Everything a worker is started with.
struct WorkerSettings {
  std::string properties;  // the text of connect-distributed.properties
  /// What a database's host and port in a connector's URL means here.
  Resolver resolve;
  /// What one entry of bootstrap.servers means here; "localhost:9092" is the whole simulated
  /// cluster.
  std::function<logquake::Result<std::vector<sim::Address>>(std::string_view host_and_port)>
      resolve_cluster;
  DriverSettings driver;
};

/// Problems of the settings that need no run: for `logquake check`. Messages name the property.
std::vector<std::string> check_worker(const WorkerSettings& settings);

}  // namespace logquake::connect
