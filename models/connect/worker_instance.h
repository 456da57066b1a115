// A connector or a task that runs on this worker, on a task of its own. Source: C-TSK-1 to 4.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "models/connect/connector.h"
#include "sim/schedule/sync.h"

namespace logquake::connect {

/// What both kinds share: shared by the worker and the running task, so that a cancelled one may
/// live on.
struct Instance {
  explicit Instance(sim::Node& node)
      : stop(node), changed(node, "the end of a connector or task") {}
  Properties config;
  StopFlag stop;
  sim::Signal changed;
  bool started = false;
  bool done = false;       // its task has ended
  bool failed = false;     // it ended by itself, with an error
  bool cancelled = false;  // it outlasted the graceful timeout
  bool paused = false;

  void finish() {
    done = true;
    changed.notify_all();
  }
};

struct ConnectorInstance : Instance {
  using Instance::Instance;
  ConnectorPlugin plugin;
  std::unique_ptr<ConnectorContext> context;
  std::unique_ptr<Connector> connector;  // lent to task_configs() while it runs
  int reconfigure_failures = 0;
};

struct TaskInstance : Instance {
  using Instance::Instance;
  TaskId id;
  std::function<void()> cancel;  // gives up what a cancelled task may no longer do; may be empty
};

}  // namespace logquake::connect
