// Messages without a stream: may be lost, doubled or overtaken.
#pragma once

#include <deque>
#include <string>

#include "sim/payload.h"

namespace logquake::sim {

struct Datagram {
  std::string from;  // the sending node
  Payload message;
};

}  // namespace logquake::sim
