#include "models/connect/rest.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "models/connect/json.h"
#include "sim/base/format.h"

namespace logquake::connect {
namespace {

/// "%20" is a blank.
std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    unsigned value = 0;
    const auto* digits = text.data() + at + 1;
    if (text[at] == '%' && at + 2 < text.size() &&
        std::from_chars(digits, digits + 2, value, 16).ptr == digits + 2) {
      out += static_cast<char>(value);
      at += 2;
    } else {
      out += text[at];
    }
  }
  return out;
}

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  for (std::size_t begin = 0; begin < path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    if (end > begin) segments.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return segments;
}

bool query_has(std::string_view query, std::string_view wanted) {
  for (std::size_t begin = 0; begin <= query.size();) {
    const auto end = std::min(query.find('&', begin), query.size());
    if (query.substr(begin, end - begin) == wanted) return true;
    begin = end + 1;
  }
  return false;
}

std::optional<int> number_of(std::string_view text) {
  int value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct Route {
  std::string_view method;
  std::string_view path;  // {c} is a connector's name, {t} a task's number
  RestCall call;
};
constexpr std::array routes{
    Route{"GET", "", RestCall::root},
    Route{"GET", "connector-plugins", RestCall::plugins},
    Route{"GET", "connectors", RestCall::list},
    Route{"POST", "connectors", RestCall::create},
    Route{"GET", "connectors/{c}", RestCall::info},
    Route{"DELETE", "connectors/{c}", RestCall::remove},
    Route{"GET", "connectors/{c}/config", RestCall::config},
    Route{"PUT", "connectors/{c}/config", RestCall::put_config},
    Route{"GET", "connectors/{c}/status", RestCall::status},
    Route{"PUT", "connectors/{c}/pause", RestCall::pause},
    Route{"PUT", "connectors/{c}/resume", RestCall::resume},
    Route{"PUT", "connectors/{c}/stop", RestCall::stop},
    Route{"POST", "connectors/{c}/restart", RestCall::restart},
    Route{"GET", "connectors/{c}/tasks", RestCall::tasks},
    Route{"POST", "connectors/{c}/tasks", RestCall::internal},
    Route{"PUT", "connectors/{c}/fence", RestCall::internal},
    Route{"GET", "connectors/{c}/tasks-config", RestCall::tasks_config},
    Route{"GET", "connectors/{c}/tasks/{t}/status", RestCall::task_status},
    Route{"POST", "connectors/{c}/tasks/{t}/restart", RestCall::restart_task},
    Route{"GET", "connectors/{c}/topics", RestCall::topics},
    Route{"PUT", "connectors/{c}/topics/reset", RestCall::topics},
    Route{"GET", "connectors/{c}/offsets", RestCall::offsets},
    Route{"PATCH", "connectors/{c}/offsets", RestCall::alter_offsets},
    Route{"DELETE", "connectors/{c}/offsets", RestCall::reset_offsets},
};

/// Whether the path has the route's form; then its parameters are in `request`.
bool matches(const Route& route, const std::vector<std::string_view>& path, RestRequest& request) {
  const auto wanted = segments_of(route.path);
  if (wanted.size() != path.size()) return false;
  for (std::size_t at = 0; at < path.size(); ++at) {
    if (wanted[at] == "{c}") {
      request.connector = decoded(path[at]);
    } else if (wanted[at] == "{t}") {
      const auto task = number_of(path[at]);
      if (!task) return false;
      request.task = *task;
    } else if (wanted[at] != path[at]) {
      return false;
    }
  }
  return true;
}

int http_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::bad_request:
      return 400;
    case ErrorCode::forbidden:
      return 403;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::method_not_allowed:
      return 405;
    case ErrorCode::already_exists:
    case ErrorCode::rebalance:
      return 409;
    default:
      return 500;
  }
}

/// The name last, as it was put there last.
Json config_object(const Properties& config) {
  Json::Object members;
  for (const auto& [name, value] : config) {
    if (name != "name") members.push_back({name, value});
  }
  if (const auto name = config.find("name"); name != config.end())
    members.push_back({"name", name->second});
  return members;
}

void add_state(Json& json, const StatusRecord& status) {
  json.set("state", name_of(status.state));
  json.set("worker_id", status.worker_id);
  if (!status.trace.empty()) json.set("trace", status.trace);
}

Json task_status(int task, const StatusRecord& status) {
  Json json;
  json.set("id", task);
  add_state(json, status);
  return json;
}

Json task_id_json(const TaskId& id) {
  return Json::Object{{"connector", id.connector}, {"task", id.task}};
}

}  // namespace

Result<RestRequest> route(const HttpRequest& http) {
  const std::string_view whole = http.path;
  const auto question = std::min(whole.find('?'), whole.size());
  const std::string_view query =
      question < whole.size() ? whole.substr(question + 1) : std::string_view();
  const auto segments = segments_of(whole.substr(0, question));
  bool is_known = false;
  for (const Route& each : routes) {
    RestRequest request;
    if (!matches(each, segments, request)) continue;
    is_known = true;
    if (each.method != http.method) continue;
    request.call = each.call;
    request.body = http.body;
    request.include_tasks = query_has(query, "includeTasks=true");
    request.only_failed = query_has(query, "onlyFailed=true");
    request.expands = query.starts_with("expand") || query.find("&expand") != query.npos;
    request.expands_status = query_has(query, "expand=status");
    request.expands_info = query_has(query, "expand=info");
    return request;
  }
  if (is_known) return Error{ErrorCode::method_not_allowed, "HTTP 405 Method Not Allowed"};
  return Error{ErrorCode::not_found, "HTTP 404 Not Found"};
}

