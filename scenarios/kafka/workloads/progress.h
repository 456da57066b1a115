// How far a workload has come; shared between its program and the world that waits for it.
#pragma once

#include <cstdint>

namespace logquake::scenario {

struct Progress {
  std::int64_t done_so_far = 0;  // statements executed, records acknowledged or read
  std::int64_t failed = 0;       // given up, or refused for good
  bool is_stopped = false;       // set from outside: begin nothing more
  bool is_finished = false;      // nothing more will come
};

}  // namespace logquake::scenario
