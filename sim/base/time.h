// Simulated time. The clock has no now(): ask the node, or the simulation.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/result.h"

namespace logquake {

using namespace std::chrono_literals;  // durations are written 250ms

/// The one clock of a simulation. It cannot be asked the time.
struct SimClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<SimClock, duration>;
  static constexpr bool is_steady = true;
};

/// What a machine's wall clock shows; its epoch is Unix's.
struct WallClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<WallClock, duration>;
  static constexpr bool is_steady = false;
};

using Duration = SimClock::duration;  // integer nanoseconds
using Instant =
    SimClock::time_point;  // since the simulation (or, on a node's own clock, the node) began
using WallTime = WallClock::time_point;  // since 1970-01-01T00:00:00Z

/// When `timeout` is over; the end of time for one that never is, where a sum would overflow.
constexpr Instant deadline_after(Instant now, Duration timeout) {
  return timeout > Instant::max() - now ? Instant::max() : now + timeout;
}

/// Milliseconds since the Unix epoch, as Kafka's timestamps and ZooKeeper's ctime count.
constexpr std::int64_t unix_milliseconds(WallTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

/// "250ms", "1.5s", "17us": the largest unit from ns to s that needs at most three decimals.
std::string to_text(Duration duration);
/// "12.345678s" since the start.
std::string to_text(Instant instant);
/// Reads "250ms", "30s", "5m", "1h", "10us", "7ns", also with decimals ("1.5s"). Errors:
/// invalid_argument.
Result<Duration> parse_duration(std::string_view text);

}  // namespace logquake
