// Clients that do anything a client may do, over a few znodes that they share.
#pragma once

#include <cstdint>

#include "scenarios/zookeeper/workloads/client_program.h"

namespace logquake::scenario {

struct ZnodesWorkload {
  std::int64_t keys = 5;  // "/z/key-1" .. "/z/key-N", and what is below them
};

/// Creates of all plain modes, sets with and without a version, deletes, reads with and without a
/// watch, multis, syncs, pipelines, and now and then the end of the session.
ClientStep znodes_step(ZnodesWorkload workload);

}  // namespace logquake::scenario
