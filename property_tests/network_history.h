// What happened to messages between machines, told twice: what was done to the network, and what
// came.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/time.h"
#include "sim/network/network_options.h"

namespace logquake::sim {

/// A direction between two of the machines, by their numbers.
struct Direction {
  int from = 0;
  int to = 0;
  auto operator<=>(const Direction&) const = default;
};

/// Something that was wrong with a direction, as the one who did it remembers it.
struct Stretch {
  enum class Kind { cut, clog, delay, latency, wire };
  Direction where;
  Kind kind{};
  Instant from;
  Instant to = Instant::max();
  Duration low{};  // delay: by how much; latency: its bounds
  Duration high{};
};

/// One connection's messages in one direction, numbered from 0.
struct Stream {
  Direction where;
  struct Arrival {
    std::int64_t number = 0;
    Instant at;
  };
  std::vector<Instant> sent;
  std::vector<Arrival> arrived;
  bool may_break = false;  // a break or crash concerned it
  bool was_reset = false;  // an end was told so
};

struct History {
  std::vector<Stretch> episodes;  // the latest of a direction's latencies counts
  std::vector<Stream> streams;
};

/// The promises of an ordered reliable stream, one name each: "order", "duplicates", "loss",
/// "resets", "cut", "early", "late". Those that the history breaks; none for a good one.
std::map<std::string, std::string> broken_promises(const History& history,
                                                   const NetworkOptions& usual);

}  // namespace logquake::sim
