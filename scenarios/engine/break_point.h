// Stops a run at one of its events, for a debugger.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "sim/simulation.h"

extern "C" {
/// Called when the event is reached, before it takes effect; its name is stable, so that a debugger
/// can break here as well. A fact is met inside the task that states it: the frames above are the
/// model's own.
void logquake_break_at(std::int64_t event);
}

namespace logquake::scenario {

/// Whether a debugger (anything that uses ptrace) is attached to this process.
bool is_debugged();

/// Calls logquake_break_at() at the event, which raises SIGTRAP where a debugger is attached.
class BreakPoint {
 public:
  /// `tell` gets what is told before: where the run is.
  BreakPoint(sim::EventId event, std::function<void(const std::string&)> tell);
  BreakPoint(const BreakPoint&) = delete;
  BreakPoint& operator=(const BreakPoint&) = delete;

  /// From now on. The simulation must not outlive this.
  void watch(sim::Simulation& simulation);
  bool was_hit() const { return was_hit_; }

 private:
  void hit(const std::string& where);

  sim::EventId event_;
  std::function<void(const std::string&)> tell_;
  sim::EventLog events_;
  bool was_hit_ = false;
};

}  // namespace logquake::scenario
