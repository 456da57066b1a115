// What gossiping nodes state about themselves.
#pragma once

#include <string>
#include <vector>

#include "models/gossip/messages.h"
#include "sim/base/format.h"
#include "sim/trace/fact.h"

namespace logquake::gossip {

struct NodeStarted {
  static constexpr std::string_view kind = "gossip.node-started";
  static constexpr sim::Level level = sim::Level::info;
  std::string node;
  std::vector<RumourId> known;  // read from the disk
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("known", known);
  }
  std::string sentence() const {
    return format("{} starts and knows {} rumours", node, known.size());
  }
  std::string subject() const { return "rumours of " + node; }
  std::string state() const { return format("{} rumours", known.size()); }
};

struct RumourHeard {
  static constexpr std::string_view kind = "gossip.rumour-heard";
  static constexpr sim::Level level = sim::Level::debug;
  std::string node;
  RumourId rumour;
  std::string from;
  std::string by;  // "push", "anti-entropy", "tell"
  std::int64_t known = 0;
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("rumour", rumour);
    io("from", from);
    io("by", by);
    io("known", known);
  }
  std::string sentence() const {
    return format("{} hears rumour {} from {} by {}", node, rumour, from, by);
  }
  std::string subject() const { return "rumours of " + node; }
  std::string state() const { return format("{} rumours", known); }
};

/// The node keeps the rumour for good from here on.
struct RumourAcknowledged {
  static constexpr std::string_view kind = "gossip.rumour-acknowledged";
  static constexpr sim::Level level = sim::Level::info;
  std::string node;
  RumourId rumour;
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("rumour", rumour);
  }
  std::string sentence() const { return format("{} acknowledges rumour {}", node, rumour); }
};

struct AntiEntropyRound {
  static constexpr std::string_view kind = "gossip.anti-entropy-round";
  static constexpr sim::Level level = sim::Level::debug;
  std::string node;
  std::string peer;
  std::int64_t learned = 0;
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("peer", peer);
    io("learned", learned);
  }
};

}  // namespace logquake::gossip
