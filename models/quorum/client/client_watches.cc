#include "models/quorum/client/client_watches.h"

#include <cstddef>

namespace logquake::zookeeper {

void ClientWatches::answered(const Operation& operation, ErrorCode error) {
  const auto path = operation.path.empty() ? std::string("/") : operation.path;
  const bool found = error == ErrorCode::ok;
  if (found && operation.op == OpCode::add_watch) {
    const bool stays_there = operation.flags == static_cast<std::int32_t>(AddWatchMode::persistent);
    (stays_there ? persistent_ : recursive_).insert(path);
  }
  if (found && operation.op == OpCode::remove_watches)
    removed(path, static_cast<WatcherType>(operation.flags));
  if (!operation.watch) return;
  if (operation.op == OpCode::exists && error == ErrorCode::no_node) exist_.insert(path);
  if (!found) return;
  if (operation.op == OpCode::get_children || operation.op == OpCode::get_children2) {
    child_.insert(path);
  } else {
    data_.insert(path);
  }
}

void ClientWatches::removed(const std::string& path, WatcherType type) {
  if (type != WatcherType::data) child_.erase(path);
  if (type != WatcherType::children) {
    data_.erase(path);
    exist_.erase(path);
  }
  if (type != WatcherType::any) return;
  persistent_.erase(path);
  recursive_.erase(path);
}

void ClientWatches::fired(const WatchEvent& event) {
  if (event.type == EventType::node_children_changed) {
    child_.erase(event.path);
    return;
  }
  data_.erase(event.path);
  exist_.erase(event.path);
  if (event.type == EventType::node_deleted) child_.erase(event.path);
}

std::vector<WatchList> ClientWatches::lists(Zxid relative_zxid) const {
  constexpr std::size_t frame_limit = 128 * 1024;  // Z-WT-12: as the Java client splits them
  std::vector<WatchList> lists;
  std::size_t bytes = frame_limit;
  const auto add = [&](const std::set<std::string>& paths,
                       std::vector<std::string> WatchList::*into) {
    for (const auto& path : paths) {
      if (bytes + path.size() + 4 > frame_limit) {
        lists.emplace_back().relative_zxid = relative_zxid;
        bytes = 0;
      }
      bytes += path.size() + 4;
      (lists.back().*into).push_back(path);
    }
  };
  add(data_, &WatchList::data);
  add(exist_, &WatchList::exist);
  add(child_, &WatchList::child);
  add(persistent_, &WatchList::persistent);
  add(recursive_, &WatchList::recursive);
  return lists;
}

}  // namespace logquake::zookeeper
