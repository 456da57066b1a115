// Plugs ZooKeeper ensembles in: their keys of the scenario file, workloads, checkers, defects,
// probes.
#pragma once

#include <memory>

#include "scenarios/engine/kit.h"

namespace logquake::scenario {

/// Reads
///
///     [zookeeper]
///     servers   = 3            # zookeeper-1 .. zookeeper-3, which vote; one is a standalone
///     server observers = 1            # zookeeper-4 zoo_cfg   = '''          # more lines, of
///     every server tickTime=500 group.1=1:2:3
///     '''
///
///     [[workload]]
///     type    = "znodes"       # or counter, lock, election, barrier, membership
///     clients = 3
///     every   = "50ms"
std::unique_ptr<Kit> zookeeper_kit();

}  // namespace logquake::scenario
