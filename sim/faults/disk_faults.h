// What befalls the disks of machines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/time.h"
#include "sim/disk/path_pattern.h"
#include "sim/faults/field_trouble.h"
#include "sim/faults/target.h"

namespace logquake::sim {

class Striking;

// Those that wait for the next writes or syncs strike `count` of them; 0, the default, means one,
// or with a duration all until that is over. When their duration is over, those that have not
// struck never will, and what they damaged is whole again.

/// The next syncs fail with io_error; what they should have made durable stays unsynced.
struct FailSync {
  static constexpr std::string_view key = "fail_sync";
  Target node;
  int count = 0;
  PathPattern path{};
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("count", count);
    io("path", path);
    io("for", duration);
  }
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// Writes fail with no_space; zero `duration`: until healed.
struct DiskFull {
  static constexpr std::string_view key = "disk_full";
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

/// Each sync takes `by` longer.
struct SlowDisk {
  static constexpr std::string_view key = "slow_disk";
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

/// The next writes fail with io_error and write nothing.
struct FailWrite {
  static constexpr std::string_view key = "fail_write";
  Target node;
  int count = 0;
  PathPattern path{};
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("count", count);
    io("path", path);
    io("for", duration);
  }
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// Syncs wait until it is over and then complete. The page cache takes writes all the while, as a
/// real one does until it is full of dirty pages.
struct StallDisk {
  static constexpr std::string_view key = "stall_disk";
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

/// The next syncs that have something to write break off: some pages and a part of one more, in
/// whole sectors, reach the platter, and sync() fails with io_error. Nothing that was synced before
/// is lost but what these pages replace; a power loss shows the tear.
struct TornWrite {
  static constexpr std::string_view key = "torn_write";
  Target node;
  int count = 0;
  PathPattern path{};
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("count", count);
    io("path", path);
    io("for", duration);
  }
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// `count` bits of cold data (durable, and not written to since) turn over.
struct BitRot {
  static constexpr std::string_view key = "bit_rot";
  Target node;
  int count = 1;
  PathPattern path{};
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("count", count);
    io("path", path);
    io("for", duration);
  }
  std::string sentence() const;
  std::string refusal(const Striking& striking) const;
  void strike(const Striking& striking) const;
};

/// Of each of the next syncs that have something to write one page is acknowledged and never
/// reaches the platter: the page cache shows it until the power fails, and then it is as it was
/// before.
struct LostWrite {
  static constexpr std::string_view key = "lost_write";
  Target node;
  int count = 0;
  PathPattern path{};
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("count", count);
    io("path", path);
    io("for", duration);
  }
  std::string sentence() const;
  std::string refusal(const Striking& striking) const;
  void strike(const Striking& striking) const;
};

/// As lost_write, and the page lands on another page of the same file (of a file of one page:
/// outside all files).
struct MisdirectedWrite {
  static constexpr std::string_view key = "misdirected_write";
  Target node;
  int count = 0;
  PathPattern path{};
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("count", count);
    io("path", path);
    io("for", duration);
  }
  std::string sentence() const;
  std::string refusal(const Striking& striking) const;
  void strike(const Striking& striking) const;
};

}  // namespace logquake::sim
