// What a znode tells about itself beside its data. Source: Z-DM-3, Z-WP-9.
#pragma once

#include <cstdint>

#include "models/quorum/wire/ids.h"

namespace logquake::zookeeper {

/// Times are milliseconds since the Unix epoch on the server's wall clock.
struct Stat {
  Zxid czxid;  // the transaction that created the node
  Zxid mzxid;  // ... that last set its data
  std::int64_t ctime = 0;
  std::int64_t mtime = 0;
  std::int32_t version = 0;   // successful sets of the data
  std::int32_t cversion = 0;  // creations and deletions of children (Z-DM-8)
  std::int32_t aversion = 0;  // sets of the access list
  SessionId ephemeral_owner;  // zero unless ephemeral
  std::int32_t data_length = 0;
  std::int32_t num_children = 0;
  Zxid pzxid;  // the last creation or deletion of a child

  bool operator==(const Stat&) const = default;
  template <class Io>
  void io(Io& io) {
    io("czxid", czxid);
    io("mzxid", mzxid);
    io("ctime", ctime);
    io("mtime", mtime);
    io("version", version);
    io("cversion", cversion);
    io("aversion", aversion);
    io("ephemeralOwner", ephemeral_owner);
    io("dataLength", data_length);
    io("numChildren", num_children);
    io("pzxid", pzxid);
  }
};

}  // namespace logquake::zookeeper
