// What a worker must start and stop so that it runs what the config topic says. Pure.
// Source: C-HRD-3, 4, C-CFG-6, C-INV-31, 32.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "models/connect/config_fold.h"

namespace logquake::connect {

/// What runs, with the configuration it was started with; failed instances count as running:
/// nothing restarts them by itself (C-TSK-1).
struct Running {
  std::map<std::string, Properties> connectors;
  std::map<TaskId, Properties> tasks;
};

/// Performed in the order of the fields: tasks of another generation never run beside each other
/// (C-INV-32).
struct AssignmentPlan {
  std::vector<TaskId> stop_tasks;
  std::vector<std::string> stop_connectors;
  std::vector<std::string> start_connectors;
  std::vector<TaskId> start_tasks;
  bool empty() const {
    return stop_tasks.empty() && stop_connectors.empty() && start_connectors.empty() &&
           start_tasks.empty();
  }
};

/// For a group of one: everything configured is this worker's.
AssignmentPlan plan_assignment(const ConfigFold& fold, const Running& running);

}  // namespace logquake::connect
