// A Connect worker in distributed mode: herder loop, stores, REST interface, connectors and tasks.
// Source: C-WRK, C-HRD, C-TSK; Apache Kafka 3.7.0, DistributedHerder, Worker. A group of one: this
// worker is always the leader and owns everything; a second worker is refused by the scenario
// (docs/deviations.md).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/client/admin.h"
#include "models/connect/assignment.h"
#include "models/connect/config_store.h"
#include "models/connect/offset_store.h"
#include "models/connect/rest.h"
#include "models/connect/status_store.h"
#include "models/connect/worker_config.h"
#include "models/connect/worker_instance.h"
#include "sim/node.h"
#include "sim/schedule/sync.h"

namespace logquake::connect {

/// Runs a worker until the machine dies: the program of a node. Settings that are wrong end the
/// process with a fact that says why. Everything the worker knows is in Kafka: a restart finds it
/// there.
void run_connect_worker(sim::Node& node, const WorkerSettings& settings);

class Worker {
 public:
  Worker(sim::Node& node, const WorkerSettings& settings, WorkerConfig config,
         std::vector<sim::Address> bootstrap);

  /// Creates internal topics, reads them, then works for ever. Returns only with what went wrong at
  /// start.
  Error run();

 private:
  using Respond = std::function<void(HttpResponse)>;

  // worker_start.cc
  Status find_cluster_id();
  Status ensure_topics();
  Status ensure_topic(kafka::Admin& admin, const StorageTopic& topic);
  TopicLog::Settings log_settings(const StorageTopic& topic) const;
  Status load_stores();

  // worker.cc: the herder's tick (C-HRD-1)
  void tick();
  void later(Duration delay, std::function<void()> request);
  void on_config_change(const ConfigChange& change);
  void apply_assignment();
  void reconfigure(const std::string& connector);
  Status write_task_configs(const std::string& connector, ConnectorInstance& instance);
  struct RestartPlan {
    bool connector = false;
    std::string name;
    std::vector<TaskId> tasks;
  };
  RestartPlan plan_restart(const std::string& connector, bool include_tasks,
                           bool only_failed) const;
  void restart(const RestartPlan& plan, bool says_so = false);

  // worker_instances.cc
  void start_connector(const std::string& name);
  void run_connector(const std::string& name, const std::shared_ptr<ConnectorInstance>& instance);
  void stop_connectors(const std::vector<std::string>& names);
  void start_task(const TaskId& id);
  void run_task(const std::shared_ptr<TaskInstance>& instance);
  Status run_task_code(TaskInstance& instance, const Properties& connector_config);
  void stop_tasks(const std::vector<TaskId>& ids);
  kafka::Config sink_consumer_config(const TaskId& id, const Properties& connector_config) const;
  void apply_target_states();
  void put_connector_status(const std::string& name, RunState state, const std::string& trace = {});
  void put_task_status(const TaskId& id, RunState state, const std::string& trace = {});

  // worker_requests.cc
  void serve();
  void serve_connection(sim::Connection connection);
  HttpResponse answer(const HttpRequest& http);
  HttpResponse execute(const RestRequest& request);
  HttpResponse create(const RestRequest& request);
  HttpResponse put_config(const RestRequest& request);
  HttpResponse write_config(const std::string& name, const Properties& config,
                            std::optional<TargetState> state, bool may_replace);
  HttpResponse change_state(const RestRequest& request);
  HttpResponse restart_connector(const RestRequest& request);
  HttpResponse restart_task(const RestRequest& request);
  HttpResponse connector_status(const RestRequest& request);
  HttpResponse expanded_list(const RestRequest& request) const;
  Result<ConnectorType> type_of(const std::string& connector) const;

  // worker_offsets.cc
  HttpResponse connector_offsets(const std::string& connector);
  HttpResponse sink_offsets(const std::string& connector);
  HttpResponse change_offsets(const RestRequest& request);

  struct Due {
    Instant at;
    std::int64_t sequence;
    auto operator<=>(const Due&) const = default;
  };

  sim::Node& node_;
  const WorkerSettings& settings_;
  WorkerConfig config_;
  std::vector<sim::Address> bootstrap_;
  std::string worker_id_;
  std::string kafka_cluster_id_;
  int generation_ = 1;
  ConfigStore configs_;
  OffsetStore offsets_;
  StatusStore statuses_;
  std::map<std::string, std::shared_ptr<ConnectorInstance>> connectors_;
  std::map<TaskId, std::shared_ptr<TaskInstance>> tasks_;
  std::map<TaskId, int> incarnations_;
  std::map<Due, std::function<void()>> requests_;  // run in the tick, in this order (C-HRD-2)
  std::int64_t next_sequence_ = 0;
  sim::Signal work_;  // requests_ or assignment_is_old_
  bool assignment_is_old_ = true;
  bool is_ready_ = false;
  std::string stage_ = "starting";  // for requests that time out (C-RST-4)
  sim::Listener listener_;
};

}  // namespace logquake::connect
