// Messages without a stream: may be lost, doubled, overtaken or damaged.
#pragma once

#include <deque>
#include <string>

#include "sim/payload.h"

namespace logquake::sim {

struct Datagram {
  std::string from;  // the sending node
  Payload message;
  /// Its bytes were damaged on the way, as a receiver learns that verifies its checksum. Nothing
  /// can be made of them: `message` is empty, so that as<T>() is null for every T.
  bool is_corrupt = false;
};

}  // namespace logquake::sim
