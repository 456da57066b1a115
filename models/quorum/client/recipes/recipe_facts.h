// What clients that follow ZooKeeper's recipes tell. Source: Z-RC-2 to Z-RC-7.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/quorum/wire/ids.h"
#include "sim/base/format.h"
#include "sim/trace/fact.h"

namespace logquake::zookeeper {

/// A client is the first in a line: it holds the lock, or leads. It may be wrong by the time it
/// acts (Z-RC-3).
struct LineHeaded {
  static constexpr std::string_view kind = "recipe.line-headed";
  static constexpr sim::Level level = sim::Level::info;
  std::string line;   // the folder: "/lock"
  std::string place;  // the client's own node
  Zxid token;         // its czxid, for fencing
  template <class Io>
  void io(Io& io) {
    io("line", line);
    io("place", place);
    io("token", token);
  }
  std::string sentence() const { return format("heads {} with token {}", line, hex_of(token)); }
};

struct LineLeft {
  static constexpr std::string_view kind = "recipe.line-left";
  static constexpr sim::Level level = sim::Level::debug;
  std::string line;
  std::string place;
  template <class Io>
  void io(Io& io) {
    io("line", line);
    io("place", place);
  }
};

/// A protected resource was used with a fencing token, or turned an old token away.
struct ResourceUsed {
  static constexpr std::string_view kind = "recipe.resource-used";
  static constexpr sim::Level level = sim::Level::debug;
  std::string line;
  Zxid token;
  bool accepted = false;
  template <class Io>
  void io(Io& io) {
    io("line", line);
    io("token", token);
    io("accepted", accepted);
  }
};

/// A client has added one to a counter, and knows it.
struct CounterAdded {
  static constexpr std::string_view kind = "recipe.counter-added";
  static constexpr sim::Level level = sim::Level::debug;
  std::string path;
  std::int64_t value = 0;  // after it
  template <class Io>
  void io(Io& io) {
    io("path", path);
    io("value", value);
  }
};

struct BarrierEntered {
  static constexpr std::string_view kind = "recipe.barrier-entered";
  static constexpr sim::Level level = sim::Level::info;
  std::string barrier;
  std::int64_t participants = 0;  // that must be there
  template <class Io>
  void io(Io& io) {
    io("barrier", barrier);
    io("participants", participants);
  }
  std::string sentence() const { return format("enters {}", barrier); }
};

/// A member's list of its group.
struct MembersSeen {
  static constexpr std::string_view kind = "recipe.members-seen";
  static constexpr sim::Level level = sim::Level::debug;
  std::string group;
  std::vector<std::string> members;
  template <class Io>
  void io(Io& io) {
    io("group", group);
    io("members", members);
  }
};

}  // namespace logquake::zookeeper
