#include "models/connect/config_fold.h"

#include <charconv>

#include "models/connect/json.h"
#include "sim/base/format.h"

namespace logquake::connect {
namespace {

constexpr std::string_view connector_prefix = "connector-";
constexpr std::string_view task_prefix = "task-";
constexpr std::string_view commit_prefix = "commit-";
constexpr std::string_view target_state_prefix = "target-state-";
constexpr std::string_view fencing_prefix = "tasks-fencing-";
constexpr std::string_view restart_prefix = "restart-connector-";

/// C-CFG-8: the id is the last part.
std::optional<TaskId> task_id_of(std::string_view text) {
  const auto dash = text.rfind('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto digits = text.substr(dash + 1);
  TaskId id{std::string(text.substr(0, dash)), 0};
  const auto [end, failure] =
      std::from_chars(digits.data(), digits.data() + digits.size(), id.task);
  if (failure != std::errc() || end != digits.data() + digits.size() || id.task < 0)
    return std::nullopt;
  return id;
}

std::optional<Properties> properties_of(const Json& value) {
  const Json* member = value.find("properties");
  if (member == nullptr || member->object() == nullptr) return std::nullopt;
  Properties properties;
  for (const JsonMember& property : *member->object()) {
    if (property.value.text() != nullptr) properties[property.name] = *property.value.text();
  }
  return properties;
}

std::optional<TargetState> state_of(const Json& value) {
  const Json* state = value.find("state.v2");
  if (state == nullptr || state->text() == nullptr) state = value.find("state");
  if (state == nullptr || state->text() == nullptr) return std::nullopt;
  for (const auto each : {TargetState::started, TargetState::paused, TargetState::stopped}) {
    if (*state->text() == name_of(each)) return each;
  }
  return std::nullopt;
}

bool is_true(const Json& value, std::string_view member) {
  const Json* found = value.find(member);
  return found != nullptr && found->boolean() != nullptr && *found->boolean();
}

}  // namespace

std::string to_string(const TaskId& id) { return format("{}-{}", id.connector, id.task); }

namespace config_record {
std::string connector_key(std::string_view name) { return format("{}{}", connector_prefix, name); }
std::string task_key(const TaskId& id) { return format("{}{}", task_prefix, id); }
std::string commit_key(std::string_view name) { return format("{}{}", commit_prefix, name); }
std::string target_state_key(std::string_view name) {
  return format("{}{}", target_state_prefix, name);
}
std::string restart_key(std::string_view name) { return format("{}{}", restart_prefix, name); }

std::string properties_value(const Properties& properties) {
  Json::Object members;
  for (const auto& [name, value] : properties) members.push_back({name, value});
  Json json;
  json.set("properties", std::move(members));
  return to_json_text(json);
}
std::string commit_value(int tasks) { return format(R"({{"tasks":{}}})", tasks); }
std::string target_state_value(TargetState state) {
  const auto old_field = state == TargetState::stopped ? TargetState::paused : state;
  return format(R"({{"state":"{}","state.v2":"{}"}})", name_of(old_field), name_of(state));
}
std::string restart_value(bool include_tasks, bool only_failed) {
  return format(R"({{"include-tasks":{},"only-failed":{}}})", include_tasks, only_failed);
}
}  // namespace config_record

ConfigChange ConfigFold::apply(std::string_view key, std::optional<std::string_view> value) {
  Json json;
  if (value) {
    auto parsed = parse_json(*value);
    if (!parsed.ok()) return {};
    json = std::move(parsed).value();
  }
  if (key.starts_with(target_state_prefix)) {
    const std::string name(key.substr(target_state_prefix.size()));
    if (!value) {
      target_states_.erase(name);  // STARTED again, if the connector is still there (C-CFG-5)
      return {.kind = contains(name) ? ConfigChange::Kind::target_state : ConfigChange::Kind::none,
              .connector = name};
    }
    const auto state = state_of(json);
    if (!state) return {};
    target_states_[name] = *state;
    return {.kind = ConfigChange::Kind::target_state, .connector = name};
  }
  if (key.starts_with(connector_prefix)) {
    const std::string name(key.substr(connector_prefix.size()));
    if (!value) return apply_connector(name, std::nullopt);
    const auto properties = properties_of(json);
    return properties ? apply_connector(name, properties) : ConfigChange{};
  }
  if (key.starts_with(fencing_prefix)) {
    if (value) pending_fencing_.erase(std::string(key.substr(fencing_prefix.size())));
    return {};
  }
  if (key.starts_with(task_prefix)) {
    const auto id = task_id_of(key.substr(task_prefix.size()));
    const auto properties = properties_of(json);
    if (id && properties) pending_[id->connector][id->task] = *properties;
    return {};
  }
  if (key.starts_with(commit_prefix)) {
    const Json* count = json.find("tasks");
    if (count == nullptr || count->integer() == nullptr || *count->integer() < 0) return {};
    return apply_commit(std::string(key.substr(commit_prefix.size())),
                        static_cast<int>(*count->integer()));
  }
  if (key.starts_with(restart_prefix)) {
    return {.kind = ConfigChange::Kind::restart_requested,
            .connector = std::string(key.substr(restart_prefix.size())),
            .include_tasks = is_true(json, "include-tasks"),
            .only_failed = is_true(json, "only-failed")};
  }
  return {};
}

ConfigChange ConfigFold::apply_connector(const std::string& name,
                                         const std::optional<Properties>& properties) {
  if (!properties) {  // C-CFG-4
    if (connectors_.erase(name) == 0) return {};
    task_counts_.erase(name);
    pending_.erase(name);
    inconsistent_.erase(name);
    generations_.erase(name);
    std::erase_if(task_configs_,
                  [&name](const auto& entry) { return entry.first.connector == name; });
    return {.kind = ConfigChange::Kind::connector_removed, .connector = name};
  }
  connectors_[name] = *properties;
  target_states_.emplace(name, TargetState::started);  // C-CFG-5
  return {.kind = ConfigChange::Kind::connector_changed, .connector = name};
}

ConfigChange ConfigFold::apply_commit(const std::string& name, int count) {
  auto& buffered = pending_[name];
  bool complete = true;  // C-CFG-6: ids 0..k-1 are all in the buffer
  for (int id = 0; id < count; ++id) complete = complete && buffered.contains(id);
  if (complete) {
    for (auto& [id, properties] : buffered)
      task_configs_[{name, id}] = std::move(properties);  // C-CFG-15
    if (!buffered.empty()) {
      const auto [at, first] = generations_.emplace(name, 0);  // C-CFG-7
      if (!first) ++at->second;
    }
    inconsistent_.erase(name);
  } else {
    inconsistent_.insert(name);
  }
  buffered.clear();
  task_counts_[name] = count;
  pending_fencing_.insert(name);
  return {.kind = ConfigChange::Kind::tasks_committed, .connector = name};
}

std::vector<std::string> ConfigFold::connectors() const {
  std::vector<std::string> names;
  for (const auto& [name, config] : connectors_) names.push_back(name);
  return names;
}

bool ConfigFold::contains(std::string_view connector) const {
  return connectors_.contains(connector);
}

const Properties* ConfigFold::connector_config(std::string_view connector) const {
  const auto at = connectors_.find(connector);
  return at == connectors_.end() ? nullptr : &at->second;
}

TargetState ConfigFold::target_state(std::string_view connector) const {
  const auto at = target_states_.find(connector);
  return at == target_states_.end() ? TargetState::started : at->second;
}

int ConfigFold::task_count(std::string_view connector) const {
  const auto at = task_counts_.find(connector);
  return at == task_counts_.end() ? 0 : at->second;
}

std::vector<TaskId> ConfigFold::tasks(std::string_view connector) const {
  std::vector<TaskId> ids;
  if (is_inconsistent(connector)) return ids;
  for (int id = 0; id < task_count(connector); ++id) ids.push_back({std::string(connector), id});
  return ids;
}

const Properties* ConfigFold::task_config(const TaskId& id) const {
  const auto at = task_configs_.find(id);
  return at == task_configs_.end() ? nullptr : &at->second;
}

bool ConfigFold::is_inconsistent(std::string_view connector) const {
  return inconsistent_.contains(connector);
}
bool ConfigFold::is_pending_fencing(std::string_view connector) const {
  return pending_fencing_.contains(connector);
}

std::optional<int> ConfigFold::task_config_generation(std::string_view connector) const {
  const auto at = generations_.find(connector);
  if (at == generations_.end()) return std::nullopt;
  return at->second;
}

std::string ConfigFold::digest() const {
  std::string out;
  for (const auto& [name, config] : connectors_) {
    out += format("connector {} {} target {} tasks {}{}\n", name, map_text(config),
                  name_of(target_state(name)), task_count(name),
                  is_inconsistent(name) ? " inconsistent" : "");
    for (const TaskId& id : tasks(name)) {
      const auto* task = task_config(id);
      out += format("  task {} {}\n", id, task == nullptr ? "unknown" : map_text(*task));
    }
  }
  return out;
}

}  // namespace logquake::connect
