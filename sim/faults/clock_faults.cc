#include "sim/faults/clock_faults.h"

#include "sim/base/format.h"
#include "sim/faults/striking.h"
#include "sim/simulation.h"

namespace logquake::sim {

std::string ClockStep::sentence() const {
  return format("the wall clock of {} jumps by {}", node, to_text(by));
}

void ClockStep::strike(const Striking& striking) const {
  striking.each(node, [&](NodeId id) { striking.simulation().step_clock(id, by); });
}

std::string ClockDrift::sentence() const {
  return format("the clocks of {} drift by {} ppm", node, ppm);
}

void ClockDrift::strike(const Striking& striking) const {
  striking.each(node, [&](NodeId id) { striking.simulation().set_drift(id, ppm); });
}

}  // namespace logquake::sim
