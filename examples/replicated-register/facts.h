// What the register's clients state about themselves: checkers, fault triggers, logs and reports
// read nothing else.
#pragma once

#include <cstdint>
#include <string>

#include "sim/base/format.h"
#include "sim/trace/fact.h"

namespace atomic_register {

struct WriteBegan {
  static constexpr std::string_view kind = "register.write-began";
  static constexpr logquake::sim::Level level = logquake::sim::Level::debug;
  std::int64_t value = 0;
  template <class Io>
  void io(Io& io) {
    io("value", value);
  }
  std::string sentence() const { return logquake::format("begins to write {}", value); }
};

struct WriteEnded {  // a majority has it
  static constexpr std::string_view kind = "register.write-ended";
  static constexpr logquake::sim::Level level = logquake::sim::Level::info;
  std::int64_t value = 0;
  template <class Io>
  void io(Io& io) {
    io("value", value);
  }
  std::string sentence() const { return logquake::format("has written {}", value); }
};

struct ReadBegan {
  static constexpr std::string_view kind = "register.read-began";
  static constexpr logquake::sim::Level level = logquake::sim::Level::debug;
  std::string reader;
  template <class Io>
  void io(Io& io) {
    io("reader", reader);
  }
  std::string sentence() const { return logquake::format("{} begins to read", reader); }
};

struct ReadEnded {
  static constexpr std::string_view kind = "register.read-ended";
  static constexpr logquake::sim::Level level = logquake::sim::Level::info;
  std::string reader;
  std::int64_t value = 0;
  template <class Io>
  void io(Io& io) {
    io("reader", reader);
    io("value", value);
  }
  std::string sentence() const { return logquake::format("{} reads {}", reader, value); }
};

}  // namespace atomic_register
