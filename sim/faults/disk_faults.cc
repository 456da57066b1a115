#include "sim/faults/disk_faults.h"

#include "sim/base/format.h"
#include "sim/disk.h"
#include "sim/faults/striking.h"
#include "sim/simulation.h"

namespace logquake::sim {

std::string FailSync::sentence() const {
  return format("the next {} of {} fail", count == 1 ? "sync" : format("{} syncs", count), node);
}

void FailSync::strike(const Striking& striking) const {
  striking.each(node,
                [&](NodeId id) { striking.simulation().node(id).disk().fail_next_syncs(count); });
}

std::string DiskFull::sentence() const {
  return format("the disk of {} is full{}", node, lasting(duration));
}

void DiskFull::strike(const Striking& striking) const {
  striking.each(node, [&](NodeId id) {
    Disk& disk = striking.simulation().node(id).disk();
    disk.set_full(true);
    striking.later(duration, [&disk] { disk.set_full(false); });
  });
}

std::string SlowDisk::sentence() const {
  return format("each sync of {} takes {} longer{}", node, to_text(by), lasting(duration));
}

void SlowDisk::strike(const Striking& striking) const {
  striking.each(node, [&](NodeId id) {
    Disk& disk = striking.simulation().node(id).disk();
    disk.set_slower(by);
    striking.later(duration, [&disk] { disk.set_slower(Duration::zero()); });
  });
}

}  // namespace logquake::sim
