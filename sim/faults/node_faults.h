// What befalls machines and their processes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/time.h"
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

/// The machine loses power: unsynced pages are kept, lost or torn, peers notice nothing until they
/// time out.
struct PowerLoss {
  static constexpr std::string_view key = "power_loss";
  Target node;
  template <class Io>
  void io(Io& io) {
    io("node", node);
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

}  // namespace logquake::sim
