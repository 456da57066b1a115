// The worker's REST interface: each request is executed in the herder's tick (C-HRD-2, C-RST).
#include "models/connect/connector_request.h"
#include "models/connect/facts.h"
#include "models/connect/json.h"
#include "models/connect/worker.h"
#include "sim/base/format.h"

namespace logquake::connect {
namespace {

constexpr Duration request_timeout = 90s;  // C-RST-4
// Apache Kafka 3.7.0, kafka-version.properties.
constexpr std::string_view worker_version = "3.7.0";
constexpr std::string_view worker_commit = "2ae524ed625438c5";

HttpResponse ok(std::int32_t status, std::string body = {}) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

/// What Jackson says of a body that it cannot read; nothing maps its exceptions to a 400.
HttpResponse unreadable(const JsonError& error) {
  return error_response(
      {ErrorCode::internal, format("{}\n at [Source: (org.glassfish.jersey.message.internal."
                                   "ReaderInterceptorExecutor$UnCloseableInputStream); line: {}, "
                                   "column: {}]",
                                   error.message, error.line, error.column)});
}

std::optional<Error> refusal_in(const std::vector<ConnectorProblem>& problems) {
  for (const ConnectorProblem& problem : problems) {
    if (problem.refusal) return problem.refusal;
  }
  return std::nullopt;
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
      return ok(200, to_json_text(Json::Object{{"version", worker_version},
                                               {"commit", worker_commit},
                                               {"kafka_cluster_id", kafka_cluster_id_}}));
    case RestCall::plugins:
      return ok(200, plugins_json());
    case RestCall::list: {
      if (request.expands) return expanded_list(request);
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
    case RestCall::task_status: {
      const TaskId id{name, request.task};
      const auto* status = statuses_.find(task_status_key(id));
      if (status == nullptr) return not_found(format("No status found for task {}", id));
      return ok(200, task_status_json(request.task, *status));
    }
    case RestCall::topics:  // C-RST-24
      return error_response({ErrorCode::forbidden, "Topic tracking is disabled."});
    case RestCall::internal:  // C-GRP-19
      return error_response(
          {ErrorCode::bad_request, "Internal request missing required signature"});
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
    case RestCall::tasks_config:
      return ok(200, tasks_config_json(fold, name));
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
    case RestCall::offsets:
      return connector_offsets(name);
    case RestCall::alter_offsets:
    case RestCall::reset_offsets:
      return change_offsets(request);
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
  if (!json.ok()) return unreadable(json.error());
  std::vector<ConnectorProblem> problems;
  const auto wanted = read_create_request(json.value(), problems);
  if (const auto refusal = refusal_in(problems)) return error_response(*refusal);
  return write_config(wanted.name, wanted.config, wanted.initial_state, false);
}

HttpResponse Worker::put_config(const RestRequest& request) {
  const auto json = parse_json(request.body);
  if (!json.ok()) return unreadable(json.error());
  std::vector<ConnectorProblem> problems;
  const Json body = Json::Object{{"name", request.connector}, {"config", json.value()}};
  const auto wanted = read_create_request(body, problems);
  if (const auto refusal = refusal_in(problems)) return error_response(*refusal);
  return write_config(request.connector, wanted.config, std::nullopt, true);
}

HttpResponse Worker::write_config(const std::string& name, const Properties& config,
                                  std::optional<TargetState> state, bool may_replace) {
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
  // Judged first, looked up then: an invalid one is refused with 400 even where the name is taken.
  const bool exists = configs_.snapshot().contains(name);
  if (exists && !may_replace) {
    return error_response({ErrorCode::already_exists, format("Connector {} already exists", name)});
  }
  stage_ = format("writing a config for connector {} to the config topic", name);
  const auto written = configs_.put_connector(name, config, state);
  if (!written.ok()) {
    return error_response({ErrorCode::connect, "Error writing connector configuration to Kafka: " +
                                                   written.error().message});
  }
  HttpResponse response =
      ok(exists ? 200 : 201, connector_info_json(configs_.snapshot(), name, plugin.value().type));
  if (!exists) response.location = "/connectors/" + name;
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
  if (!request.include_tasks && !request.only_failed) {
    restart({true, name, {}});
    return ok(204);
  }
  // Whoever runs them reads the request from the topic, this worker too.
  const auto written = configs_.put_restart(name, request.include_tasks, request.only_failed);
  if (!written.ok()) return error_response(written.error());
  const auto* status = statuses_.find(connector_status_key(name));
  if (status == nullptr) return not_found(format("Status for connector {} not found", name));
  const RestartPlan plan = plan_restart(name, request.include_tasks, request.only_failed);
  StatusRecord connector = *status;
  if (plan.connector) connector.state = RunState::restarting;
  auto tasks = statuses_.tasks_of(name);
  for (const TaskId& id : plan.tasks) tasks[id.task].state = RunState::restarting;
  const auto type = type_of(name);
  return ok(202, connector_status_json(name, connector, tasks,
                                       type.ok() ? type.value() : ConnectorType::source));
}

HttpResponse Worker::restart_task(const RestRequest& request) {
  const TaskId id{request.connector, request.task};
  if (configs_.snapshot().task_config(id) == nullptr)
    return not_found(format("Unknown task: {}", id));
  restart({false, request.connector, {id}});
  return ok(204);
}

// C-RST-11.
HttpResponse Worker::expanded_list(const RestRequest& request) const {
  const ConfigFold& fold = configs_.snapshot();
  Json out{Json::Object{}};
  for (const std::string& name : fold.connectors()) {
    const auto known = type_of(name);
    const ConnectorType type = known.ok() ? known.value() : ConnectorType::source;
    Json expansions{Json::Object{}};
    if (request.expands_status) {
      const auto* status = statuses_.find(connector_status_key(name));
      if (status == nullptr) continue;  // it has only just come: left out
      expansions.set(
          "status",
          parse_json(connector_status_json(name, *status, statuses_.tasks_of(name), type)).value());
    }
    if (request.expands_info)
      expansions.set("info", parse_json(connector_info_json(fold, name, type)).value());
    out.set(name, std::move(expansions));
  }
  return ok(200, to_json_text(out));
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
