// The programs of the machines: three replicas that keep a number on disk, one writer, readers.
//
// The promise, R-REG-1: the register is atomic. A read returns a value that is at least as new as
// every write that ended and every read that returned before it began, and no value from nowhere.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/node.h"

namespace atomic_register {

/// What the clients do; it lives outside the simulated machines and survives their crashes.
struct Load {
  std::int64_t writes = 0;  // how many values are to be written: 1, 2, 3 ...
  std::int64_t begun = 0;
  std::int64_t written = 0;
  std::int64_t read = 0;
  bool is_over = false;
};

logquake::sim::Program replica();
logquake::sim::Program writer(std::vector<std::string> replicas, std::shared_ptr<Load> load);
logquake::sim::Program reader(std::vector<std::string> replicas, std::shared_ptr<Load> load);

}  // namespace atomic_register
