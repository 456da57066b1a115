#include "models/quorum/tree/pending_changes.h"

#include <utility>

namespace logquake::zookeeper {

NodeOutlook PendingChanges::outlook(std::string_view path) const {
  if (path.empty()) path = "/";
  const auto noted = noted_.find(path);
  if (noted != noted_.end()) return noted->second.back().outlook;
  NodeOutlook outlook;
  const auto* node = tree_.find(path);
  if (node == nullptr) return outlook;
  outlook.exists = true;
  outlook.version = node->version;
  outlook.aversion = node->aversion;
  outlook.children_created = node->children_created;
  outlook.num_children = static_cast<std::int32_t>(node->children.size());
  outlook.owner = node->owner;
  outlook.ttl = node->ttl;
  outlook.acl = node->acl;
  return outlook;
}

std::set<std::string> PendingChanges::ephemerals_of(SessionId session) const {
  auto paths = tree_.ephemerals_of(session);
  for (const auto& [path, history] : noted_) {
    const auto& latest = history.back().outlook;
    if (latest.exists && latest.owner == session) {
      paths.insert(path);
    } else {
      paths.erase(path);
    }
  }
  return paths;
}

void PendingChanges::note(const std::string& path, Zxid zxid, NodeOutlook outlook) {
  noted_[path.empty() ? "/" : path].push_back({zxid, std::move(outlook)});
}

void PendingChanges::roll_back(Zxid zxid) {
  for (auto at = noted_.begin(); at != noted_.end();) {
    auto& history = at->second;
    while (!history.empty() && history.back().zxid == zxid) history.pop_back();
    at = history.empty() ? noted_.erase(at) : std::next(at);
  }
}

void PendingChanges::applied(Zxid zxid) {
  for (auto at = noted_.begin(); at != noted_.end();) {
    auto& history = at->second;
    while (!history.empty() && history.front().zxid <= zxid) history.pop_front();
    at = history.empty() ? noted_.erase(at) : std::next(at);
  }
}

}  // namespace logquake::zookeeper
