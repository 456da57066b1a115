// The fold over the config topic: what records make of connectors, tasks and their wanted states.
// Pure. Source: C-CFG-2 to 8, 10, 14, 15; Apache Kafka 3.7.0, KafkaConfigBackingStore.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "models/connect/config_definition.h"
#include "models/connect/connector_request.h"

namespace logquake::connect {

/// One task of a connector; printed "my-sink-0" (C-CFG-8).
struct TaskId {
  std::string connector;
  int task = 0;
  auto operator<=>(const TaskId&) const = default;
};
std::string to_string(const TaskId& id);

/// The keys and values of the config topic's records (C-CFG-2).
namespace config_record {
std::string connector_key(std::string_view name);
std::string task_key(const TaskId& id);
std::string commit_key(std::string_view name);
std::string target_state_key(std::string_view name);
std::string restart_key(std::string_view name);
std::string properties_value(const Properties& properties);
std::string commit_value(int tasks);
std::string target_state_value(TargetState state);
std::string restart_value(bool include_tasks, bool only_failed);
}  // namespace config_record

/// What one record changed, for the herder.
struct ConfigChange {
  enum class Kind : std::uint8_t {
    none,               // ignored, or only buffered
    connector_changed,  // new or with another configuration
    connector_removed,
    tasks_committed,  // also when it left the connector inconsistent
    target_state,
    restart_requested,
  };
  Kind kind = Kind::none;
  std::string connector;
  bool include_tasks = false;  // restart_requested
  bool only_failed = false;
};

class ConfigFold {
 public:
  /// Applies the next record of the topic. Unknown or malformed records change nothing, as in the
  /// original, which logs them.
  ConfigChange apply(std::string_view key, std::optional<std::string_view> value);

  /// Connector names in order.
  std::vector<std::string> connectors() const;
  bool contains(std::string_view connector) const;
  const Properties* connector_config(std::string_view connector) const;  // null if unknown
  TargetState target_state(std::string_view connector) const;  // STARTED if never set (C-CFG-5)
  /// k of the last commit; 0 if none was read.
  int task_count(std::string_view connector) const;
  /// Ids 0..k-1 in order; none for an inconsistent connector (C-CFG-15).
  std::vector<TaskId> tasks(std::string_view connector) const;
  const Properties* task_config(const TaskId& id) const;  // null if never applied
  bool is_inconsistent(std::string_view connector) const;
  bool is_pending_fencing(std::string_view connector) const;
  /// Commits with buffered records applied so far minus one; nothing before the first (C-CFG-7).
  std::optional<int> task_config_generation(std::string_view connector) const;

  /// C-INV-30: what two workers that read the same records agree on, as text.
  std::string digest() const;

 private:
  ConfigChange apply_connector(const std::string& name,
                               const std::optional<Properties>& properties);
  ConfigChange apply_commit(const std::string& name, int count);

  std::map<std::string, Properties, std::less<>> connectors_;
  std::map<std::string, TargetState, std::less<>> target_states_;
  std::map<std::string, int, std::less<>> task_counts_;
  std::map<TaskId, Properties> task_configs_;
  std::map<std::string, std::map<int, Properties>, std::less<>>
      pending_;  // task configs awaiting a commit
  std::set<std::string, std::less<>> inconsistent_;
  std::set<std::string, std::less<>> pending_fencing_;
  std::map<std::string, int, std::less<>> generations_;
};

}  // namespace logquake::connect
