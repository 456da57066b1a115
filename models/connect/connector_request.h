// The JSON that people POST to create a connector, and what a worker would say to it (C-RST-12, 31,
// 32).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/connect/connector_plugin.h"
#include "models/connect/json.h"
#include "sim/base/result.h"
#include "sim/network/connection.h"

namespace logquake::connect {

enum class TargetState : std::uint8_t { started, paused, stopped };
/// "STARTED", "PAUSED", "STOPPED".
std::string_view name_of(TargetState state);

struct CreateConnectorRequest {
  std::string name;
  Properties config;
  std::optional<TargetState> initial_state;
};

/// Where a name such as "localhost:3306" leads in the simulated world. Errors list the hosts that
/// exist.
using Resolver = std::function<logquake::Result<sim::Address>(std::string_view host_and_port)>;

/// A place in a connector's JSON that is not as it must be.
struct ConnectorProblem {
  std::string path;      // "$.config['tasks.max']"; "$" for the document
  std::string message;   // what the worker would answer
  std::string expected;  // may be empty
  int line = 0;          // of a syntax error, one-based; else 0
  int column = 0;
  /// What the worker refuses the request with before it validates anything; nothing where only
  /// validation refuses it.
  std::optional<Error> refusal{};
  bool is_warning = false;  // a key that no definition knows: Connect ignores it
};
/// "$.config['tasks.max']: Invalid value 0 …; expected at least 1".
std::string to_string(const ConnectorProblem& problem);

/// Reads the body of POST /connectors. Values of `config` must be text; numbers and booleans are
/// taken as their text, as Jackson does. The name is put into the configuration (C-RST-12); without
/// one it is empty. The result is what could be read; problems say what could not.
CreateConnectorRequest read_create_request(const Json& json,
                                           std::vector<ConnectorProblem>& problems);

/// Everything that would be refused (or silently ignored) when this JSON is posted, without running
/// anything: syntax, class, keys, values, and hosts that no simulated node has. Pure; for `logquake
/// check`.
std::vector<ConnectorProblem> check_connector(std::string_view json, const Resolver& resolve,
                                              std::string_view worker_group = "connect-cluster");

}  // namespace logquake::connect
