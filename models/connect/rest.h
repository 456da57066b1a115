// The REST interface: typed HTTP messages, their routes, and the JSON of answers.
// Source: C-RST-1 to 36; Apache Kafka 3.7.0, ConnectorsResource.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/connect/config_fold.h"
#include "models/connect/connector_plugin.h"
#include "models/connect/status_record.h"
#include "models/connect/submitted_records.h"
#include "sim/network/connection.h"
#include "sim/node.h"

namespace logquake::connect {

struct HttpRequest {
  std::string method;  // "GET"
  std::string path;    // "/connectors/src/status", with its query
  std::string body;    // JSON or empty
  template <class Io>
  void io(Io& io) {
    io("method", method);
    io("path", path);
    io("body", body);
  }
};

struct HttpResponse {
  std::int32_t status = 200;
  std::string location;  // of a 201
  std::string body;      // JSON or empty
  template <class Io>
  void io(Io& io) {
    io("status", status);
    io("location", location);
    io("body", body);
  }
};

enum class RestCall : std::uint8_t {
  root,
  list,
  create,
  info,
  config,
  put_config,
  status,
  remove,
  pause,
  resume,
  stop,
  restart,
  tasks,
  task_status,
  restart_task,
  tasks_config,
  topics,    // or their reset: refused alike
  internal,  // between workers, signed
  offsets,
  alter_offsets,
  reset_offsets,
  plugins
};

/// A request that a worker knows.
struct RestRequest {
  RestCall call{};
  std::string connector;
  int task = 0;
  bool include_tasks = false;
  bool only_failed = false;
  bool expands = false;  // GET /connectors?expand=...
  bool expands_status = false;
  bool expands_info = false;
  std::string body;
};

/// Errors: not_found for an unknown path, method_not_allowed for a path that is known with other
/// methods.
Result<RestRequest> route(const HttpRequest& request);

/// {"error_code":409,"message":"Connector src already exists"} with the status of the error
/// (C-RST-1).
HttpResponse error_response(const Error& error);

// Bodies of answers.
std::string connector_info_json(const ConfigFold& fold, const std::string& connector,
                                ConnectorType type);
std::string config_json(const Properties& config);
std::string connector_status_json(const std::string& connector, const StatusRecord& status,
                                  const std::map<int, StatusRecord>& tasks, ConnectorType type);
std::string task_status_json(int task, const StatusRecord& status);
std::string tasks_json(const ConfigFold& fold, const std::string& connector);
/// The deprecated form: {"src-0":{...}}.
std::string tasks_config_json(const ConfigFold& fold, const std::string& connector);
std::string plugins_json();
std::string offsets_json(const std::vector<PartitionOffset>& offsets);
/// Reads the body of PATCH .../offsets; a null offset erases. Errors: bad_request, internal.
Result<std::vector<PartitionOffset>> read_offsets(std::string_view body);

/// Sends one request over a connection of its own and waits for the answer. Blocks. For workloads
/// and tests. Errors: those of Node::connect and Connection::receive.
logquake::Result<HttpResponse> call_rest(sim::Node& node, const sim::Address& worker,
                                         const HttpRequest& request, Duration timeout);

}  // namespace logquake::connect
