#include "models/quorum/tree/path_watches.h"

#include <iterator>
#include <utility>

#include "models/quorum/wire/path.h"

namespace logquake::zookeeper {

void PathWatches::add(ConnectionId connection, std::string_view path, WatchMode mode) {
  auto& modes = watchers_[std::string(path)][connection];
  if (modes_overwrite_) modes.clear();
  modes.insert(mode);
}

std::set<ConnectionId> PathWatches::fire(std::string_view path, EventType type) {
  std::set<ConnectionId> heard;
  if (watchers_.empty()) return heard;
  gather(path, true, type, heard);
  if (type == EventType::node_children_changed) return heard;
  while (path.size() > 1) {
    path = parent_of(path);
    if (path.empty()) path = "/";
    gather(path, false, type, heard);
  }
  return heard;
}

void PathWatches::gather(std::string_view path, bool is_the_path, EventType type,
                         std::set<ConnectionId>& heard) {
  const auto found = watchers_.find(path);
  if (found == watchers_.end()) return;
  auto& watchers = found->second;
  for (auto at = watchers.begin(); at != watchers.end();) {
    auto& [connection, modes] = *at;
    const bool sees_it =
        modes.contains(WatchMode::recursive) && type != EventType::node_children_changed;
    const bool is_at_it =
        is_the_path && (modes.contains(WatchMode::once) || modes.contains(WatchMode::persistent));
    if (sees_it || is_at_it) heard.insert(connection);
    if (is_the_path) modes.erase(WatchMode::once);
    at = modes.empty() ? watchers.erase(at) : std::next(at);
  }
  if (watchers.empty()) watchers_.erase(found);
}

bool PathWatches::has(ConnectionId connection, std::string_view path) const {
  const auto found = watchers_.find(path);
  return found != watchers_.end() && found->second.contains(connection);
}

bool PathWatches::remove(ConnectionId connection, std::string_view path) {
  const auto found = watchers_.find(path);
  if (found == watchers_.end() || found->second.erase(connection) == 0) return false;
  if (found->second.empty()) watchers_.erase(found);
  return true;
}

void PathWatches::forget(ConnectionId connection) {
  for (auto at = watchers_.begin(); at != watchers_.end();) {
    at->second.erase(connection);
    at = at->second.empty() ? watchers_.erase(at) : std::next(at);
  }
}

std::map<std::string, std::set<ConnectionId>> PathWatches::by_path() const {
  std::map<std::string, std::set<ConnectionId>> all;
  for (const auto& [path, watchers] : watchers_) {
    for (const auto& [connection, modes] : watchers) all[path].insert(connection);
  }
  return all;
}

}  // namespace logquake::zookeeper