HttpResponse error_response(const Error& error) {
  HttpResponse response;
  response.status = http_status(error.code);
  response.body =
      to_json_text(Json::Object{{"error_code", response.status}, {"message", error.message}});
  return response;
}

std::string connector_info_json(const ConfigFold& fold, const std::string& connector,
                                ConnectorType type) {
  Json::Array tasks;
  for (const TaskId& id : fold.tasks(connector)) tasks.push_back(task_id_json(id));
  const auto* config = fold.connector_config(connector);
  Json json;
  json.set("name", connector);
  json.set("config", config_object(config == nullptr ? Properties{} : *config));
  json.set("tasks", std::move(tasks));
  json.set("type", name_of(type));
  return to_json_text(json);
}

std::string config_json(const Properties& config) { return to_json_text(config_object(config)); }

std::string connector_status_json(const std::string& connector, const StatusRecord& status,
                                  const std::map<int, StatusRecord>& tasks, ConnectorType type) {
  Json own;
  add_state(own, status);
  Json::Array all;
  for (const auto& [task, record] : tasks) all.push_back(task_status(task, record));
  Json json;
  json.set("name", connector);
  json.set("connector", std::move(own));
  json.set("tasks", std::move(all));
  json.set("type", name_of(type));
  return to_json_text(json);
}

std::string task_status_json(int task, const StatusRecord& status) {
  return to_json_text(task_status(task, status));
}

std::string tasks_json(const ConfigFold& fold, const std::string& connector) {
  Json::Array all;
  for (const TaskId& id : fold.tasks(connector)) {
    const auto* config = fold.task_config(id);
    all.push_back(
        Json::Object{{"id", task_id_json(id)},
                     {"config", config_object(config == nullptr ? Properties{} : *config)}});
  }
  return to_json_text(Json(std::move(all)));
}

std::string tasks_config_json(const ConfigFold& fold, const std::string& connector) {
  Json json{Json::Object{}};
  for (const TaskId& id : fold.tasks(connector)) {
    const auto* config = fold.task_config(id);
    json.set(to_string(id), config_object(config == nullptr ? Properties{} : *config));
  }
  return to_json_text(json);
}

std::string plugins_json() {
  Json::Array all;
  for (const ConnectorPlugin& plugin : connector_plugins()) {
    all.push_back(Json::Object{
        {"class", plugin.class_name}, {"type", name_of(plugin.type)}, {"version", plugin.version}});
  }
  return to_json_text(Json(std::move(all)));
}

std::string offsets_json(const std::vector<PartitionOffset>& offsets) {
  Json::Array all;
  for (const auto& [partition, offset] : offsets) {
    all.push_back(Json::Object{{"partition", partition}, {"offset", offset}});
  }
  return to_json_text(Json::Object{{"offsets", std::move(all)}});
}

Result<std::vector<PartitionOffset>> read_offsets(std::string_view body) {
  const auto json = parse_json(body);
  if (!json.ok()) return Error{ErrorCode::internal, to_string(json.error())};
  const Json* list = json->find("offsets");
  if (list == nullptr || list->array() == nullptr || list->array()->empty()) {
    return Error{ErrorCode::bad_request,
                 "Partitions / offsets need to be provided for an alter offsets request"};
  }
  std::vector<PartitionOffset> offsets;
  for (const Json& each : *list->array()) {
    const Json* partition = each.find("partition");
    const Json* offset = each.find("offset");
    const bool is_good = partition != nullptr && partition->object() != nullptr &&
                         (offset == nullptr || offset->is_null() || offset->object() != nullptr);
    if (!is_good) {
      return Error{ErrorCode::internal,
                   "Cannot deserialize value of type `java.util.LinkedHashMap"
                   "<java.lang.String,java.lang.Object>`"};
    }
    // The bytes of the record's key decide which partition is meant, whatever order was posted: the
    // connectors' own is that of the names (C-OFF-1, 7).
    Json::Object members = *partition->object();
    std::sort(members.begin(), members.end(), [](const JsonMember& left, const JsonMember& right) {
      return left.name < right.name;
    });
    offsets.push_back({std::move(members), offset == nullptr ? Json() : *offset});
  }
  return offsets;
}

logquake::Result<HttpResponse> call_rest(sim::Node& node, const sim::Address& worker,
                                         const HttpRequest& request, Duration timeout) {
  const Instant deadline = deadline_after(node.now(), timeout);
  auto connection = node.connect(worker, timeout);
  if (!connection.ok()) return connection.error();
  if (auto sent = connection->send(request); !sent.ok()) return sent.error();
  auto answer = connection->receive(deadline - node.now());
  if (!answer.ok()) return answer.error();
  const auto* response = answer->as<HttpResponse>();
  if (response == nullptr)
    return logquake::Error{logquake::ErrorCode::corrupt, "an answer that is no HTTP response"};
  return *response;
}

}  // namespace logquake::connect
