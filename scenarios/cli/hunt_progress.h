// How far a hunt is, on standard error while it goes on; and the signals that end it.
#pragma once

#include <csignal>
#include <optional>
#include <string>

#include "scenarios/campaign/hunt.h"
#include "sim/base/time.h"

namespace logquake::scenario {

/// While it lives, the first SIGINT or SIGTERM only sets a mark, so that the hunt can come to a
/// tidy end; the second ends the process at once.
class Interruption {
 public:
  Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;
  ~Interruption();
  static bool has_come();

 private:
  struct sigaction before_int_ {};
  struct sigaction before_term_ {};
};

/// One line that moves in a terminal; in a log one now and then.
class ProgressLine {
 public:
  explicit ProgressLine(std::optional<Duration> time);
  /// Shows what there is to show.
  void show(const HuntProgress& progress);
  /// Clears the line.
  void end() const;

 private:
  std::optional<Duration> time_;  // the hunt's bound
  bool is_terminal_;
  Duration shown_{};
  int told_ = 0;
};

/// "120 of 300 runs, 14.2/s, 2704 simulated s/s, probes 21 of 24, fault kinds 12, 0 failures, 12s
/// left".
std::string progress_text(const HuntProgress& progress, std::optional<Duration> time);

}  // namespace logquake::scenario
