#include "sim/trace/event_log.h"

#include "sim/base/format.h"

namespace logquake::sim {

std::string task_of(const EventLog::Entry& event, const EventLog& log) {
  if (static_cast<EventLog::Kind>(event.kind) != EventLog::Kind::wake) return {};
  const auto name = log.names.find(event.subject);
  return name == log.names.end() ? "a task" : name->second;
}

std::string sentence_of(const EventLog::Entry& event, const EventLog& log) {
  switch (static_cast<EventLog::Kind>(event.kind)) {
    case EventLog::Kind::wake:
      return format("{} goes on", task_of(event, log));
    case EventLog::Kind::control:
      return "something happens outside all nodes (a fault, a supervisor)";
    case EventLog::Kind::delivery:
      return format("something arrives on connection {}", event.subject);
    case EventLog::Kind::datagram:
      return "a datagram arrives";
  }
  return "something happens";
}

}  // namespace logquake::sim
