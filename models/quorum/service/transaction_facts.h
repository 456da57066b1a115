// States the facts of a transaction that has been applied.
#pragma once

#include "models/quorum/tree/znode_tree.h"
#include "models/quorum/wire/messages.h"
#include "sim/node.h"

namespace logquake::zookeeper {

/// One fact for each znode that was created, changed or deleted, in the order of a multi's members,
/// or one for the refusal. `request` is null for what the server asked itself.
void tell_of(sim::Node& node, const Transaction& transaction, const Request* request,
             const Applied& applied);

}  // namespace logquake::zookeeper
