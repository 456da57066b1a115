// How far a hunt is, on standard error while it goes on.
#pragma once

#include <optional>
#include <string>

#include "scenarios/campaign/hunt.h"
#include "scenarios/cli/status_line.h"
#include "sim/base/time.h"

namespace logquake::scenario {

/// The first failures as they come, and a line that says how far it is.
class HuntLine {
 public:
  explicit HuntLine(std::optional<Duration> time) : time_(time) {}
  /// Shows what there is to show.
  void show(const HuntProgress& progress);
  /// Clears the line.
  void end() const { line_.end(); }

 private:
  std::optional<Duration> time_;  // the hunt's bound
  StatusLine line_;
  int told_ = 0;
};

/// "120 of 300 runs, 14.2/s, 2704 simulated s/s, probes 21 of 24, fault kinds 12, 0 failures, 12s
/// left".
std::string progress_text(const HuntProgress& progress, std::optional<Duration> time);

}  // namespace logquake::scenario
