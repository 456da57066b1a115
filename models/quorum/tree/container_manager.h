// Nodes that the server deletes by itself: containers that have become empty, nodes whose time to
// live is over. Pure. Source: Z-DM-15, Z-DM-16.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "models/quorum/tree/znode_tree.h"
#include "models/quorum/wire/messages.h"
#include "sim/base/time.h"

namespace logquake::zookeeper {

/// How often the one server that leads looks for them. Source: Z-DM-15.
inline constexpr Duration container_check = 60s;
/// How many one look may find: 10,000 a minute. Source: Z-DM-15.
inline constexpr std::size_t most_deletions_of_a_check = 10'000;

/// Paths to delete when the server's wall clock shows `time`, in milliseconds; in byte order. Each
/// becomes a request of its own that may still be refused.
std::vector<std::string> deletion_candidates(const ZnodeTree& tree, std::int64_t time,
                                             std::size_t limit = most_deletions_of_a_check);

/// The request for one of them. Only the server itself may make it (Z-ER-7).
Request delete_container_request(std::string path);

}  // namespace logquake::zookeeper
