// The fact of an answer: what Z-WT-9 orders against the events of watches.
#pragma once

#include "models/quorum/facts.h"

namespace logquake::zookeeper {

/// A server has sent the reply of a write to the client that asked for it.
struct WriteReplied {
  static constexpr std::string_view kind = "zookeeper.write-replied";
  static constexpr sim::Level level = sim::Level::trace;
  SessionId session;
  Zxid zxid;
  template <class Io>
  void io(Io& io) {
    io("session", session);
    io("zxid", zxid);
  }
};

}  // namespace logquake::zookeeper
