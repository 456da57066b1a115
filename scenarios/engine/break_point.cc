#include "scenarios/engine/break_point.h"

#include <csignal>
#include <fstream>
#include <utility>

#include "sim/base/format.h"

extern "C" [[gnu::noinline, gnu::used]] void logquake_break_at(std::int64_t event) {
  volatile std::int64_t reached = event;  // kept, so that the debugger can show it
  static_cast<void>(reached);
  if (logquake::scenario::is_debugged()) std::raise(SIGTRAP);
}

namespace logquake::scenario {

bool is_debugged() {
  std::ifstream status("/proc/self/status");
  constexpr std::string_view key = "TracerPid:";
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(key)) return line.find_first_of("123456789", key.size()) < line.size();
  }
  return false;
}

BreakPoint::BreakPoint(sim::EventId event, std::function<void(const std::string&)> tell)
    : event_(event), tell_(std::move(tell)) {}

void BreakPoint::watch(sim::Simulation& simulation) {
  events_.listener = [this](const sim::EventLog::Entry& event) {
    if (event.id != event_) return;
    hit(format("at {}: {}", to_text(event.at), sim::sentence_of(event, events_)));
  };
  simulation.trace().keep_events(events_);
  simulation.trace().subscribe([this, &simulation](const sim::TraceEvent& event) {
    if (event.id != event_) return;
    const auto task = simulation.running_task();
    hit(format("at {}: {}{} states {}: {}", to_text(event.at),
               event.node_name.empty() ? "the world outside the nodes" : event.node_name,
               task ? format(", task {},", task->task) : "", event.kind(), event.sentence()));
  });
}

void BreakPoint::hit(const std::string& where) {
  was_hit_ = true;
  tell_(format("event {} {}", event_, where));
  logquake_break_at(event_.value());
}

}  // namespace logquake::scenario
