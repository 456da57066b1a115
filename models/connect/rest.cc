#include "models/connect/rest.h"

#include <charconv>

#include "models/connect/json.h"
#include "sim/base/format.h"

namespace logquake::connect {
namespace {

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> segments;
  for (std::size_t begin = 0; begin < path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    if (end > begin) segments.emplace_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return segments;
}

bool query_flag(std::string_view query, std::string_view name) {
  const std::string wanted = std::string(name) + "=true";
  for (std::size_t begin = 0; begin <= query.size();) {
    const auto end = std::min(query.find('&', begin), query.size());
    if (query.substr(begin, end - begin) == wanted) return true;
    begin = end + 1;
  }
  return false;
}

std::optional<int> number_of(const std::string& text) {
  int value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// What a method does at /connectors/{name}/{what}.
std::optional<RestCall> call_at(std::string_view method, std::string_view what) {
  struct Route {
    std::string_view method, what;
    RestCall call;
  };
  constexpr Route routes[] = {{"GET", "", RestCall::info},
                              {"DELETE", "", RestCall::remove},
                              {"GET", "config", RestCall::config},
                              {"PUT", "config", RestCall::put_config},
                              {"GET", "status", RestCall::status},
                              {"PUT", "pause", RestCall::pause},
                              {"PUT", "resume", RestCall::resume},
                              {"PUT", "stop", RestCall::stop},
                              {"POST", "restart", RestCall::restart},
                              {"GET", "tasks", RestCall::tasks},
                              {"GET", "offsets", RestCall::offsets}};
  for (const Route& each : routes) {
    if (each.method == method && each.what == what) return each.call;
  }
  return std::nullopt;
}

int http_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::bad_request:
      return 400;
    case ErrorCode::forbidden:
      return 403;
    case ErrorCode::not_found:
      return 404;
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
  RestRequest request;
  request.body = http.body;
  request.include_tasks = query_flag(query, "includeTasks");
  request.only_failed = query_flag(query, "onlyFailed");
  const Error unknown{ErrorCode::not_found, "HTTP 404 Not Found"};
  const auto is = [&http](std::string_view method) { return http.method == method; };
  if (segments.empty()) {
    if (!is("GET")) return unknown;
    request.call = RestCall::root;
    return request;
  }
  if (segments[0] == "connector-plugins" && segments.size() == 1 && is("GET")) {
    request.call = RestCall::plugins;
    return request;
  }
  if (segments[0] != "connectors") return unknown;
  if (segments.size() == 1) {
    if (!is("GET") && !is("POST")) return unknown;
    request.call = is("GET") ? RestCall::list : RestCall::create;
    return request;
  }
  request.connector = segments[1];
  if (segments.size() <= 3) {
    const auto call = call_at(http.method, segments.size() == 3 ? segments[2] : "");
    if (!call) return unknown;
    request.call = *call;
    return request;
  }
  const auto task =
      segments.size() == 5 && segments[2] == "tasks" ? number_of(segments[3]) : std::nullopt;
  if (!task) return unknown;
  request.task = *task;
  if (is("GET") && segments[4] == "status") {
    request.call = RestCall::task_status;
  } else if (is("POST") && segments[4] == "restart") {
    request.call = RestCall::restart_task;
  } else {
    return unknown;
  }
  return request;
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
