// What befalls the clocks of machines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/time.h"
#include "sim/faults/field_trouble.h"
#include "sim/faults/target.h"

namespace logquake::sim {

class Striking;

// Timers feel only drift: they run on the monotonic clock, which no step, offset or smear touches.

/// The wall clock jumps by `by` (backward when negative), and back when `duration` is over. Without
/// one it is not undone, not by heal_all either: somebody has set the clock.
struct ClockStep {
  static constexpr std::string_view key = "clock_step";
  Target node;
  Duration by{};
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("by", by);
    io("for", duration);
  }
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// Both clocks of the node run faster by this many parts in a million from now on, timers that run
/// already too; `duration` zero: until healed. What has drifted by then stays.
struct ClockDrift {
  static constexpr std::string_view key = "clock_drift";
  Target node;
  std::int32_t ppm = 0;
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("ppm", ppm);
    io("for", duration);
  }
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// The wall clock is off by exactly `by` from the true time, wherever it was; healed, it jumps back
/// by what it was moved, as ntpd steps a clock.
struct ClockOffset {
  static constexpr std::string_view key = "clock_offset";
  Target node;
  Duration by{};
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("by", by);
    io("for", duration);
  }
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// The wall clock is moved by `by`, forward or backward, little by little: evenly over `over` of
/// true time, as leap seconds are smeared. It never goes back meanwhile. Healed, it jumps back by
/// what it was moved.
struct ClockSmear {
  static constexpr std::string_view key = "clock_smear";
  Target node;
  Duration by{};
  Duration over{};
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("by", by);
    io("over", over);
    io("for", duration);
  }
  std::string sentence() const;
  std::optional<FieldTrouble> trouble() const;
  void strike(const Striking& striking) const;
};

}  // namespace logquake::sim
