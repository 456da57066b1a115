#include "models/connect/assignment.h"

#include <set>

namespace logquake::connect {

AssignmentPlan plan_assignment(const ConfigFold& fold, const Running& running) {
  AssignmentPlan plan;
  std::set<std::string> wanted_connectors;
  std::map<TaskId, const Properties*> wanted_tasks;
  for (const std::string& name : fold.connectors()) {
    if (fold.target_state(name) == TargetState::stopped) continue;
    wanted_connectors.insert(name);
    for (const TaskId& id : fold.tasks(name)) {
      if (const auto* config = fold.task_config(id)) wanted_tasks.emplace(id, config);
    }
  }
  for (const auto& [id, config] : running.tasks) {
    const auto at = wanted_tasks.find(id);
    if (at == wanted_tasks.end() || *at->second != config) plan.stop_tasks.push_back(id);
  }
  for (const auto& [name, config] : running.connectors) {
    if (!wanted_connectors.contains(name) || *fold.connector_config(name) != config)
      plan.stop_connectors.push_back(name);
  }
  for (const std::string& name : wanted_connectors) {
    const auto at = running.connectors.find(name);
    if (at == running.connectors.end() || at->second != *fold.connector_config(name))
      plan.start_connectors.push_back(name);
  }
  for (const auto& [id, config] : wanted_tasks) {
    const auto at = running.tasks.find(id);
    if (at == running.tasks.end() || at->second != *config) plan.start_tasks.push_back(id);
  }
  return plan;
}

}  // namespace logquake::connect
