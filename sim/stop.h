// How a run came to its end.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace logquake::sim {

/// Why a run stopped.
struct Stop {
  enum class Reason : std::uint8_t {
    condition,     // what was waited for has come
    limit,         // the time is over
    idle,          // nothing is left that could ever happen, and nobody waits for it
    deadlock,      // nothing is left that could ever happen, and live tasks wait
    failed_check,  // LOGQUAKE_CHECK
    escaped,       // a program let an exception out, or returned over its children's heads
    watchdog,      // time stands still: tasks keep waking each other within one instant
    max_events,    // the bound of the run's options was reached: not judged
    overflow,      // a fiber ran out of stack (told by the process's signal handler)
    leak,          // a node has more connections open than anybody could mean to
  };
  Reason reason{};
  std::string message;  // for a person; names tasks and nodes
  bool is_crash() const { return reason >= Reason::deadlock && reason != Reason::max_events; }
};
std::string_view name_of(Stop::Reason reason);

}  // namespace logquake::sim
