// A machine's two clocks: monotonic and wall, drifting alike.
#pragma once

#include <cstdint>

#include "sim/base/time.h"
#include "sim/lasting.h"

namespace logquake::sim {

/// Both clocks run faster than simulated time by `ppm` parts in a million; the wall clock can also
/// be stepped, and be off by shifts that come at once or little by little and can be taken back.
class Clock {
 public:
  /// Drifts lie between minus and plus this.
  static constexpr std::int32_t most_ppm = 999'999;

  Clock(Instant booted, WallTime wall, std::int32_t ppm);

  /// Since the machine was started. Never goes back while it runs.
  Instant monotonic(Instant now) const { return Instant(monotonic_ + since_anchor(now)); }
  WallTime wall(Instant now) const {
    const WallTime unshifted = wall_ + since_anchor(now);
    if (shifts_.empty()) [[likely]]
      return unshifted;
    return unshifted + shifted(now);
  }
  /// How long `local` on this clock takes in simulated time; rounds up, so a timer is never early.
  Duration simulated(Duration local) const { return ppm_ == 0 ? local : scaled(local); }

  void step(Duration by) { wall_ += by; }
  std::int32_t drift() const { return ppm_; }
  void set_drift(Instant now, std::int32_t ppm);
  /// The machine starts again: the monotonic clock counts from zero, the wall clock goes on.
  void boot(Instant now);

  /// Moves the wall clock by `by`, spread evenly over `over` of simulated time from now on: when
  /// that is over it has moved by exactly `by`. Over zero it jumps.
  Episode begin_shift(Instant now, Duration by, Duration over);
  /// Takes back at once what the shift has moved so far, as ntpd does with more than 128 ms.
  void end_shift(Episode shift) { shifts_.end_one(shift); }
  void end_all_shifts() { shifts_.end_all(); }

 private:
  struct Shift {
    Instant from;
    Duration by;
    Duration over;
  };
  Duration scaled(Duration local) const;
  Duration since_anchor(Instant now) const;
  Duration shifted(Instant now) const;
  Instant anchor_;  // what the three below refer to
  Duration monotonic_{};
  WallTime wall_;
  std::int32_t ppm_;
  Lasting<Shift> shifts_;
};

}  // namespace logquake::sim
