#include "models/quorum/watch_table.h"

#include <iterator>
#include <string_view>
#include <utility>

#include "models/quorum/path.h"

namespace logquake::zookeeper {
namespace {

constexpr std::int32_t children_type = 1;
constexpr std::int32_t data_type = 2;

WatchEvent event_of(EventType type, std::string_view path) {
  WatchEvent event;
  event.type = type;
  event.path = path;
  return event;
}

template <class Watchers>
bool holds(const Watchers& watchers, ConnectionId connection, const std::string& path) {
  const auto found = watchers.find(path);
  return found != watchers.end() && found->second.count(connection) > 0;
}

template <class Watchers>
bool drop(Watchers& watchers, ConnectionId connection, const std::string& path) {
  const auto found = watchers.find(path);
  if (found == watchers.end() || found->second.erase(connection) == 0) return false;
  if (found->second.empty()) watchers.erase(found);
  return true;
}

template <class Watchers>
void drop_all(Watchers& watchers, ConnectionId connection) {
  for (auto at = watchers.begin(); at != watchers.end();) {
    at->second.erase(connection);
    at = at->second.empty() ? watchers.erase(at) : std::next(at);
  }
}

}  // namespace

void WatchTable::watch_data(ConnectionId connection, const std::string& path) {
  data_[path].insert(connection);
}

void WatchTable::watch_children(ConnectionId connection, const std::string& path) {
  children_[path].insert(connection);
}

void WatchTable::fire_at(Watchers& watchers, std::string_view path, EventType type,
                         std::set<ConnectionId>& told, std::vector<Delivery>& out) {
  const auto found = watchers.find(path);
  if (found == watchers.end()) return;
  for (const auto connection : found->second) {
    if (told.insert(connection).second) out.push_back({connection, event_of(type, path)});
  }
  watchers.erase(found);
}

std::vector<Delivery> WatchTable::fire(const TreeEvent& event) {
  std::vector<Delivery> out;
  std::set<ConnectionId> told;  // one event of one (type, path) for a connection (Z-WT-3, Z-WT-8)
  fire_at(data_, event.path, event.type, told, out);
  if (event.type == EventType::node_data_changed) return out;
  if (event.type == EventType::node_deleted) fire_at(children_, event.path, event.type, told, out);
  const auto parent = parent_of(event.path);
  std::set<ConnectionId> told_of_parent;
  fire_at(children_, parent.empty() ? "/" : parent, EventType::node_children_changed,
          told_of_parent, out);
  return out;
}

std::vector<WatchEvent> WatchTable::restore(ConnectionId connection, const WatchList& list,
                                            const ZnodeTree& tree) {
  std::vector<WatchEvent> missed;
  for (const auto& path : list.data) {
    const auto* node = tree.find(path);
    if (node == nullptr) {
      missed.push_back(event_of(EventType::node_deleted, path));
    } else if (node->mzxid > list.relative_zxid) {
      missed.push_back(event_of(EventType::node_data_changed, path));
    } else {
      watch_data(connection, path);
    }
  }
  for (const auto& path : list.exist) {
    if (tree.find(path) != nullptr) {
      missed.push_back(event_of(EventType::node_created, path));
    } else {
      watch_data(connection, path);
    }
  }
  for (const auto& path : list.child) {
    const auto* node = tree.find(path);
    if (node == nullptr) {
      missed.push_back(event_of(EventType::node_deleted, path));
    } else if (node->pzxid > list.relative_zxid) {
      missed.push_back(event_of(EventType::node_children_changed, path));
    } else {
      watch_children(connection, path);
    }
  }
  return missed;
}

bool WatchTable::has(ConnectionId connection, const std::string& path, std::int32_t type) const {
  if (type != children_type && holds(data_, connection, path)) return true;
  return type != data_type && holds(children_, connection, path);
}

bool WatchTable::remove(ConnectionId connection, const std::string& path, std::int32_t type) {
  const bool had_data = type != children_type && drop(data_, connection, path);
  const bool had_children = type != data_type && drop(children_, connection, path);
  return had_data || had_children;
}

void WatchTable::forget(ConnectionId connection) {
  drop_all(data_, connection);
  drop_all(children_, connection);
}

std::int64_t WatchTable::size() const {
  std::size_t count = 0;
  for (const auto& [path, watchers] : data_) count += watchers.size();
  for (const auto& [path, watchers] : children_) count += watchers.size();
  return static_cast<std::int64_t>(count);
}

}  // namespace logquake::zookeeper
