// What the runner itself states: how far the run has come.
#pragma once

#include <string>

#include "sim/base/format.h"
#include "sim/trace/fact.h"

namespace logquake::scenario {

struct PhaseBegan {
  static constexpr std::string_view kind = "run.phase-began";
  static constexpr sim::Level level = sim::Level::info;
  std::string phase;  // "load", "healing", "judging", or, with something still pending, "giving-up"
  template <class Io>
  void io(Io& io) {
    io("phase", phase);
  }
  std::string sentence() const {
    if (phase == "load") return "everything is ready; the load and the faults begin";
    if (phase == "healing") return "the load is over; everything heals";
    if (phase == "giving-up")
      return "not everything has converged in time; the promises are judged";
    return "everything has converged; the promises are judged";
  }
};

}  // namespace logquake::scenario
