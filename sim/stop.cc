#include "sim/stop.h"

namespace logquake::sim {

std::string_view name_of(Stop::Reason reason) {
  switch (reason) {
    using enum Stop::Reason;
    case condition:
      return "condition";
    case limit:
      return "limit";
    case idle:
      return "idle";
    case deadlock:
      return "deadlock";
    case failed_check:
      return "failed_check";
    case escaped:
      return "escaped";
    case watchdog:
      return "watchdog";
    case max_events:
      return "max_events";
    case overflow:
      return "overflow";
    case leak:
      return "leak";
  }
  return "unknown";
}

}  // namespace logquake::sim
