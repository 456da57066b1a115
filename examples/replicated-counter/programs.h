// The programs of the three kinds of machines. They are ordinary blocking code; the simulation
// decides when time passes, what arrives and who dies.
//
// The promise, R-INV-1: a step that was acknowledged is never forgotten. The primary acknowledges
// when two of the three machines have the value on disk; a primary that starts again asks a copy
// before it goes on, so that what it read and what was written have at least one machine in common.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/node.h"

namespace counter {

inline constexpr std::uint16_t client_port = 1;
inline constexpr std::uint16_t copy_port = 2;

logquake::sim::Program primary(std::vector<std::string> copies);
logquake::sim::Program copy();

/// What the client has done so far; it lives outside the simulated machines.
struct Progress {
  std::int64_t acknowledged = 0;
  bool stopped = false;
  bool done = false;
};
/// Counts `steps` steps, as fast as they are acknowledged.
logquake::sim::Program client(std::string primary, std::int64_t steps,
                              std::shared_ptr<Progress> progress);

}  // namespace counter
