// Clients that do all the time what others hardly ever do.
#pragma once

#include <cstdint>

#include "scenarios/zookeeper/workloads/client_program.h"

namespace logquake::scenario {

/// Watches "/w/key-1" .. "/w/key-N" once, for ever and recursively, asks for its watches (Z-WT-16)
/// and takes them back, and changes what is watched.
ClientStep watches_step(std::int64_t keys);
/// Of "/families/key-1" .. "/families/key-N": enters one with an ephemeral and ends its session at
/// once, or removes one, which succeeds as soon as the end of its last member's session is proposed
/// (Z-DM-21).
ClientStep families_step(std::int64_t families);

}  // namespace logquake::scenario
