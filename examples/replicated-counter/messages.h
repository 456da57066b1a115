// What the machines of the counter say to each other. Each message names its fields once.
#pragma once

#include <cstdint>

namespace counter {

/// A client to the primary: count one step.
struct Add {
  template <class Io>
  void io(Io&) {}
};
/// The primary's acknowledgement: the step is safe on two machines.
struct Added {
  std::int64_t value = 0;
  template <class Io>
  void io(Io& io) {
    io("value", value);
  }
};

/// The primary to a copy: keep this value (zero: only tell what you have).
struct Keep {
  std::int64_t value = 0;
  template <class Io>
  void io(Io& io) {
    io("value", value);
  }
};
/// The copy's answer: this much is synced on my disk.
struct Kept {
  std::int64_t value = 0;
  template <class Io>
  void io(Io& io) {
    io("value", value);
  }
};

}  // namespace counter
