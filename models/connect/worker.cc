#include "models/connect/worker.h"

#include <algorithm>

#include "models/connect/facts.h"
#include "sim/base/format.h"

namespace logquake::connect {
namespace {

// C-HRD-5: exponential back-off of a connector whose task configurations could not be had or
// written.
constexpr Duration first_reconfigure_backoff = 250ms;
constexpr Duration longest_reconfigure_backoff = 60s;

constexpr Duration unread_interval = 500ms;  // chosen: how late what was unread is read
constexpr Duration unread_budget = 60s;      // of one reading, as at start

}  // namespace

Worker::Worker(sim::Node& node, const WorkerSettings& settings, WorkerConfig config,
               std::vector<sim::Address> bootstrap)
    : node_(node),
      settings_(settings),
      config_(std::move(config)),
      bootstrap_(std::move(bootstrap)),
      worker_id_(format("{}:{}", config_.rest_host.empty() ? node.name() : config_.rest_host,
                        config_.rest_port)),
      configs_(node, log_settings(config_.config_topic),
               [this](const ConfigChange& change) { on_config_change(change); }),
      offsets_(node, log_settings(config_.offset_topic)),
      statuses_(node, log_settings(config_.status_topic)),
      work_(node, "work for the herder") {}

void Worker::later(Duration delay, std::function<void()> request) {
  requests_.emplace(Due{node_.now() + delay, next_sequence_++}, std::move(request));
  work_.notify_all();
}

void Worker::tick() {
  stage_ = "processing requests";
  while (!requests_.empty() && requests_.begin()->first.at <= node_.now()) {
    auto request = std::move(requests_.extract(requests_.begin()).mapped());
    request();
  }
  if (assignment_is_old_) {
    stage_ = "performing rebalance actions";
    assignment_is_old_ = false;
    apply_assignment();
    return;  // requests may have come meanwhile
  }
  stage_ = "waiting for work";
  const auto has_work = [this] {
    return assignment_is_old_ || (!requests_.empty() && requests_.begin()->first.at <= node_.now());
  };
  if (has_work()) return;
  Duration until_due = requests_.empty() ? sim::forever : requests_.begin()->first.at - node_.now();
  // The original reads its topics all the time (KafkaBasedLog). Here nobody else writes this one,
  // so that only what was acknowledged too early comes after a write has been read back.
  const bool reads_on = configs_.has_unread_writes();
  if (reads_on) until_due = std::min(until_due, unread_interval);
  work_.wait(until_due);
  if (reads_on && !has_work()) (void)configs_.refresh(unread_budget);  // or else tried again
}

void Worker::on_config_change(const ConfigChange& change) {
  assignment_is_old_ = true;
  work_.notify_all();
  const ConfigFold& fold = configs_.snapshot();
  switch (change.kind) {
    case ConfigChange::Kind::connector_changed: {
      const auto type = type_of(change.connector);
      const auto& config = *fold.connector_config(change.connector);
      const auto class_name = config.find("connector.class");
      ConnectorConfigured fact;
      fact.connector = change.connector;
      fact.type = type.ok() ? name_of(type.value()) : "unknown";
      fact.class_name = class_name == config.end()
                            ? ""
                            : class_name->second.substr(class_name->second.rfind('.') + 1);
      node_.record(fact);
      break;
    }
    case ConfigChange::Kind::connector_removed: {
      ConnectorRemoved fact;
      fact.connector = change.connector;
      node_.record(fact);
      break;
    }
    case ConfigChange::Kind::tasks_committed: {
      TasksCommitted fact;
      fact.connector = change.connector;
      fact.tasks = fold.task_count(change.connector);
      fact.inconsistent = fold.is_inconsistent(change.connector);
      node_.record(fact);
      break;
    }
    case ConfigChange::Kind::restart_requested:
      // What was asked of an earlier process is done with.
      if (is_ready_) {
        later(Duration::zero(), [this, change] {
          restart(plan_restart(change.connector, change.include_tasks, change.only_failed), true);
        });
      }
      break;
    case ConfigChange::Kind::none:
    case ConfigChange::Kind::target_state:
      break;
  }
}

void Worker::apply_assignment() {
  Running running;
  for (const auto& [name, instance] : connectors_)
    running.connectors.emplace(name, instance->config);
  for (const auto& [id, instance] : tasks_) running.tasks.emplace(id, instance->config);
  const AssignmentPlan plan = plan_assignment(configs_.snapshot(), running);
  stop_tasks(plan.stop_tasks);
  stop_connectors(plan.stop_connectors);
  apply_target_states();
  for (const std::string& name : plan.start_connectors) start_connector(name);
  for (const TaskId& id : plan.start_tasks) start_task(id);
  if (plan.empty()) return;
  Assigned fact;
  fact.generation = generation_;
  for (const auto& [name, instance] : connectors_) fact.connectors.push_back(name);
  for (const auto& [id, instance] : tasks_) fact.tasks.push_back(to_string(id));
  node_.record(fact);
}

// C-HRD-5, C-HRD-6.
void Worker::reconfigure(const std::string& connector) {
  const auto at = connectors_.find(connector);
  if (at == connectors_.end() || !at->second->started || at->second->failed ||
      at->second->stop.raised())
    return;
  const auto instance = at->second;
  const Status written = write_task_configs(connector, *instance);
  if (written.ok()) {
    instance->reconfigure_failures = 0;
    return;
  }
  Duration backoff = first_reconfigure_backoff;
  for (int i = 0; i < instance->reconfigure_failures && backoff < longest_reconfigure_backoff; ++i)
    backoff *= 2;
  ++instance->reconfigure_failures;
  later(std::min(backoff, longest_reconfigure_backoff),
        [this, connector] { reconfigure(connector); });
}

Status Worker::write_task_configs(const std::string& connector, ConnectorInstance& instance) {
  const auto parsed = common_definition(instance.plugin.type).parse(instance.config);
  if (!parsed.ok()) return parsed.error();
  auto made =
      instance.connector->task_configs(static_cast<int>(parsed.value().integer("tasks.max")));
  if (!made.ok()) return made.error();
  std::vector<Properties> configs = std::move(made).value();
  for (Properties& config : configs) {
    const std::string base =
        instance.plugin.class_name.substr(0, instance.plugin.class_name.rfind('.'));
    config["task.class"] = instance.plugin.type == ConnectorType::source
                               ? base + ".source.JdbcSourceTask"
                               : base + ".sink.JdbcSinkTask";
  }
  // C-CFG-12.
  const ConfigFold& fold = configs_.snapshot();
  bool same = !fold.is_inconsistent(connector) &&
              fold.task_count(connector) == static_cast<int>(configs.size());
  for (std::size_t i = 0; same && i < configs.size(); ++i) {
    const auto* stored = fold.task_config({connector, static_cast<int>(i)});
    same = stored != nullptr && *stored == configs[i];
  }
  return same ? Status{} : configs_.put_tasks(connector, configs);
}

/// By the statuses that are known, as the original plans (C-STA-4).
Worker::RestartPlan Worker::plan_restart(const std::string& connector, bool include_tasks,
                                         bool only_failed) const {
  const auto is_meant = [only_failed](const StatusRecord& status) {
    return !only_failed || status.state == RunState::failed;
  };
  RestartPlan plan;
  plan.name = connector;
  const auto* status = statuses_.find(connector_status_key(connector));
  plan.connector = status != nullptr && is_meant(*status);
  if (!include_tasks) return plan;
  for (const auto& [task, record] : statuses_.tasks_of(connector)) {
    if (is_meant(record)) plan.tasks.push_back({connector, task});
  }
  return plan;
}

void Worker::restart(const RestartPlan& plan, bool says_so) {
  const ConfigFold& fold = configs_.snapshot();
  const bool with_connector = plan.connector && fold.contains(plan.name) &&
                              fold.target_state(plan.name) != TargetState::stopped;
  if (with_connector) {
    stop_connectors({plan.name});
    if (says_so) put_connector_status(plan.name, RunState::restarting);
  }
  stop_tasks(plan.tasks);
  for (const TaskId& id : plan.tasks) {
    if (says_so && configs_.snapshot().task_config(id) != nullptr)
      put_task_status(id, RunState::restarting);
  }
  if (with_connector) start_connector(plan.name);
  for (const TaskId& id : plan.tasks) start_task(id);
}

}  // namespace logquake::connect
