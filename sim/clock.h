// A machine's two clocks: monotonic and wall, drifting alike.
#pragma once

#include <cstdint>

#include "sim/base/time.h"

namespace logquake::sim {

/// Both clocks run faster than simulated time by `ppm` parts in a million; the wall clock can also
/// be stepped.
class Clock {
 public:
  Clock(Instant booted, WallTime wall, std::int32_t ppm)
      : anchor_(booted), wall_(wall), ppm_(ppm) {}

  /// Since the machine was started.
  Instant monotonic(Instant now) const { return Instant(monotonic_ + since_anchor(now)); }
  WallTime wall(Instant now) const { return wall_ + since_anchor(now); }
  /// How long `local` on this clock takes in simulated time; rounds up, so a timer is never early.
  Duration simulated(Duration local) const;

  void step(Duration by) { wall_ += by; }
  void set_drift(Instant now, std::int32_t ppm);
  /// The machine starts again: the monotonic clock counts from zero, the wall clock goes on.
  void boot(Instant now);

 private:
  Duration since_anchor(Instant now) const;
  Instant anchor_;  // what the three below refer to
  Duration monotonic_{};
  WallTime wall_;
  std::int32_t ppm_;
};

}  // namespace logquake::sim
