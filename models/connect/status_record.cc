#include "models/connect/status_record.h"

#include "models/connect/json.h"
#include "sim/base/format.h"

namespace logquake::connect {

std::string_view name_of(RunState state) {
  constexpr std::string_view names[] = {"UNASSIGNED", "RUNNING", "PAUSED",   "FAILED",
                                        "RESTARTING", "STOPPED", "DESTROYED"};
  return names[static_cast<std::size_t>(state)];
}

std::string connector_status_key(std::string_view connector) {
  return format("status-connector-{}", connector);
}
std::string task_status_key(const TaskId& id) { return format("status-task-{}", id); }

std::optional<std::string> status_value(const StatusRecord& record) {
  if (record.state == RunState::destroyed) return std::nullopt;
  Json::Object members;
  members.push_back({"state", name_of(record.state)});
  members.push_back({"trace", record.trace.empty() ? Json() : Json(record.trace)});
  members.push_back({"worker_id", record.worker_id});
  members.push_back({"generation", record.generation});
  return to_json_text(Json(std::move(members)));
}

std::optional<StatusRecord> parse_status(std::string_view value) {
  const auto json = parse_json(value);
  if (!json.ok()) return std::nullopt;
  const Json* state = json->find("state");
  const Json* worker = json->find("worker_id");
  const Json* generation = json->find("generation");
  if (state == nullptr || state->text() == nullptr || worker == nullptr ||
      worker->text() == nullptr)
    return std::nullopt;
  StatusRecord record;
  bool known = false;
  for (int i = 0; i < static_cast<int>(RunState::destroyed); ++i) {
    if (*state->text() != name_of(static_cast<RunState>(i))) continue;
    record.state = static_cast<RunState>(i);
    known = true;
  }
  if (!known) return std::nullopt;
  record.worker_id = *worker->text();
  if (generation != nullptr && generation->integer() != nullptr)
    record.generation = static_cast<int>(*generation->integer());
  if (const Json* trace = json->find("trace"); trace != nullptr && trace->text() != nullptr)
    record.trace = *trace->text();
  return record;
}

}  // namespace logquake::connect
