#include "scenarios/zookeeper/checkers/znode_history.h"

#include <algorithm>

#include "models/quorum/wire/path.h"

namespace logquake::scenario {
namespace {

using zookeeper::SessionId;
using zookeeper::Zxid;

std::string parent_path(const std::string& path) {
  const auto parent = zookeeper::parent_of(path);
  return parent.empty() ? "/" : std::string(parent);
}

}  // namespace

bool ZnodeHistory::on_fact(const sim::TraceEvent& event) {
  const auto before = told_.frontier();
  has_gap_ = told_.is_gap(event);
  if (told_.frontier() < before) forget_after(told_.frontier());
  if (const auto* created = event.as<zookeeper::ZnodeCreated>()) {
    if (!told_.is_news(event.node_name, created->zxid)) return false;
    create(*created, event.id);
  } else if (const auto* changed = event.as<zookeeper::ZnodeChanged>()) {
    if (!told_.is_news(event.node_name, changed->zxid)) return false;
    change(*changed, event.id);
  } else if (const auto* deleted = event.as<zookeeper::ZnodeDeleted>()) {
    if (!told_.is_news(event.node_name, deleted->zxid)) return false;
    remove(*deleted, event.id);
  } else {
    return false;
  }
  return true;
}

ZnodeHistory::Children& ZnodeHistory::siblings(const std::string& path) {
  return children_[parent_path(path)];
}

void ZnodeHistory::create(const zookeeper::ZnodeCreated& created, sim::EventId fact) {
  ZnodeRevision revision;
  revision.zxid = revision.czxid = revision.mzxid = created.zxid;
  revision.exists = true;
  revision.data = created.data;
  revision.owner = created.ephemeral_owner;
  revision.fact = fact;
  nodes_[created.path].push_back(std::move(revision));
  auto& list = siblings(created.path);
  const std::string name(zookeeper::last_name_of(created.path));
  list.now.insert(name);
  list.doubtful.erase(name);
  list.changes.push_back({created.zxid, name, true});
  if (created.ephemeral_owner != SessionId()) ephemerals_.insert(created.path);
}

void ZnodeHistory::change(const zookeeper::ZnodeChanged& changed, sim::EventId fact) {
  auto& revisions = nodes_[changed.path];
  ZnodeRevision revision = revisions.empty() ? ZnodeRevision() : revisions.back();
  // Of a node that was in doubt we learn that it is there, and not since when.
  revision.is_certain = revision.is_certain && revision.exists;
  revision.zxid = revision.mzxid = changed.zxid;
  revision.exists = true;
  revision.version = changed.version;
  revision.data = changed.data;
  revision.fact = fact;
  revisions.push_back(std::move(revision));
}

void ZnodeHistory::remove(const zookeeper::ZnodeDeleted& deleted, sim::EventId fact) {
  ZnodeRevision revision;
  revision.zxid = deleted.zxid;
  revision.fact = fact;
  nodes_[deleted.path].push_back(std::move(revision));
  auto& list = siblings(deleted.path);
  const std::string name(zookeeper::last_name_of(deleted.path));
  list.now.erase(name);
  list.doubtful.erase(name);
  list.changes.push_back({deleted.zxid, name, false});
  ephemerals_.erase(deleted.path);
  const auto below = children_.find(deleted.path);  // none are left
  if (below == children_.end()) return;
  below->second.now.clear();
  below->second.doubtful.clear();
  below->second.is_wild = false;
}

void ZnodeHistory::doubt(const std::string& path, bool is_prefix) {
  auto& list = siblings(path);
  const auto zxid = told_.frontier();
  list.changes.push_back({zxid, {}, false});
  if (is_prefix) {
    list.is_wild = true;
    return;
  }
  ZnodeRevision revision;
  revision.zxid = zxid;
  revision.is_certain = false;
  nodes_[path].push_back(std::move(revision));
  list.doubtful.insert(std::string(zookeeper::last_name_of(path)));
}

void ZnodeHistory::doubt_ephemerals() {
  const auto ephemerals = ephemerals_;
  for (const auto& path : ephemerals) doubt(path, false);
}

void ZnodeHistory::settle(const std::string& path, const ZnodeRevision& seen) {
  const auto found = nodes_.find(path);
  if (found == nodes_.end() || found->second.empty() || found->second.back().is_certain) return;
  auto& last = found->second.back();
  const auto since = last.zxid;
  last = seen;
  last.zxid = since;
  auto& list = siblings(path);
  const std::string name(zookeeper::last_name_of(path));
  list.doubtful.erase(name);
  if (seen.exists) {
    list.now.insert(name);
  } else {
    list.now.erase(name);
    ephemerals_.erase(path);
  }
}

// A standalone server gives the numbers again that a crash took from it.
void ZnodeHistory::forget_after(Zxid zxid) {
  for (auto& [path, revisions] : nodes_) {
    while (!revisions.empty() && revisions.back().zxid > zxid) revisions.pop_back();
  }
  for (auto& [path, list] : children_) {
    while (!list.changes.empty() && list.changes.back().zxid > zxid) {
      const auto& undone = list.changes.back();
      if (undone.is_added) list.now.erase(undone.name);
      if (!undone.is_added && !undone.name.empty()) list.now.insert(undone.name);
      list.changes.pop_back();
    }
  }
}

ZnodeRevision ZnodeHistory::at(const std::string& path, Zxid zxid) const {
  ZnodeRevision absent;
  if (path == "/" || zookeeper::is_built_in(path)) {
    absent.exists = true;
    return absent;
  }
  const auto found = nodes_.find(path);
  if (found != nodes_.end()) {
    const auto& revisions = found->second;
    const auto after = std::upper_bound(
        revisions.begin(), revisions.end(), zxid,
        [](Zxid value, const ZnodeRevision& revision) { return value < revision.zxid; });
    if (after != revisions.begin() && (*std::prev(after)).exists) return *std::prev(after);
    if (after != revisions.begin()) absent = *std::prev(after);
  }
  const auto list = children_.find(parent_path(path));
  if (list != children_.end() && list->second.is_wild) absent.is_certain = false;
  return absent;
}

ChildNames ZnodeHistory::children(const std::string& path, Zxid zxid) const {
  std::set<std::string> names;
  if (path == "/") names.insert("zookeeper");
  const auto found = children_.find(path);
  if (found == children_.end()) return names;
  const auto& list = found->second;
  if (list.is_wild || !list.doubtful.empty()) return std::nullopt;
  names.insert(list.now.begin(), list.now.end());
  for (auto at = list.changes.rbegin(); at != list.changes.rend() && at->zxid > zxid; ++at) {
    if (at->is_added) names.erase(at->name);
    if (!at->is_added && at->name.empty()) return std::nullopt;
    if (!at->is_added) names.insert(at->name);
  }
  return names;
}

std::vector<Zxid> ZnodeHistory::changes(const std::string& path, Zxid after, Zxid to) const {
  std::vector<Zxid> zxids;
  const auto found = nodes_.find(path);
  if (found == nodes_.end()) return zxids;
  const auto& revisions = found->second;
  auto at = std::upper_bound(
      revisions.begin(), revisions.end(), after,
      [](Zxid value, const ZnodeRevision& revision) { return value < revision.zxid; });
  for (; at != revisions.end() && at->zxid <= to; ++at) zxids.push_back(at->zxid);
  return zxids;
}

std::vector<Zxid> ZnodeHistory::child_changes(const std::string& path, Zxid after, Zxid to) const {
  std::vector<Zxid> zxids;
  const auto found = children_.find(path);
  if (found == children_.end()) return zxids;
  const auto& list = found->second.changes;
  auto at = std::upper_bound(list.begin(), list.end(), after,
                             [](Zxid value, const ChildChange& one) { return value < one.zxid; });
  for (; at != list.end() && at->zxid <= to; ++at) zxids.push_back(at->zxid);
  return zxids;
}

}  // namespace logquake::scenario
