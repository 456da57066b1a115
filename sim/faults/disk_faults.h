// What befalls the disks of machines.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/time.h"
#include "sim/faults/target.h"

namespace logquake::sim {

class Striking;

/// The next `count` calls of sync() on the node fail with io_error.
struct FailSync {
  static constexpr std::string_view key = "fail_sync";
  Target node;
  int count = 1;
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("count", count);
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
  void strike(const Striking& striking) const;
};

}  // namespace logquake::sim
