// The connector classes a worker has: names, types, definitions. (C-RST-27, C-RST-32.)
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/connect/config_definition.h"
#include "models/connect/error.h"

namespace logquake::connect {

enum class ConnectorType : std::uint8_t { source, sink };
/// "source", "sink".
std::string_view name_of(ConnectorType type);

struct ConnectorPlugin {
  std::string class_name;
  ConnectorType type{};
  std::string version;
};

/// In the order of their class names.
std::vector<ConnectorPlugin> connector_plugins();

/// Finds a plugin by full class name, simple name, or simple name without "Connector".
/// Errors: connect, "Failed to find any class that implements Connector and which name matches …".
Result<ConnectorPlugin> find_connector_plugin(std::string_view name);

/// The common keys and the plugin's own.
ConfigDefinition definition_of(const ConnectorPlugin& plugin);
/// The framework's keys of every source or sink connector.
ConfigDefinition common_definition(ConnectorType type);
ConfigDefinition jdbc_source_definition();
ConfigDefinition jdbc_sink_definition();

/// Everything that makes a worker refuse the configuration with 400: the definition's problems and
/// those between keys (C-RST-33 to 35). `worker_group` is the worker's group.id.
std::vector<ConfigProblem> validate_connector(const ConnectorPlugin& plugin,
                                              const Properties& config,
                                              std::string_view worker_group);

}  // namespace logquake::connect
