#include "sim/faults/disk_faults.h"

#include "sim/base/format.h"
#include "sim/disk/disk.h"
#include "sim/faults/striking.h"
#include "sim/injector.h"
#include "sim/simulation.h"

namespace logquake::sim {
namespace {

Disk& disk_of(const Striking& striking, NodeId node) {
  return striking.simulation().node(node).disk();
}

// Begins it on each node that the target means, and ends it when its time is over.
template <class Begin>
void begin_on_each(const Striking& striking, const Target& node, Duration duration, Begin begin) {
  striking.each(node, [&](NodeId id) {
    Disk& disk = disk_of(striking, id);
    const Episode episode = begin(disk);
    striking.later(duration, [&disk, episode] { disk.end(episode); });
  });
}

// The same for what loses synced bytes, where the atlas lets it.
template <class Begin>
void damage_each(const Striking& striking, const Target& node, const std::string& what,
                 const Striking::Refused& refused, Duration duration, Begin begin) {
  striking.each_allowed(node, what, refused, [&](NodeId id) {
    Disk& disk = disk_of(striking, id);
    const Episode episode = begin(disk);
    striking.later(duration, [&disk, episode] { disk.end(episode); });
  });
}

Striking::Refused by_atlas(const Striking& striking) {
  return [&striking](NodeId id) { return striking.injector().atlas().refusal(id); };
}

Striking::Refused by_atlas_or_want(const Striking& striking, const PathPattern& path) {
  return [&striking, path](NodeId id) {
    if (!disk_of(striking, id).has_cold_data(path)) {
      return format("{} holds no cold data{}", striking.simulation().node(id).name(),
                    path.is_any() ? "" : format(" in {}", path.glob));
    }
    return striking.injector().atlas().refusal(id);
  };
}

NextOnes next_ones(const PathPattern& path, int count, Duration duration) {
  const bool just_one = count == 0 && duration == Duration::zero();
  return {.path = path, .count = just_one ? 1 : count};
}

// "the next 3 syncs of broker-1", "every write of broker-1 to data/*".
std::string which(std::string_view deed, const std::string& node, const PathPattern& path,
                  int count, Duration duration) {
  const std::string ones = count > 1 ? format("the next {} {}s", count, deed)
                           : count == 0 && duration > Duration::zero()
                               ? format("every {}", deed)
                               : format("the next {}", deed);
  return format("{} of {}{}", ones, node, path.is_any() ? "" : format(" to {}", path.glob));
}

}  // namespace

std::string FailSync::sentence() const {
  return format("{} fail{}", which("sync", node, path, count, duration), lasting(duration));
}

void FailSync::strike(const Striking& striking) const {
  begin_on_each(striking, node, duration,
                [&](Disk& disk) { return disk.fail_syncs(next_ones(path, count, duration)); });
}

std::string DiskFull::sentence() const {
  return format("the disk of {} is full{}", node, lasting(duration));
}

void DiskFull::strike(const Striking& striking) const {
  begin_on_each(striking, node, duration, [](Disk& disk) { return disk.fill(); });
}

std::string SlowDisk::sentence() const {
  return format("each sync of {} takes {} longer{}", node, to_text(by), lasting(duration));
}

std::optional<FieldTrouble> SlowDisk::trouble() const {
  if (by > Duration::zero()) return std::nullopt;
  return FieldTrouble{"by", "expected more than 0s"};
}

void SlowDisk::strike(const Striking& striking) const {
  begin_on_each(striking, node, duration, [&](Disk& disk) { return disk.slow_syncs(by); });
}

std::string FailWrite::sentence() const {
  return format("{} fails{}", which("write", node, path, count, duration), lasting(duration));
}

void FailWrite::strike(const Striking& striking) const {
  begin_on_each(striking, node, duration,
                [&](Disk& disk) { return disk.fail_writes(next_ones(path, count, duration)); });
}

std::string StallDisk::sentence() const {
  return format("the disk of {} stalls{}", node, lasting(duration));
}

void StallDisk::strike(const Striking& striking) const {
  begin_on_each(striking, node, duration, [](Disk& disk) { return disk.stall(); });
}

std::string TornWrite::sentence() const {
  return format("{} breaks off half-way{}", which("sync", node, path, count, duration),
                lasting(duration));
}

void TornWrite::strike(const Striking& striking) const {
  begin_on_each(striking, node, duration,
                [&](Disk& disk) { return disk.tear_syncs(next_ones(path, count, duration)); });
}

std::string BitRot::sentence() const {
  return format("{} of cold data{} of {} {} over{}",
                count == 1 ? "a bit" : format("{} bits", count),
                path.is_any() ? "" : format(" in {}", path.glob), node,
                count == 1 ? "turns" : "turn", lasting(duration));
}

std::string BitRot::refusal(const Striking& striking) const {
  return striking.all_refused(node, by_atlas_or_want(striking, path));
}

void BitRot::strike(const Striking& striking) const {
  damage_each(striking, node, sentence(), by_atlas_or_want(striking, path), duration,
              [&](Disk& disk) { return disk.rot(path, count); });
}

std::string LostWrite::sentence() const {
  return format("a page of {} never reaches the platter{}",
                which("sync", node, path, count, duration), lasting(duration));
}

std::string LostWrite::refusal(const Striking& striking) const {
  return striking.all_refused(node, by_atlas(striking));
}

void LostWrite::strike(const Striking& striking) const {
  damage_each(striking, node, sentence(), by_atlas(striking), duration,
              [&](Disk& disk) { return disk.lose_writes(next_ones(path, count, duration)); });
}

std::string MisdirectedWrite::sentence() const {
  return format("a page of {} lands on another{}", which("sync", node, path, count, duration),
                lasting(duration));
}

std::string MisdirectedWrite::refusal(const Striking& striking) const {
  return striking.all_refused(node, by_atlas(striking));
}

void MisdirectedWrite::strike(const Striking& striking) const {
  damage_each(striking, node, sentence(), by_atlas(striking), duration,
              [&](Disk& disk) { return disk.misdirect_writes(next_ones(path, count, duration)); });
}

}  // namespace logquake::sim
