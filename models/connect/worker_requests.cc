// The worker's REST interface: each request is executed in the herder's tick (C-HRD-2, C-RST).
#include "models/connect/connector_request.h"
#include "models/connect/facts.h"
#include "models/connect/json.h"
#include "models/connect/worker.h"
#include "sim/base/format.h"

namespace logquake::connect {
namespace {

constexpr Duration request_timeout = 90s;  // C-RST-4

HttpResponse ok(std::int32_t status, std::string body = {}) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

HttpResponse not_found(std::string message) {
  return error_response({ErrorCode::not_found, std::move(message)});
}

/// The "message" of an error body, for the fact.
std::string message_of(const HttpResponse& response) {
  if (response.status < 400) return {};
  const auto body = parse_json(response.body);
  const Json* message = body.ok() ? body->find("message") : nullptr;
  return message == nullptr || message->text() == nullptr ? response.body : *message->text();
}

}  // namespace

void Worker::serve() {
  for (std::int64_t number = 0;; ++number) {
    auto accepted = listener_.accept();
    if (!accepted.ok()) return;
    // Shared, because tasks are copyable functions and connections are not.
    const auto connection = std::make_shared<sim::Connection>(std::move(accepted).value());
    node_.spawn(format("REST request {}", number),
                [this, connection] { serve_connection(std::move(*connection)); });
  }
}

void Worker::serve_connection(sim::Connection connection) {
  for (;;) {
    const auto received = connection.receive(sim::forever);
    if (!received.ok()) return;
    const auto* request = received->as<HttpRequest>();
    if (request == nullptr) return;
    HttpResponse response = answer(*request);
    RequestAnswered fact;
    fact.method = request->method;
    fact.path = request->path;
    fact.status = response.status;
    fact.message = message_of(response);
    node_.record(fact);
    if (auto sent = connection.send(std::move(response)); !sent.ok()) return;
  }
}

HttpResponse Worker::answer(const HttpRequest& http) {
  const auto request = route(http);
  if (!request.ok()) return error_response(request.error());
  struct Pending {
    explicit Pending(sim::Node& node) : answered(node, "the answer to a REST request") {}
    sim::Signal answered;
    std::optional<HttpResponse> response;
  };
  const auto pending =
      std::make_shared<Pending>(node_);  // the tick may come to it after we gave up
  later(Duration::zero(), [this, pending, request = request.value(), cause = node_.cause()] {
    node_.set_cause(cause);
    pending->response = execute(request);
    pending->answered.notify_all();
  });
  if (!pending->answered.wait_until([&pending] { return pending->response.has_value(); },
                                    request_timeout)) {
    return error_response(
        {ErrorCode::internal, format("Request timed out. The worker is currently {}.", stage_)});
  }
  return *pending->response;
}

HttpResponse Worker::execute(const RestRequest& request) {
  const ConfigFold& fold = configs_.snapshot();
  const auto& name = request.connector;
  switch (request.call) {
    case RestCall::root:
      return ok(200,
                R"({"version":"3.7.0","commit":"2ae524ed625438c5","kafka_cluster_id":"logquake"})");
    case RestCall::plugins:
      return ok(200, plugins_json());
    case RestCall::list: {
      Json::Array names;
      for (const std::string& each : fold.connectors()) names.emplace_back(each);
      return ok(200, to_json_text(Json(std::move(names))));
    }
    case RestCall::create:
      return create(request);
    case RestCall::put_config:
      return put_config(request);
    case RestCall::status:
      return connector_status(request);
    default:
      break;
  }
  if (!fold.contains(name)) {
    const bool is_state = request.call == RestCall::pause || request.call == RestCall::resume ||
                          request.call == RestCall::stop;
    const bool is_restart =
        request.call == RestCall::restart || request.call == RestCall::restart_task;
    return not_found(is_state     ? format("Unknown connector {}", name)
                     : is_restart ? format("Unknown connector: {}", name)
                                  : format("Connector {} not found", name));
  }
  switch (request.call) {
    case RestCall::info: {
      const auto type = type_of(name);
      return ok(200,
                connector_info_json(fold, name, type.ok() ? type.value() : ConnectorType::source));
    }
    case RestCall::config:
      return ok(200, config_json(*fold.connector_config(name)));
    case RestCall::tasks:
      return ok(200, tasks_json(fold, name));
    case RestCall::remove: {
      const auto removed = configs_.remove_connector(name);
      if (!removed.ok()) return error_response(removed.error());
      return ok(204);
    }
    case RestCall::pause:
    case RestCall::resume:
    case RestCall::stop:
      return change_state(request);
    case RestCall::restart:
      return restart_connector(request);
    case RestCall::restart_task:
      return restart_task(request);
    case RestCall::task_status: {
      const auto* status = statuses_.find(task_status_key({name, request.task}));
      if (status == nullptr)
        return not_found(format("No status found for task {}-{}", name, request.task));
      return ok(200, task_status_json(request.task, *status));
    }
    case RestCall::offsets: {
      const auto read = offsets_.read(name, {}, 60s);
      if (!read.ok()) return error_response(read.error());
      return ok(200, offsets_json(offsets_.known(name)));
    }
    default:
      return not_found("HTTP 404 Not Found");
  }
}

Result<ConnectorType> Worker::type_of(const std::string& connector) const {
  const auto* config = configs_.snapshot().connector_config(connector);
  if (config == nullptr) return Error{ErrorCode::not_found, "Unknown connector " + connector};
  const auto class_name = config->find("connector.class");
  const auto plugin = find_connector_plugin(class_name == config->end() ? "" : class_name->second);
  if (!plugin.ok()) return plugin.error();
  return plugin.value().type;
}

// C-RST-12, 31, 32; C-INV-35.
HttpResponse Worker::create(const RestRequest& request) {
  const auto json = parse_json(request.body);
  if (!json.ok()) return error_response({ErrorCode::bad_request, to_string(json.error())});
  std::vector<ConnectorProblem> problems;
  const auto wanted = read_create_request(json.value(), problems);
  if (!problems.empty()) return error_response({ErrorCode::bad_request, problems.front().message});
  if (configs_.snapshot().contains(wanted.name)) {
    return error_response(
        {ErrorCode::already_exists, format("Connector {} already exists", wanted.name)});
  }
  return write_config(wanted.name, wanted.config, wanted.initial_state, 201);
}

HttpResponse Worker::put_config(const RestRequest& request) {
  const auto json = parse_json(request.body);
  if (!json.ok()) return error_response({ErrorCode::bad_request, to_string(json.error())});
  std::vector<ConnectorProblem> problems;
  const Json body = Json::Object{{"name", request.connector}, {"config", json.value()}};
  const auto wanted = read_create_request(body, problems);
  if (!problems.empty()) return error_response({ErrorCode::bad_request, problems.front().message});
  const bool exists = configs_.snapshot().contains(request.connector);
  return write_config(request.connector, wanted.config, std::nullopt, exists ? 200 : 201);
}

HttpResponse Worker::write_config(const std::string& name, const Properties& config,
                                  std::optional<TargetState> state, std::int32_t success) {
  const auto class_name = config.find("connector.class");
  if (class_name == config.end()) {
    return error_response({ErrorCode::bad_request,
                           "Connector config " + map_text(config) + " contains no connector type"});
  }
  const auto plugin = find_connector_plugin(class_name->second);
  if (!plugin.ok()) return error_response(plugin.error());
  const auto problems = validate_connector(plugin.value(), config, config_.group_id);
  if (!problems.empty()) {
    std::string message =
        format("Connector configuration is invalid and contains the following {} error(s):",
               problems.size());
    for (const ConfigProblem& problem : problems) message += "\n" + problem.message;
    message +=
        "\nYou can also find the above list of errors at the endpoint "
        "`/connector-plugins/{connectorType}/config/validate`";
    return error_response({ErrorCode::bad_request, message});
  }
  stage_ = format("writing a config for connector {} to the config topic", name);
  const auto written = configs_.put_connector(name, config, state);
  if (!written.ok()) {
    return error_response({ErrorCode::connect, "Error writing connector configuration to Kafka: " +
                                                   written.error().message});
  }
  HttpResponse response =
      ok(success, connector_info_json(configs_.snapshot(), name, plugin.value().type));
  if (success == 201) response.location = "/connectors/" + name;
  return response;
}

HttpResponse Worker::change_state(const RestRequest& request) {
  const auto state = request.call == RestCall::pause    ? TargetState::paused
                     : request.call == RestCall::resume ? TargetState::started
                                                        : TargetState::stopped;
  if (state == TargetState::stopped) {  // C-HRD-7
    const auto emptied = configs_.put_tasks(request.connector, {});
    if (!emptied.ok()) return error_response(emptied.error());
  }
  const auto written = configs_.put_target_state(request.connector, state);
  if (!written.ok()) return error_response(written.error());
  return ok(state == TargetState::stopped ? 204 : 202);
}

// C-RST-20, C-TSK-6.
HttpResponse Worker::restart_connector(const RestRequest& request) {
  const auto& name = request.connector;
  const auto at = connectors_.find(name);
  const bool connector_failed = at != connectors_.end() && at->second->failed;
  const bool include_connector = !request.only_failed || connector_failed;
  std::vector<TaskId> tasks;
  for (const auto& [id, instance] : tasks_) {
    if (id.connector == name && request.include_tasks && (!request.only_failed || instance->failed))
      tasks.push_back(id);
  }
  restart(name, include_connector, tasks);
  if (!request.include_tasks && !request.only_failed) return ok(204);
  HttpResponse response = connector_status(request);
  response.status = 202;
  return response;
}

HttpResponse Worker::restart_task(const RestRequest& request) {
  const TaskId id{request.connector, request.task};
  if (configs_.snapshot().task_config(id) == nullptr)
    return not_found(format("Unknown task: {}", id));
  restart(request.connector, false, {id});
  return ok(204);
}

HttpResponse Worker::connector_status(const RestRequest& request) {
  const auto* status = statuses_.find(connector_status_key(request.connector));
  if (status == nullptr)
    return not_found(format("No status found for connector {}", request.connector));
  const auto type = type_of(request.connector);
  return ok(200,
            connector_status_json(request.connector, *status, statuses_.tasks_of(request.connector),
                                  type.ok() ? type.value() : ConnectorType::source));
}

}  // namespace logquake::connect
