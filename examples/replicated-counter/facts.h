// What the counter states about itself: logs, checkers, fault triggers and reports read nothing
// else.
#pragma once

#include <cstdint>
#include <string>

#include "sim/base/format.h"
#include "sim/trace/fact.h"

namespace counter {

struct StepAcknowledged {
  static constexpr std::string_view kind = "counter.step-acknowledged";
  static constexpr logquake::sim::Level level = logquake::sim::Level::info;
  std::int64_t value = 0;
  template <class Io>
  void io(Io& io) {
    io("value", value);
  }
  std::string sentence() const { return logquake::format("acknowledges step {}", value); }
};

struct PrimaryRecovered {
  static constexpr std::string_view kind = "counter.primary-recovered";
  static constexpr logquake::sim::Level level = logquake::sim::Level::info;
  std::int64_t own = 0;    // what the primary's disk held
  std::int64_t value = 0;  // what it goes on with
  template <class Io>
  void io(Io& io) {
    io("own", own);
    io("value", value);
  }
  std::string sentence() const {
    return logquake::format("goes on counting at {}; its own disk held {}", value, own);
  }
};

struct ValueKept {
  static constexpr std::string_view kind = "counter.value-kept";
  static constexpr logquake::sim::Level level = logquake::sim::Level::debug;
  std::string node;
  std::int64_t value = 0;
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("value", value);
  }
};

}  // namespace counter
