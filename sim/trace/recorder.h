// Keeps every fact of a run: for the runs that somebody wants to look at. Hunts do without.
#pragma once

#include <memory>
#include <vector>

#include "sim/trace/trace.h"

namespace logquake::sim {

class Recorder {
 public:
  /// Records every fact stated from now on at `least` or above.
  explicit Recorder(Trace& trace, Level least = Level::trace);
  /// Keeps this fact too, the last that was stated, whatever its level.
  void keep(const TraceEvent& event);
  const std::vector<RecordedFact>& facts() const { return *facts_; }

 private:
  std::shared_ptr<std::vector<RecordedFact>>
      facts_;  // shared with the listener, which may outlive us
};

}  // namespace logquake::sim
