// Schedules: which ready task is let run, and which is held back for a while.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/base/time.h"

namespace logquake::sim {

/// With nanosecond latencies hardly two events share an instant, so a schedule does not choose
/// among ties: at each wake-up and each yield site it lets the task run or holds it back for up to
/// `slack`. `fifo` never holds back; `random` does with chance 1/8; `pct` gives each task a rank,
/// holds it back in proportion, and re-draws it at change points, `depth` in 4,096 wake-ups.
struct Strategy {
  enum class Kind : std::uint8_t { fifo, random, pct };
  Kind kind = Kind::fifo;
  int depth = 3;
  Duration slack = 10ms;
  std::vector<std::string> only{};  // whose tasks are held back; empty: those of every node

  /// How long the task is held back at this occurrence: a pure function of its arguments.
  Duration hold(std::uint64_t seed, std::uint64_t task_hash, std::uint64_t occurrence) const;
  /// Whether the tasks of this node may be held back. The others' luck is the same either way.
  bool concerns(std::string_view node) const;
  bool operator==(const Strategy&) const = default;
};

/// "fifo", "random", "random:20ms", "pct:3", "pct:3:20ms", "pct:3:20ms:only=broker-1+broker-2".
std::string to_string(const Strategy& strategy);
/// Errors: invalid_argument.
Result<Strategy> parse_strategy(std::string_view text);

}  // namespace logquake::sim
