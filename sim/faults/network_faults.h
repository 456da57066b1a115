// What befalls the network, always on the direction from -> to.
// "*" is every node; a duration of zero lasts until healed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/time.h"
#include "sim/faults/target.h"

namespace logquake::sim {

class Striking;

/// Messages wait and come all at once when it is over, as on a clogged link.
struct Stall {
  static constexpr std::string_view key = "stall";
  Target from, to;
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("from", from);
    io("to", to);
    io("for", duration);
  }
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// Segments vanish in silence: TCP sends them again after the end, connects time out meanwhile.
struct SilentDrop {
  static constexpr std::string_view key = "silent_drop";
  Target from, to;
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("from", from);
    io("to", to);
    io("for", duration);
  }
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// Each message takes `by` longer.
struct Slow {
  static constexpr std::string_view key = "slow";
  Target from, to;
  Duration by{};
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("from", from);
    io("to", to);
    io("by", by);
    io("for", duration);
  }
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// Connections between the two break at once, in both directions, and both ends notice.
struct Break {
  static constexpr std::string_view key = "break";
  Target from, to;
  template <class Io>
  void io(Io& io) {
    io("from", from);
    io("to", to);
  }
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// A silent drop in both directions between the node and all others.
struct Isolate {
  static constexpr std::string_view key = "isolate";
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

/// A silent drop in both directions between the named nodes and the rest.
struct Split {
  static constexpr std::string_view key = "split";
  std::vector<Target> side;
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("side", side);
    io("for", duration);
  }
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// Ends every network fault.
struct HealNetwork {
  static constexpr std::string_view key = "heal_network";
  template <class Io>
  void io(Io&) {}
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

}  // namespace logquake::sim
