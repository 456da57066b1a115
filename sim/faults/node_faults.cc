#include "sim/faults/node_faults.h"

#include "sim/base/format.h"
#include "sim/faults/striking.h"
#include "sim/injector.h"
#include "sim/simulation.h"

namespace logquake::sim {
namespace {

// " and ...": what becomes of the unsynced pages, where that is not left to chance.
std::string_view how(PowerFate fate) {
  switch (fate) {
    case PowerFate::drawn:
      break;
    case PowerFate::kept:
      return "; all unsynced pages had been written";
    case PowerFate::lost:
      return " and all unsynced pages";
    case PowerFate::torn:
      return " and a part of every unsynced page";
    case PowerFate::suffix:
      return " and the unsynced pages from some on";
  }
  return {};
}

std::string atlas_refusal(const Striking& striking, NodeId node) {
  return striking.injector().atlas().refusal(node);
}

std::string restore_refusal(const Striking& striking, NodeId node) {
  const Node& struck = striking.simulation().node(node);
  if (!striking.simulation().node(node).disk().snapshot_taken())
    return format("no snapshot was taken of the disk of {}", struck.name());
  return atlas_refusal(striking, node);
}

}  // namespace

std::string ProcessCrash::sentence() const { return format("the process on {} crashes", node); }

void ProcessCrash::strike(const Striking& striking) const {
  striking.each(node,
                [&](NodeId id) { striking.simulation().crash_process(id, striking.cause()); });
}

std::string PowerLoss::sentence() const {
  std::string names = node;
  for (const auto& each : nodes) names += (names.empty() ? "" : ", ") + each;
  const bool several = nodes.size() + (node.empty() ? 0 : 1) > 1;
  return format("{} {} power{}", names, several ? "lose" : "loses", how(fate));
}

void PowerLoss::strike(const Striking& striking) const {
  const auto lose = [&](NodeId id) {
    striking.simulation().lose_power(id, striking.cause(), fate);
  };
  if (!node.empty()) striking.each(node, lose);
  for (const auto& each : nodes) striking.each(each, lose);
}

std::string Restart::sentence() const { return format("{} is started", node); }

void Restart::strike(const Striking& striking) const {
  striking.each(node, [&](NodeId id) { striking.simulation().restart(id, striking.cause()); });
}

std::string Pause::sentence() const { return format("{} freezes{}", node, lasting(duration)); }

void Pause::strike(const Striking& striking) const {
  striking.each(node, [&](NodeId id) {
    Node& struck = striking.simulation().node(id);
    const Episode pause = struck.begin_pause(striking.cause());
    striking.later(duration,
                   [&struck, pause, cause = striking.cause()] { struck.end_pause(pause, cause); });
  });
}

std::string Resume::sentence() const { return format("{} goes on", node); }

void Resume::strike(const Striking& striking) const {
  striking.each(node, [&](NodeId id) { striking.simulation().resume(id, striking.cause()); });
}

std::string SlowCpu::sentence() const {
  return format("the CPU of {} is slow: every wake-up comes {} later{}", node, to_text(by),
                lasting(duration));
}

std::optional<FieldTrouble> SlowCpu::trouble() const {
  if (by > Duration::zero()) return std::nullopt;
  return FieldTrouble{"by", "expected more than 0s"};
}

void SlowCpu::strike(const Striking& striking) const {
  striking.each(node, [&](NodeId id) {
    Node& struck = striking.simulation().node(id);
    const Episode slowness = struck.begin_slow_cpu(by);
    striking.later(duration, [&struck, slowness] { struck.end_slow_cpu(slowness); });
  });
}

std::string WipeDisk::sentence() const {
  return format("{} loses power and the disk with all it held", node);
}

std::string WipeDisk::refusal(const Striking& striking) const {
  return striking.all_refused(node, [&](NodeId id) { return atlas_refusal(striking, id); });
}

void WipeDisk::strike(const Striking& striking) const {
  striking.each_allowed(
      node, sentence(), [&](NodeId id) { return atlas_refusal(striking, id); },
      [&](NodeId id) { striking.simulation().wipe_disk(id, striking.cause()); });
}

std::string SnapshotDisk::sentence() const {
  return format("a snapshot is taken of the disk of {}", node);
}

void SnapshotDisk::strike(const Striking& striking) const {
  striking.each(node, [&](NodeId id) { striking.simulation().node(id).disk().take_snapshot(); });
}

std::string RestoreDisk::sentence() const {
  return format("{} loses power and its disk is set back to its snapshot", node);
}

std::string RestoreDisk::refusal(const Striking& striking) const {
  return striking.all_refused(node, [&](NodeId id) { return restore_refusal(striking, id); });
}

void RestoreDisk::strike(const Striking& striking) const {
  striking.each_allowed(
      node, sentence(), [&](NodeId id) { return restore_refusal(striking, id); },
      [&](NodeId id) { striking.simulation().restore_disk(id, striking.cause()); });
}

}  // namespace logquake::sim
