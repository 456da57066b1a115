#include "models/quorum/tree/znode_tree.h"

#include <algorithm>
#include <utility>

#include "models/quorum/wire/path.h"
#include "sim/base/check.h"
#include "sim/base/describe.h"
#include "sim/base/format.h"
#include "sim/base/hash.h"

namespace logquake::zookeeper {
namespace {

const std::set<std::string> no_paths;

// Nobody in particular where everybody may read.
Acl readers_of(const Znode& node) {
  return allows(node.acl, permission::read, {}) ? Acl() : node.acl;
}

bool has_stat(OpCode asked) {
  return asked == OpCode::create2 || asked == OpCode::create_container ||
         asked == OpCode::create_ttl;
}

std::uint64_t share_of(std::string_view path, const Znode& node) {
  if (path == "/zookeeper/config") return 0;
  Fingerprint share;
  share.fold(path);
  fold_fields(node, share);
  share.fold(node.children.size());  // the rest of the Stat follows from the fields
  return share.value();
}

std::uint64_t share_of(SessionId session, std::int64_t timeout) {
  Fingerprint share;
  share.fold(static_cast<std::uint64_t>(session.value()));
  share.fold(static_cast<std::uint64_t>(timeout));
  return share.value();
}

}  // namespace

Stat Znode::stat() const {
  Stat stat;
  stat.czxid = czxid;
  stat.mzxid = mzxid;
  stat.ctime = ctime;
  stat.mtime = mtime;
  stat.version = version;
  stat.num_children = static_cast<std::int32_t>(children.size());
  stat.cversion = 2 * children_created - stat.num_children;  // Z-DM-8
  stat.aversion = aversion;
  if (is_ephemeral()) stat.ephemeral_owner = owner;
  stat.data_length = data ? static_cast<std::int32_t>(data->size()) : 0;
  stat.pzxid = pzxid;
  return stat;
}

ZnodeTree::ZnodeTree() {
  for (const auto* path : {"/", "/zookeeper", "/zookeeper/quota", "/zookeeper/config"}) {
    auto& node = nodes_[path];
    node.data = std::string();
    node.acl = open_acl();
  }
  auto& config = nodes_["/zookeeper/config"];
  config.version = -1;
  config.aversion = -1;
  config.data = "version=0";
  config.acl.front().permissions = permission::read;
  index();
}

const Znode* ZnodeTree::find(std::string_view path) const {
  const auto found = nodes_.find(path.empty() ? std::string("/") : std::string(path));
  return found == nodes_.end() ? nullptr : &found->second;
}

Znode* ZnodeTree::find(std::string_view path) {
  return const_cast<Znode*>(std::as_const(*this).find(path));
}

const std::set<std::string>& ZnodeTree::ephemerals_of(SessionId session) const {
  const auto found = ephemerals_.find(session);
  return found == ephemerals_.end() ? no_paths : found->second;
}

SessionId ZnodeTree::highest_session(ServerId server) const {
  const auto found = highest_sessions_.find(server);
  return found == highest_sessions_.end() ? SessionId() : found->second;
}

void ZnodeTree::note_session(SessionId session) {
  const auto creator = static_cast<std::uint64_t>(session.value()) >> 56;  // Z-SE-1
  auto& highest =
      highest_sessions_.try_emplace(ServerId(static_cast<std::int32_t>(creator)), session)
          .first->second;
  highest = std::max(highest, session);
}

Applied ZnodeTree::apply(const Transaction& transaction) {
  Applied applied;
  for (const auto& change : transaction.changes) {
    auto result = apply_change(transaction, change, applied);
    if (transaction.op == OpCode::multi) result.op = member_type(result);
    applied.results.push_back(std::move(result));
  }
  last_zxid_ = std::max(last_zxid_, transaction.zxid);
  return applied;
}

void ZnodeTree::replay(const Transaction& transaction) {
  is_replaying_ = true;
  (void)apply(transaction);
  is_replaying_ = false;
}

ZnodeTree ZnodeTree::without_nodes(const ZnodeTree& tree) {
  ZnodeTree copy;
  copy.nodes_.clear();
  copy.sessions_ = tree.sessions_;
  copy.highest_sessions_ = tree.highest_sessions_;
  copy.last_zxid_ = tree.last_zxid_;
  return copy;
}

OperationResult ZnodeTree::apply_change(const Transaction& transaction, const Change& change,
                                        Applied& applied) {
  OperationResult result;
  result.op = change.asked;
  auto* node = find(change.path);
  switch (change.op) {
    case OpCode::create:
      create(transaction, change, applied);
      result.path = change.path;
      if (has_stat(change.asked)) result.stat = find(change.path)->stat();
      break;
    case OpCode::remove:
      remove(change.path, transaction.zxid, applied);
      break;
    case OpCode::set_data:
      if (node == nullptr) break;  // only at a replay
      node->data = change.data;
      node->version = change.version;
      node->mzxid = transaction.zxid;
      node->mtime = transaction.time;
      renew_digest(change.path, *node);
      applied.events.push_back({EventType::node_data_changed, change.path, readers_of(*node), {}});
      result.stat = node->stat();
      break;
    case OpCode::set_acl:
      if (node == nullptr) break;  // only at a replay
      node->acl = change.acl;
      node->aversion = change.version;
      renew_digest(change.path, *node);
      result.stat = node->stat();
      break;
    case OpCode::create_session:
      set_session(transaction.session, change.timeout);
      note_session(transaction.session);
      break;
    case OpCode::close_session:
      for (const auto& path : change.paths) remove(path, transaction.zxid, applied);
      erase_session(transaction.session);
      break;
    case OpCode::error:
      result.error = change.error;
      break;
    default:
      break;  // check: its condition was judged before
  }
  return result;
}

void ZnodeTree::create(const Transaction& transaction, const Change& change, Applied& applied) {
  const auto parent_path = parent_of(change.path);
  auto* parent = find(parent_path);
  if (parent == nullptr && is_replaying_) return;  // deleted again before it was copied
  LOGQUAKE_CHECK(parent != nullptr, format("create {}: its parent is missing", change.path));
  parent->children_created = std::max(parent->children_created, change.counter);
  parent->pzxid = std::max(parent->pzxid, transaction.zxid);
  const auto [at, is_new] = nodes_.try_emplace(change.path);
  parent->children.emplace(last_name_of(change.path));
  renew_digest(parent_path, *parent);
  if (!is_new) return;  // only at a replay
  auto& node = at->second;
  node.data = change.data;
  node.acl = change.acl;
  node.czxid = node.mzxid = node.pzxid = transaction.zxid;
  node.ctime = node.mtime = transaction.time;
  node.owner = change.owner;
  node.ttl = change.ttl;
  if (node.is_ephemeral()) ephemerals_[node.owner].insert(change.path);
  renew_digest(change.path, node);
  applied.events.push_back(
      {EventType::node_created, change.path, readers_of(node), readers_of(*parent)});
}

void ZnodeTree::remove(const std::string& path, Zxid zxid, Applied& applied) {
  const auto found = nodes_.find(path);
  if (found == nodes_.end()) {  // only at a replay: the parent may have been copied before
    const auto parent_path = parent_of(path);
    auto* parent = find(parent_path);
    if (parent == nullptr) return;
    parent->pzxid = std::max(parent->pzxid, zxid);
    renew_digest(parent_path, *parent);
    return;
  }
  if (found->second.is_ephemeral()) {
    const auto owned = ephemerals_.find(found->second.owner);
    owned->second.erase(path);
    if (owned->second.empty()) ephemerals_.erase(owned);
  }
  auto readers = readers_of(found->second);
  digest_ -= found->second.digest;
  nodes_.erase(found);
  const auto parent_path = parent_of(path);
  auto* parent = find(parent_path);
  parent->children.erase(std::string(last_name_of(path)));
  parent->pzxid = std::max(parent->pzxid, zxid);
  renew_digest(parent_path, *parent);
  applied.events.push_back(
      {EventType::node_deleted, path, std::move(readers), readers_of(*parent)});
}

bool ZnodeTree::index() {
  ephemerals_.clear();
  for (auto& [path, node] : nodes_) node.children.clear();
  if (nodes_.find("/") == nodes_.end()) return false;
  for (const auto& [path, node] : nodes_) {
    if (node.is_ephemeral()) ephemerals_[node.owner].insert(path);
    if (path == "/") continue;
    auto* parent = find(parent_of(path));
    if (parent == nullptr) return false;
    parent->children.emplace(last_name_of(path));
  }
  digest_ = 0;
  for (auto& [path, node] : nodes_) {
    node.digest = 0;
    renew_digest(path, node);
  }
  for (const auto& [session, timeout] : sessions_) digest_ += share_of(session, timeout);
  return true;
}

void ZnodeTree::set_session(SessionId session, std::int64_t timeout) {
  erase_session(session);  // only at a replay is there one
  sessions_[session] = timeout;
  digest_ += share_of(session, timeout);
}

void ZnodeTree::erase_session(SessionId session) {
  const auto found = sessions_.find(session);
  if (found == sessions_.end()) return;  // a second close (Z-SE-9)
  digest_ -= share_of(session, found->second);
  sessions_.erase(found);
}

void ZnodeTree::renew_digest(std::string_view path, Znode& node) {
  digest_ -= node.digest;
  node.digest = share_of(path.empty() ? "/" : path, node);
  digest_ += node.digest;
}

}  // namespace logquake::zookeeper
