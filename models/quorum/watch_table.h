// One-shot watches at one server, by connection and path. Pure. Source: Z-WT-1 to Z-WT-16.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "models/quorum/messages.h"
#include "models/quorum/znode_tree.h"

namespace logquake::zookeeper {

/// One client connection at a server, counted from 1 at each start of the server.
using ConnectionId = Id<struct ConnectionTag>;

/// An event on its way to one connection.
struct Delivery {
  ConnectionId to;
  WatchEvent event;
  bool operator==(const Delivery&) const = default;
};

class WatchTable {
 public:
  /// getData and exists watch the data, getChildren the children. Doubles count once (Z-WT-1).
  void watch_data(ConnectionId connection, const std::string& path);
  void watch_children(ConnectionId connection, const std::string& path);

  /// Fires what the change of one node triggers, in the order of Z-WT-4; connections in their own
  /// order.
  std::vector<Delivery> fire(const TreeEvent& event);

  /// Registers again what a client held, or tells it at once what it missed since. Source: Z-WT-13.
  std::vector<WatchEvent> restore(ConnectionId connection, const WatchList& list,
                                  const ZnodeTree& tree);

  /// Types of Z-WT-16: 1 children, 2 data, 3 any.
  bool has(ConnectionId connection, const std::string& path, std::int32_t type) const;
  /// Whether there was one to remove.
  bool remove(ConnectionId connection, const std::string& path, std::int32_t type);
  /// The connection is gone, and its watches with it.
  void forget(ConnectionId connection);

  std::int64_t size() const;

 private:
  using Watchers = std::map<std::string, std::set<ConnectionId>, std::less<>>;
  static void fire_at(Watchers& watchers, std::string_view path, EventType type,
                      std::set<ConnectionId>& told, std::vector<Delivery>& out);
  Watchers data_;
  Watchers children_;
};

}  // namespace logquake::zookeeper
