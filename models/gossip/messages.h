// What gossiping nodes and those who start rumours say to each other.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/id.h"

namespace logquake::gossip {

using RumourId = Id<struct RumourTag>;

/// A hot rumour, pushed as a datagram: it may be lost, doubled or overtaken.
struct Push {
  RumourId rumour;
  template <class Io>
  void io(Io& io) {
    io("rumour", rumour);
  }
};

/// Anti-entropy, over a connection: all that the asking node knows.
struct Digest {
  std::vector<RumourId> known;
  template <class Io>
  void io(Io& io) {
    io("known", known);
  }
};
/// The answer: what the asked node knows and the asker does not.
struct Missing {
  std::vector<RumourId> rumours;
  template <class Io>
  void io(Io& io) {
    io("rumours", rumours);
  }
};

/// Somebody outside starts a rumour, over a connection.
struct Tell {
  RumourId rumour;
  template <class Io>
  void io(Io& io) {
    io("rumour", rumour);
  }
};
/// The node has the rumour on its disk.
struct Told {
  RumourId rumour;
  template <class Io>
  void io(Io& io) {
    io("rumour", rumour);
  }
};

}  // namespace logquake::gossip
