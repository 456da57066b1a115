#include "models/quorum/tree/watch_table.h"

#include <string_view>

#include "models/quorum/wire/path.h"

namespace logquake::zookeeper {
namespace {

WatchEvent event_of(EventType type, std::string_view path) {
  WatchEvent event;
  event.type = type;
  event.path = path;
  return event;
}

void tell(const std::set<ConnectionId>& connections, EventType type, std::string_view path,
          const Acl& readers, std::vector<Delivery>& out) {
  for (const auto connection : connections)
    out.push_back({connection, event_of(type, path), readers});
}

}  // namespace

void WatchTable::watch_data(ConnectionId connection, const std::string& path) {
  data_.add(connection, path, WatchMode::once);
}

void WatchTable::watch_children(ConnectionId connection, const std::string& path) {
  children_.add(connection, path, WatchMode::once);
}

void WatchTable::watch_for_ever(ConnectionId connection, const std::string& path,
                                AddWatchMode mode) {
  const auto kept = mode == AddWatchMode::persistent ? WatchMode::persistent : WatchMode::recursive;
  data_.add(connection, path, kept);
  children_.add(connection, path, kept);
}

std::vector<Delivery> WatchTable::fire(const TreeEvent& event) {
  std::vector<Delivery> out;
  const auto told = data_.fire(event.path, event.type);
  tell(told, event.type, event.path, event.readers, out);
  if (event.type == EventType::node_data_changed) return out;
  if (event.type == EventType::node_deleted) {
    auto others = children_.fire(event.path, event.type);
    for (const auto connection : told) others.erase(connection);  // Z-WT-3, Z-WT-8
    tell(others, event.type, event.path, event.readers, out);
  }
  auto parent = parent_of(event.path);
  if (parent.empty()) parent = "/";
  tell(children_.fire(parent, EventType::node_children_changed), EventType::node_children_changed,
       parent, event.parent_readers, out);
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
  for (const auto& path : list.persistent)
    watch_for_ever(connection, path, AddWatchMode::persistent);
  for (const auto& path : list.recursive)
    watch_for_ever(connection, path, AddWatchMode::persistent_recursive);
  return missed;
}

bool WatchTable::has(ConnectionId connection, const std::string& path, WatcherType type) const {
  const auto holds = [&](const PathWatches& watches) {
    return checks_all_ ? watches.has_any(path) : watches.has(connection, path);
  };
  if (type != WatcherType::children && holds(data_)) return true;
  return type != WatcherType::data && holds(children_);
}

bool WatchTable::remove(ConnectionId connection, const std::string& path, WatcherType type) {
  const bool had_data = type != WatcherType::children && data_.remove(connection, path);
  const bool had_children = type != WatcherType::data && children_.remove(connection, path);
  return had_data || had_children;
}

void WatchTable::forget(ConnectionId connection) {
  data_.forget(connection);
  children_.forget(connection);
}

std::int64_t WatchTable::size() const {
  std::size_t count = 0;
  for (const auto* watches : {&data_, &children_}) {
    for (const auto& [path, connections] : watches->by_path()) count += connections.size();
  }
  return static_cast<std::int64_t>(count);
}

}  // namespace logquake::zookeeper
