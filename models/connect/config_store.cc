#include "models/connect/config_store.h"

#include "sim/base/format.h"

namespace logquake::connect {
namespace {

constexpr Duration write_budget = 30s;  // C-CFG-9

}  // namespace

ConfigStore::ConfigStore(sim::Node& node, TopicLog::Settings settings, Listener listener)
    : node_(node),
      listener_(std::move(listener)),
      log_(node, std::move(settings),
           [this](const kafka::ConsumerRecord& record) { apply(record); }) {}

void ConfigStore::apply(const kafka::ConsumerRecord& consumed) {
  const auto& record = consumed.record;
  if (!record.key) return;
  const auto change = fold_.apply(
      text_of(*record.key), record.value ? std::optional(text_of(*record.value)) : std::nullopt);
  if (change.kind != ConfigChange::Kind::none) listener_(change);
}

Status ConfigStore::append(const std::vector<Entry>& entries) {
  const Instant deadline = node_.now() + write_budget;
  // One after another: one producer with one request in flight would keep their order as well.
  for (const Entry& entry : entries) {
    if (auto written = log_.write(entry.key, entry.value, deadline - node_.now()); !written.ok())
      return written;
  }
  return log_.read_to_end(deadline - node_.now());
}

Status ConfigStore::put_connector(const std::string& name, const Properties& config,
                                  std::optional<TargetState> initial_state) {
  std::vector<Entry> entries;
  if (initial_state) {
    entries.push_back(
        {config_record::target_state_key(name), config_record::target_state_value(*initial_state)});
  }
  entries.push_back({config_record::connector_key(name), config_record::properties_value(config)});
  return append(entries);
}

Status ConfigStore::remove_connector(const std::string& name) {
  return append({{config_record::connector_key(name), std::nullopt},
                 {config_record::target_state_key(name), std::nullopt}});
}

Status ConfigStore::put_tasks(const std::string& connector,
                              const std::vector<Properties>& configs) {
  if (auto read = log_.read_to_end(write_budget); !read.ok()) return read;
  std::vector<Entry> entries;
  int task = 0;
  for (const Properties& config : configs) {
    entries.push_back(
        {config_record::task_key({connector, task++}), config_record::properties_value(config)});
  }
  if (auto written = append(entries); !written.ok()) return written;
  return append({{config_record::commit_key(connector), config_record::commit_value(task)}});
}

Status ConfigStore::put_restart(const std::string& connector, bool include_tasks,
                                bool only_failed) {
  return append({{config_record::restart_key(connector),
                  config_record::restart_value(include_tasks, only_failed)}});
}

Status ConfigStore::put_target_state(const std::string& connector, TargetState state) {
  return append(
      {{config_record::target_state_key(connector), config_record::target_state_value(state)}});
}

}  // namespace logquake::connect
