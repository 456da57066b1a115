// What befalls datagrams on the direction from -> to, each with a chance of its own that is settled
// by (seed, direction, which datagram). Connections notice nothing: TCP mends all of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/base/ratio.h"
#include "sim/base/time.h"
#include "sim/faults/field_trouble.h"
#include "sim/faults/target.h"

namespace logquake::sim {

class Striking;

/// It never arrives.
struct DatagramLoss {
  static constexpr std::string_view key = "datagram_loss";
  Target from, to;
  Ratio chance;
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("from", from);
    io("to", to);
    io("chance", chance);
    io("for", duration);
  }
  std::optional<FieldTrouble> trouble() const;
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// It arrives twice.
struct DatagramDuplication {
  static constexpr std::string_view key = "datagram_duplication";
  Target from, to;
  Ratio chance;
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("from", from);
    io("to", to);
    io("chance", chance);
    io("for", duration);
  }
  std::optional<FieldTrouble> trouble() const;
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// It takes up to `by` longer, so that later ones overtake it.
struct DatagramReordering {
  static constexpr std::string_view key = "datagram_reordering";
  Target from, to;
  Ratio chance;
  Duration by{};
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("from", from);
    io("to", to);
    io("chance", chance);
    io("by", by);
    io("for", duration);
  }
  std::optional<FieldTrouble> trouble() const;
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// It arrives damaged: Datagram::is_corrupt.
struct DatagramCorruption {
  static constexpr std::string_view key = "datagram_corruption";
  Target from, to;
  Ratio chance;
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("from", from);
    io("to", to);
    io("chance", chance);
    io("for", duration);
  }
  std::optional<FieldTrouble> trouble() const;
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

}  // namespace logquake::sim
