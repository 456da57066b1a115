#include "sim/faults/node_faults.h"

#include "sim/base/format.h"
#include "sim/faults/striking.h"
#include "sim/simulation.h"

namespace logquake::sim {

std::string ProcessCrash::sentence() const { return format("the process on {} crashes", node); }

void ProcessCrash::strike(const Striking& striking) const {
  striking.each(node,
                [&](NodeId id) { striking.simulation().crash_process(id, striking.cause()); });
}

std::string PowerLoss::sentence() const { return format("{} loses power", node); }

void PowerLoss::strike(const Striking& striking) const {
  striking.each(node, [&](NodeId id) { striking.simulation().lose_power(id, striking.cause()); });
}

std::string Restart::sentence() const { return format("{} is started", node); }

void Restart::strike(const Striking& striking) const {
  striking.each(node, [&](NodeId id) { striking.simulation().restart(id, striking.cause()); });
}

std::string Pause::sentence() const { return format("{} freezes{}", node, lasting(duration)); }

void Pause::strike(const Striking& striking) const {
  striking.each(node, [&](NodeId id) {
    striking.simulation().pause(id, striking.cause());
    striking.later(duration, [&simulation = striking.simulation(), id, cause = striking.cause()] {
      simulation.resume(id, cause);
    });
  });
}

std::string Resume::sentence() const { return format("{} goes on", node); }

void Resume::strike(const Striking& striking) const {
  striking.each(node, [&](NodeId id) { striking.simulation().resume(id, striking.cause()); });
}

}  // namespace logquake::sim
