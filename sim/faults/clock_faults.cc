#include "sim/faults/clock_faults.h"

#include "sim/base/format.h"
#include "sim/faults/striking.h"
#include "sim/simulation.h"

namespace logquake::sim {

namespace {

// Moves the node's wall clock, and back when its time is over.
void shift(const Striking& striking, NodeId node, Duration by, Duration over, Duration duration) {
  Clock& clock = striking.simulation().node(node).clock();
  const Episode shift = clock.begin_shift(striking.simulation().now(), by, over);
  striking.later(duration, [&clock, shift] { clock.end_shift(shift); });
}

}  // namespace

std::string ClockStep::sentence() const {
  return format("the wall clock of {} jumps by {}{}", node, to_text(by), lasting(duration));
}

void ClockStep::strike(const Striking& striking) const {
  striking.each(node, [&](NodeId id) {
    if (duration == Duration::zero()) {
      striking.simulation().step_clock(id, by);
    } else {
      shift(striking, id, by, Duration::zero(), duration);
    }
  });
}

std::string ClockDrift::sentence() const {
  return format("the clocks of {} drift by {} ppm{}", node, ppm, lasting(duration));
}

void ClockDrift::strike(const Striking& striking) const {
  striking.each(node, [&](NodeId id) {
    Node& struck = striking.simulation().node(id);
    const Episode drift = struck.begin_drift(ppm);
    striking.later(duration, [&struck, drift] { struck.end_drift(drift); });
  });
}

std::string ClockOffset::sentence() const {
  return format("the wall clock of {} is {} {} the true time{}", node,
                to_text(by < Duration::zero() ? -by : by),
                by < Duration::zero() ? "behind" : "ahead of", lasting(duration));
}

void ClockOffset::strike(const Striking& striking) const {
  striking.each(node, [&](NodeId id) {
    const Simulation& simulation = striking.simulation();
    const WallTime truth = simulation.options().start + simulation.now().time_since_epoch();
    const Duration off = striking.simulation().node(id).wall_clock() - truth;
    shift(striking, id, by - off, Duration::zero(), duration);
  });
}

std::string ClockSmear::sentence() const {
  return format("the wall clock of {} moves by {} over {}{}", node, to_text(by), to_text(over),
                lasting(duration));
}

std::optional<FieldTrouble> ClockSmear::trouble() const {
  if (over <= Duration::zero()) return FieldTrouble{"over", "expected more than 0s"};
  if (by <= -over) {
    return FieldTrouble{"over",
                        format("a clock that loses {} over that time goes back", to_text(-by))};
  }
  return std::nullopt;
}

void ClockSmear::strike(const Striking& striking) const {
  striking.each(node, [&](NodeId id) { shift(striking, id, by, over, duration); });
}

}  // namespace logquake::sim
