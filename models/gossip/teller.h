// Somebody outside who starts rumours: tells each to one node and, while nobody acknowledges, to
// another.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/gossip/messages.h"
#include "sim/base/time.h"
#include "sim/node.h"

namespace logquake::gossip {

struct TellerOptions {
  std::vector<std::string> nodes;  // whom to tell
  Duration every = 100ms;
  std::int64_t count = 50;  // how many rumours; their numbers begin with `first`
  std::int64_t first = 1;
};

/// How far a teller has come; shared with whoever waits for it.
struct TellerProgress {
  std::int64_t acknowledged = 0;
  bool stopped = false;  // set from outside: start no more rumours
  bool done = false;
};

/// The program of a teller. It ends when every rumour is acknowledged or it is told to stop.
sim::Program teller(TellerOptions options, std::shared_ptr<TellerProgress> progress);

}  // namespace logquake::gossip
