// How a worker starts, watches and stops connectors and tasks (C-TSK-1 to 6).
#include "models/connect/facts.h"
#include "models/connect/probes.h"
#include "models/connect/worker.h"
#include "models/connect/worker_sink_task.h"
#include "models/connect/worker_source_task.h"
#include "sim/base/format.h"

namespace logquake::connect {
namespace {

/// Long texts do not belong into sentences.
std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

/// The connector's own converter settings, else the worker's (C-CNV-11): naming the class resets
/// its properties.
Result<Converter> converter_for(const Properties& connector, const Properties& worker,
                                const std::string& which) {
  return Converter::from_properties(connector.contains(which) ? connector : worker, which);
}

void lay_over(kafka::Config& config, const Properties& connector, std::string_view prefix) {
  for (const auto& [name, value] : connector) {
    if (name.starts_with(prefix)) config[name.substr(prefix.size())] = value;
  }
}

/// The connector's topic.creation.default.* settings, if it has them and the worker allows it
/// (C-SRC-9).
Result<std::optional<WorkerSourceTask::TopicCreation>> topic_creation_of(
    const Properties& connector, const Properties& worker) {
  constexpr std::string_view prefix = "topic.creation.default.";
  WorkerSourceTask::TopicCreation creation;
  Properties wanted;
  for (const auto& [name, value] : connector) {
    if (name.starts_with(prefix)) wanted[name.substr(prefix.size())] = value;
  }
  const auto enabled = worker.find("topic.creation.enable");
  if (wanted.empty() || (enabled != worker.end() && lower_case(enabled->second) == "false")) {
    return std::optional<WorkerSourceTask::TopicCreation>();
  }
  const ConfigDefinition definition({required_key("replication.factor", ConfigType::int16),
                                     required_key("partitions", ConfigType::int32)});
  const auto parsed = definition.parse(wanted);
  if (!parsed.ok()) return parsed.error();
  creation.replication = static_cast<std::int16_t>(parsed.value().integer("replication.factor"));
  creation.partitions = static_cast<std::int32_t>(parsed.value().integer("partitions"));
  wanted.erase("replication.factor");
  wanted.erase("partitions");
  creation.configs = std::move(wanted);
  return std::optional(std::move(creation));
}

}  // namespace

void Worker::put_connector_status(const std::string& name, RunState state,
                                  const std::string& trace) {
  statuses_.put(connector_status_key(name), {state, trace, worker_id_, generation_},
                state == RunState::unassigned);
}

void Worker::put_task_status(const TaskId& id, RunState state, const std::string& trace) {
  statuses_.put(task_status_key(id), {state, trace, worker_id_, generation_},
                state == RunState::unassigned);
}

void Worker::start_connector(const std::string& name) {
  const auto* config = configs_.snapshot().connector_config(name);
  if (config == nullptr) return;
  const auto instance = std::make_shared<ConnectorInstance>(node_);
  instance->config = *config;
  instance->paused = configs_.snapshot().target_state(name) == TargetState::paused;
  connectors_[name] = instance;
  node_.spawn("connector " + name, [this, name, instance] { run_connector(name, instance); });
}

void Worker::run_connector(const std::string& name,
                           const std::shared_ptr<ConnectorInstance>& instance) {
  // The instance lives as long as this call, and so does what it was told to call back.
  const auto fail = [this, name, failing = instance.get()](const Error& error) {
    if (failing->failed || failing->stop.raised()) return;
    failing->failed = true;
    ConnectorFailed fact;
    fact.connector = name;
    fact.reason = first_line(to_string(error));
    node_.record(fact);
    put_connector_status(name, RunState::failed, to_string(error));
  };
  const auto class_name = instance->config.find("connector.class");
  const auto plugin =
      find_connector_plugin(class_name == instance->config.end() ? "" : class_name->second);
  if (!plugin.ok()) {
    fail(plugin.error());
    return instance->finish();
  }
  instance->plugin = plugin.value();
  instance->context.reset(new ConnectorContext{
      node_, name, settings_.resolve, settings_.driver, instance->stop, {}, {}});
  instance->context->request_task_reconfiguration = [this, name] {
    later(Duration::zero(), [this, name] { reconfigure(name); });
  };
  instance->context->raise_error = fail;
  instance->connector = make_connector(instance->plugin, *instance->context);
  const Status started = instance->connector->start(instance->config);
  if (!started.ok()) {
    fail(started.error());
  } else if (!instance->stop.raised()) {
    instance->started = true;
    ConnectorStarted fact;
    fact.connector = name;
    fact.class_name =
        instance->plugin.class_name.substr(instance->plugin.class_name.rfind('.') + 1);
    node_.record(fact);
    put_connector_status(name, instance->paused ? RunState::paused : RunState::running);
    later(Duration::zero(), [this, name] { reconfigure(name); });
  }
  instance->changed.wait_until([&instance] { return instance->stop.raised(); });
  instance->connector->stop();
  if (!instance->cancelled) {
    ConnectorStopped fact;
    fact.connector = name;
    node_.record(fact);
    put_connector_status(name, RunState::unassigned);
  }
  instance->finish();
}

void Worker::stop_connectors(const std::vector<std::string>& names) {
  const Instant deadline = node_.now() + config_.graceful_shutdown_timeout;
  std::vector<std::shared_ptr<ConnectorInstance>> stopping;
  for (const std::string& name : names) {
    const auto at = connectors_.find(name);
    if (at == connectors_.end()) continue;
    stopping.push_back(at->second);
    connectors_.erase(at);
    stopping.back()->stop.raise();
    stopping.back()->changed.notify_all();
  }
  for (const auto& instance : stopping) {
    const Duration left = std::max(deadline - node_.now(), Duration::zero());
    if (!instance->changed.wait_until([&instance] { return instance->done; }, left))
      instance->cancelled = true;
  }
  for (const std::string& name : names) {
    const auto& fold = configs_.snapshot();
    if (!fold.contains(name)) {
      put_connector_status(name, RunState::destroyed);  // C-INV-34
    } else if (fold.target_state(name) == TargetState::stopped) {
      put_connector_status(name, RunState::stopped);
    }
  }
}

void Worker::start_task(const TaskId& id) {
  const auto* config = configs_.snapshot().task_config(id);
  if (config == nullptr) return;
  const auto instance = std::make_shared<TaskInstance>(node_);
  instance->id = id;
  instance->config = *config;
  instance->paused = configs_.snapshot().target_state(id.connector) == TargetState::paused;
  tasks_[id] = instance;
  ++incarnations_[id];
  node_.spawn(format("task {}", id), [this, instance] { run_task(instance); });
}

void Worker::run_task(const std::shared_ptr<TaskInstance>& instance) {
  const TaskId& id = instance->id;
  const auto* found = configs_.snapshot().connector_config(id.connector);
  const Properties connector_config = found == nullptr ? Properties{} : *found;
  const Status status = run_task_code(*instance, connector_config);
  instance->cancel = nullptr;
  if (!instance->cancelled && !status.ok() && !instance->stop.raised()) {
    instance->failed = true;
    TaskFailed fact;
    fact.connector = id.connector;
    fact.task = id.task;
    fact.reason = to_string(status.error());
    node_.record(fact);
    node_.probe(task_failed);
    put_task_status(id, RunState::failed, fact.reason);
  } else if (!instance->cancelled) {
    TaskStopped fact;
    fact.connector = id.connector;
    fact.task = id.task;
    node_.record(fact);
    put_task_status(id, RunState::unassigned);
  }
  instance->finish();
}

// C-OFF-5.
kafka::Config Worker::sink_consumer_config(const TaskId& id,
                                           const Properties& connector_config) const {
  kafka::Config consumer = config_.client_config(bootstrap_, format("connector-consumer-{}", id),
                                                 {{"group.id", "connect-" + id.connector},
                                                  {"auto.offset.reset", "earliest"},
                                                  {"enable.auto.commit", "false"}},
                                                 "consumer.");
  lay_over(consumer, connector_config, "consumer.override.");
  return consumer;
}

Status Worker::run_task_code(TaskInstance& instance, const Properties& connector_config) {
  const TaskId& id = instance.id;
  const auto class_name = connector_config.find("connector.class");
  const auto plugin =
      find_connector_plugin(class_name == connector_config.end() ? "" : class_name->second);
  if (!plugin.ok()) return plugin.error();
  auto key_converter = converter_for(connector_config, config_.properties, "key.converter");
  if (!key_converter.ok()) return key_converter.error();
  auto value_converter = converter_for(connector_config, config_.properties, "value.converter");
  if (!value_converter.ok()) return value_converter.error();
  const ConnectorType type = plugin.value().type;
  const auto on_started = [this, &instance, type] {
    instance.started = true;
    TaskStarted fact;
    fact.connector = instance.id.connector;
    fact.task = instance.id.task;
    fact.type = name_of(type);
    fact.incarnation = incarnations_[instance.id];
    node_.record(fact);
    put_task_status(instance.id, instance.paused ? RunState::paused : RunState::running);
  };
  const auto on_pause_or_resume = [this, &instance](bool paused) {
    put_task_status(instance.id, paused ? RunState::paused : RunState::running);
  };
  if (type == ConnectorType::source) {
    // C-SRC-2.
    kafka::Config producer = config_.client_config(bootstrap_, format("connector-producer-{}", id),
                                                   {{"acks", "all"},
                                                    {"max.in.flight.requests.per.connection", "1"},
                                                    {"delivery.timeout.ms", "2147483647"},
                                                    {"max.block.ms", "9223372036854775807"},
                                                    {"enable.idempotence", "false"}},
                                                   "producer.");
    lay_over(producer, connector_config, "producer.override.");
    auto creation = topic_creation_of(connector_config, config_.properties);
    if (!creation.ok()) return creation.error();
    if (creation.value()) {
      creation.value()->admin =
          config_.client_config(bootstrap_, format("connector-adminclient-{}", id), {}, "admin.");
    }
    const auto task = std::make_unique<WorkerSourceTask>(
        node_,
        WorkerSourceTask::Settings{id, plugin.value(), instance.config, std::move(producer),
                                   std::move(creation).value(), settings_.resolve, settings_.driver,
                                   config_.offset_flush_interval, config_.offset_flush_timeout,
                                   std::move(key_converter).value(),
                                   std::move(value_converter).value()},
        WorkerSourceTask::Control{instance.stop, instance.paused, instance.cancelled, on_started,
                                  on_pause_or_resume},
        offsets_);
    instance.cancel = [&task] { task->cancel(); };
    const Status status = task->run();
    instance.cancel = nullptr;
    return status;
  }
  kafka::Config consumer = sink_consumer_config(id, connector_config);
  const auto topics = instance.config.find("topics");
  const auto task = std::make_unique<WorkerSinkTask>(
      node_,
      WorkerSinkTask::Settings{id, plugin.value(), instance.config,
                               split_list(topics == instance.config.end() ? "" : topics->second),
                               std::move(consumer), settings_.resolve, settings_.driver,
                               config_.offset_flush_interval, std::move(key_converter).value(),
                               std::move(value_converter).value()},
      WorkerSinkTask::Control{instance.stop, instance.paused, instance.cancelled, on_started,
                              on_pause_or_resume});
  return task->run();
}

// C-TSK-3: one budget for the whole set; who outlasts it is cancelled and may run on as a zombie.
void Worker::stop_tasks(const std::vector<TaskId>& ids) {
  const Instant deadline = node_.now() + config_.graceful_shutdown_timeout;
  std::vector<std::shared_ptr<TaskInstance>> stopping;
  for (const TaskId& id : ids) {
    const auto at = tasks_.find(id);
    if (at == tasks_.end()) continue;
    stopping.push_back(at->second);
    tasks_.erase(at);
    stopping.back()->stop.raise();
  }
  for (const auto& instance : stopping) {
    const Duration left = std::max(deadline - node_.now(), Duration::zero());
    if (instance->changed.wait_until([&instance] { return instance->done; }, left)) continue;
    instance->cancelled = true;
    TaskCancelled fact;
    fact.connector = instance->id.connector;
    fact.task = instance->id.task;
    node_.record(fact);
    if (instance->cancel) instance->cancel();
  }
  const auto& fold = configs_.snapshot();
  for (const auto& instance : stopping) {
    const TaskId& id = instance->id;
    const bool is_gone = !fold.contains(id.connector) ||
                         fold.target_state(id.connector) == TargetState::stopped ||
                         id.task >= fold.task_count(id.connector);
    if (is_gone) put_task_status(id, RunState::destroyed);
  }
}

// C-HRD-4, C-TSK-5.
void Worker::apply_target_states() {
  const ConfigFold& fold = configs_.snapshot();
  for (const auto& [name, instance] : connectors_) {
    const bool paused = fold.target_state(name) == TargetState::paused;
    if (instance->paused == paused || !instance->started || instance->failed) continue;
    instance->paused = paused;
    put_connector_status(name, paused ? RunState::paused : RunState::running);
  }
  for (const auto& [id, instance] : tasks_) {
    const bool paused = fold.target_state(id.connector) == TargetState::paused;
    if (instance->paused == paused || instance->done) continue;
    instance->paused = paused;  // the task says so when it comes to it
  }
}

}  // namespace logquake::connect
