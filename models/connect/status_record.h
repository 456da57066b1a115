// What the status topic's records say. Pure. Source: C-STA-1, C-STA-2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "models/connect/config_fold.h"

namespace logquake::connect {

enum class RunState : std::uint8_t {
  unassigned,
  running,
  paused,
  failed,
  restarting,
  stopped,
  destroyed
};
/// "RUNNING".
std::string_view name_of(RunState state);

struct StatusRecord {
  RunState state{};
  std::string trace;  // of a failure; empty: none
  std::string worker_id;
  int generation = 0;
};

std::string connector_status_key(std::string_view connector);
std::string task_status_key(const TaskId& id);
/// {"state":"RUNNING","trace":null,"worker_id":"connect-1:8083","generation":1}, as the schemaless
/// JsonConverter writes it; nothing for DESTROYED.
std::optional<std::string> status_value(const StatusRecord& record);
std::optional<StatusRecord> parse_status(std::string_view value);

}  // namespace logquake::connect
