// What ails one disk now: the faults that last, and those that wait for the next write or sync.
// Internal to sim.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/time.h"
#include "sim/disk/disk.h"
#include "sim/lasting.h"
#include "sim/schedule/sync.h"

namespace logquake::sim {

/// A disk has none of these until its first fault; they then stay, so that no episode's number
/// comes twice.
struct DiskTroubles {
  struct Nothing {};
  struct Snapshot {
    Instant at;
    std::map<std::string, std::shared_ptr<detail::Inode>> files;
  };

  Lasting<Nothing> full;
  Lasting<Duration> slower;
  Lasting<Nothing> stalls;
  detail::WaitQueue stall_over;
  Lasting<NextOnes> failing_syncs;
  Lasting<NextOnes> failing_writes;
  Lasting<NextOnes> torn_syncs;
  Lasting<NextOnes> lost_writes;
  Lasting<NextOnes> misdirected_writes;

  Episode last = 0;  // the kinds share their numbers, with the layers of damage
  std::vector<std::weak_ptr<detail::Inode>> damaged;        // whose overlays were ever written to
  std::map<std::string, std::uint64_t, std::less<>> draws;  // keyed values asked for, by label
  std::optional<Snapshot> snapshot;
  bool lost_everything = false;  // wiped or set back, and nobody said that it is repaired

  void end_all();
  /// Whether one of `waiting` strikes now; the one that was armed first is then used up by one.
  static std::optional<Episode> take(Lasting<NextOnes>& waiting, std::string_view path);
};

}  // namespace logquake::sim
