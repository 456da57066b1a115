// The highest value that a machine has kept, over crashes and power losses.
#pragma once

#include <cstdint>

#include "sim/disk/disk.h"
#include "sim/node.h"

namespace counter {

/// Appends values to a file, one a line, and syncs each.
class ValueLog {
 public:
  /// Reads what is there; a line that a power loss tore is cut off.
  explicit ValueLog(logquake::sim::Node& node);

  std::int64_t value() const { return value_; }
  /// Blocks until `value` is durable; lower values are known already. Whether it is.
  bool keep(std::int64_t value);

 private:
  logquake::sim::File file_;
  std::int64_t value_ = 0;
};

}  // namespace counter
