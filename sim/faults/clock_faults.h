// What befalls the clocks of machines.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/time.h"
#include "sim/faults/target.h"

namespace logquake::sim {

class Striking;

/// The wall clock jumps by `by` (backward when negative).
struct ClockStep {
  static constexpr std::string_view key = "clock_step";
  Target node;
  Duration by{};
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("by", by);
  }
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// Both clocks of the node run faster by this many parts in a million from now on.
struct ClockDrift {
  static constexpr std::string_view key = "clock_drift";
  Target node;
  std::int32_t ppm = 0;
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("ppm", ppm);
  }
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

}  // namespace logquake::sim
