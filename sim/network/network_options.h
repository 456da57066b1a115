// How a network is when nothing is wrong with it.
#pragma once

#include "sim/base/time.h"

namespace logquake::sim {

struct NetworkOptions {
  Duration latency_low = 100us;  // of one message between two machines, drawn for each
  Duration latency_high = 400us;
  // Two machines are farther apart by up to this, for ever and in both directions: a value keyed by
  // their names. Zero: all stand in one room.
  Duration pair_offset{};
};

}  // namespace logquake::sim
