// The watches at one server, by connection and path. Pure. Source: Z-WT-1 to Z-WT-18.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "models/quorum/tree/path_watches.h"
#include "models/quorum/tree/znode_tree.h"
#include "models/quorum/wire/messages.h"

namespace logquake::zookeeper {

/// An event on its way to one connection.
struct Delivery {
  ConnectionId to;
  WatchEvent event;
  // Whom the change may be told: who may read the node. Empty: everybody. Source: the fix of
  // CVE-2024-23944, which 3.8.0 itself has not got but distributions of it have.
  Acl readers;
  bool operator==(const Delivery&) const = default;
};

/// The defects of those names.
struct WatchDefects {
  bool modes_overwrite = false;
  bool check_watches_of_all = false;
};

class WatchTable {
 public:
  explicit WatchTable(WatchDefects defects = {})
      : checks_all_(defects.check_watches_of_all),
        data_(defects.modes_overwrite),
        children_(defects.modes_overwrite) {}

  /// One-shot watches: getData and exists watch the data, getChildren the children. Doubles count
  /// once (Z-WT-1).
  void watch_data(ConnectionId connection, const std::string& path);
  void watch_children(ConnectionId connection, const std::string& path);
  /// Watches both and stays, on the path alone or on everything below it too. Source: Z-WT-6,
  /// Z-WT-7.
  void watch_for_ever(ConnectionId connection, const std::string& path, AddWatchMode mode);

  /// Fires what the change of one node triggers, in the order of Z-WT-4; connections in their own
  /// order.
  std::vector<Delivery> fire(const TreeEvent& event);

  /// Registers again what a client held, or tells it at once what it missed since; what stays is
  /// only registered. Source: Z-WT-13.
  std::vector<WatchEvent> restore(ConnectionId connection, const WatchList& list,
                                  const ZnodeTree& tree);

  /// Whether this very connection holds one of that type there.
  bool has(ConnectionId connection, const std::string& path, WatcherType type) const;
  /// Removes them, whatever their mode: of a lasting watch only that half. Whether there was one.
  bool remove(ConnectionId connection, const std::string& path, WatcherType type);
  /// The connection is gone, and its watches with it.
  void forget(ConnectionId connection);

  /// Watched paths and connections, one for each pair in each of the two kinds.
  std::int64_t size() const;
  /// Data watches alone, which is all that `wchs`, `wchc` and `wchp` report (Z-4L-12).
  std::map<std::string, std::set<ConnectionId>> data_watches() const { return data_.by_path(); }

 private:
  bool checks_all_;
  PathWatches data_;
  PathWatches children_;
};

}  // namespace logquake::zookeeper
