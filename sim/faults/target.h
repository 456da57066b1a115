// Whom a fault strikes.
#pragma once

#include <string>

namespace logquake::sim {

/// Settled when the fault strikes: a node's name ("broker-1"), a role that a model registered
/// ("leader-of:orders-0", "controller"), "crashed" (the node that has been down longest), "any
/// broker" (a keyed choice among the nodes of that group that are up), "all broker" or "*".
using Target = std::string;

}  // namespace logquake::sim
