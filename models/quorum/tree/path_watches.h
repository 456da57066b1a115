// The watches of one kind, of data or of children, by path and connection. Pure.
// Source: Z-WT-1, Z-WT-6, Z-WT-7, Z-WT-18.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "models/quorum/wire/watch_event.h"
#include "sim/base/id.h"

namespace logquake::zookeeper {

/// One client connection at a server, counted from 1 at each start of the server.
using ConnectionId = Id<struct ConnectionTag>;

/// How long a watch lasts and how far it sees: once at its path; at its path until it is removed;
/// there and at every descendant until it is removed.
enum class WatchMode : std::uint8_t { once, persistent, recursive };

class PathWatches {
 public:
  /// `modes_overwrite`: the defect zk.watch-modes-overwrite.
  explicit PathWatches(bool modes_overwrite) : modes_overwrite_(modes_overwrite) {}

  /// Doubles count once; watches of different modes on one path coexist.
  void add(ConnectionId connection, std::string_view path, WatchMode mode);
  /// Who must hear of the event, each once; one-shot watches at the path are used up. Recursive
  /// watches hear of nobody's children (Z-WT-7).
  std::set<ConnectionId> fire(std::string_view path, EventType type);

  bool has(ConnectionId connection, std::string_view path) const;
  bool has_any(std::string_view path) const { return watchers_.contains(path); }
  /// Removes the connection's watches of every mode on the path; whether there was one.
  bool remove(ConnectionId connection, std::string_view path);
  void forget(ConnectionId connection);

  /// Connections by path, as `wchp` lists them.
  std::map<std::string, std::set<ConnectionId>> by_path() const;

 private:
  using Modes = std::set<WatchMode>;
  using Watchers = std::map<ConnectionId, Modes>;  // Invariant: none is empty, as is no Modes
  void gather(std::string_view path, bool is_the_path, EventType type,
              std::set<ConnectionId>& heard);

  bool modes_overwrite_;
  std::map<std::string, Watchers, std::less<>> watchers_;
};

}  // namespace logquake::zookeeper
