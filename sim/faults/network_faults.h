// What befalls the network, always on the direction from -> to.
// "*" is every node; a duration of zero lasts until healed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/time.h"
#include "sim/faults/field_trouble.h"
#include "sim/faults/target.h"
#include "sim/network/latency.h"

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
  std::optional<FieldTrouble> trouble() const;
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

/// Ends every network fault.
struct HealNetwork {
  static constexpr std::string_view key = "heal_network";
  template <class Io>
  void io(Io&) {}
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// The latency of each message is drawn from another distribution.
struct OddLatency {
  static constexpr std::string_view key = "latency";
  Target from, to;
  Latency latency;
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("from", from);
    io("to", to);
    latency.io(io);
    io("for", duration);
  }
  std::optional<FieldTrouble> trouble() const;
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// Messages share a narrow wire, one after the other; who sends more than the buffer takes waits.
struct NarrowWire {
  static constexpr std::string_view key = "bandwidth";
  Target from, to;
  std::int64_t bytes_per_second = 0;
  std::int64_t buffer_bytes = 0;
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("from", from);
    io("to", to);
    io("bytes_per_second", bytes_per_second);
    io("buffer_bytes", buffer_bytes);
    io("for", duration);
  }
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// Connects are refused although somebody listens.
struct RefuseConnects {
  static constexpr std::string_view key = "refuse";
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

/// The next `count` replies vanish and their connections break: what `from` was asked for has been
/// done, but `to` never learns of it. A reply is what the end that accepted a connection sends once
/// it has received something.
struct LoseReply {
  static constexpr std::string_view key = "lose_reply";
  Target from, to;
  std::int32_t count = 1;
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("from", from);
    io("to", to);
    io("count", count);
    io("for", duration);
  }
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// All links of a keyed subset of the nodes are clogged, one node after the other every `gap`; once
/// the last has been clogged for the duration they are unclogged likewise, in another order.
struct Swizzle {
  static constexpr std::string_view key = "swizzle";
  Target node;
  Duration gap = std::chrono::milliseconds(500);
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("gap", gap);
    io("for", duration);
  }
  std::optional<FieldTrouble> trouble() const;
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

}  // namespace logquake::sim
