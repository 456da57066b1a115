// Answers to reads, from the applied tree alone. Pure. Source: Z-RD-1, Z-ER-5, Z-ER-6, Z-ACL-2,
// Z-MU-6.
#pragma once

#include <vector>

#include "models/quorum/tree/watch_table.h"
#include "models/quorum/tree/znode_tree.h"
#include "models/quorum/wire/messages.h"

namespace logquake::zookeeper {

/// Who reads.
struct Reader {
  ConnectionId connection;
  SessionId session;
  Identities identities;  // for access lists, as they were when the request came (Z-WP-7)
};

struct ReadAnswer {
  Reply reply;
  std::vector<WatchEvent> events;  // to be sent before the reply (Z-WT-15)
};

/// Answers one read (or sync, or ping) and leaves its watch in `watches`.
ReadAnswer answer_read(const Reader& reader, const Request& request, const ZnodeTree& tree,
                       WatchTable& watches);

}  // namespace logquake::zookeeper
