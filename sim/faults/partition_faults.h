// What cuts machines off from each other: every cut is a silent drop of directions.
// `among` says between whom ("*", the default, or "all broker"); a duration of zero lasts until
// healed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/time.h"
#include "sim/faults/field_trouble.h"
#include "sim/faults/target.h"

namespace logquake::sim {

class Striking;

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

enum class Flow : std::uint8_t { inbound, outbound };
std::string_view name_of(Flow flow);
constexpr std::array<Flow, 2> every(Flow) { return {Flow::inbound, Flow::outbound}; }

/// Only what the node receives, or only what it sends, vanishes.
struct OneWay {
  static constexpr std::string_view key = "one_way";
  Target node;
  Flow flow{};
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("flow", flow);
    io("for", duration);
  }
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// Each node hears a majority, and no two hear the same one: they sit in a ring of keyed order and
/// each hears its nearest neighbours. With an even majority the one that is a neighbour too many is
/// heard on one side only. Fewer than three nodes are all in one majority, so nothing happens.
/// Source: Jepsen, nemesis, majorities-ring.
struct MajoritiesRing {
  static constexpr std::string_view key = "majorities_ring";
  Target among = "*";
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("among", among);
    io("for", duration);
  }
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// Two halves (keyed) that meet only in the node. Source: Jepsen, nemesis, bridge.
struct Bridge {
  static constexpr std::string_view key = "bridge";
  Target node;
  Target among = "*";
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("among", among);
    io("for", duration);
  }
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// Everybody sees the node and nobody else.
struct HubOnly {
  static constexpr std::string_view key = "hub_only";
  Target node;
  Target among = "*";
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("among", among);
    io("for", duration);
  }
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// A split that comes and goes: there for the first half of each period.
struct Flapping {
  static constexpr std::string_view key = "flapping";
  std::vector<Target> side;
  Duration period{};
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("side", side);
    io("period", period);
    io("for", duration);
  }
  std::optional<FieldTrouble> trouble() const;
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

}  // namespace logquake::sim
