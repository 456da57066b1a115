// What befalls machines and their processes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/time.h"
#include "sim/disk/power_fate.h"
#include "sim/faults/field_trouble.h"
#include "sim/faults/target.h"

namespace logquake::sim {

class Striking;

/// The process dies, the machine stays: the page cache survives, peers see their connections reset.
struct ProcessCrash {
  static constexpr std::string_view key = "process_crash";
  Target node;
  template <class Io>
  void io(Io& io) {
    io("node", node);
  }
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// The machine loses power, or several do at the same instant: unsynced pages fare as `fate` says,
/// peers notice nothing until they time out.
struct PowerLoss {
  static constexpr std::string_view key = "power_loss";
  Target node;  // empty: only `nodes`
  std::vector<Target> nodes{};
  PowerFate fate = PowerFate::drawn;
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("nodes", nodes);
    io("fate", fate);
  }
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// The machine comes back (or a process that runs is restarted).
struct Restart {
  static constexpr std::string_view key = "restart";
  Target node;
  template <class Io>
  void io(Io& io) {
    io("node", node);
  }
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// Alive but frozen, as in a long garbage collection; `duration` zero: until resumed.
struct Pause {
  static constexpr std::string_view key = "pause";
  Target node;
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("for", duration);
  }
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

struct Resume {
  static constexpr std::string_view key = "resume";
  Target node;
  template <class Io>
  void io(Io& io) {
    io("node", node);
  }
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// Every wake-up of the machine's tasks comes `by` later: what a program does after it slept, was
/// sent a message or was signalled, it does that much later. Timers still run out on time, and
/// what comes while a task waits for its slow CPU does not wake it again.
struct SlowCpu {
  static constexpr std::string_view key = "slow_cpu";
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
  std::optional<FieldTrouble> trouble() const;
  void strike(const Striking& striking) const;
};

/// The machine loses power and comes back, when it is started, with an empty disk.
struct WipeDisk {
  static constexpr std::string_view key = "wipe_disk";
  Target node;
  template <class Io>
  void io(Io& io) {
    io("node", node);
  }
  std::string sentence() const;
  std::string refusal(const Striking& striking) const;
  void strike(const Striking& striking) const;
};

/// Remembers what the disk holds, instead of what it remembered before. Nobody notices.
struct SnapshotDisk {
  static constexpr std::string_view key = "snapshot_disk";
  Target node;
  template <class Io>
  void io(Io& io) {
    io("node", node);
  }
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// The machine loses power and comes back, when it is started, with the disk of its snapshot; that
/// can be done again. Misses where there is none.
struct RestoreDisk {
  static constexpr std::string_view key = "restore_disk";
  Target node;
  template <class Io>
  void io(Io& io) {
    io("node", node);
  }
  std::string sentence() const;
  std::string refusal(const Striking& striking) const;
  void strike(const Striking& striking) const;
};

}  // namespace logquake::sim
