// The tree as it will be once everything proposed so far has been applied. Source: Z-DM-21.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "models/quorum/tree/znode_tree.h"

namespace logquake::zookeeper {

/// What validation needs to know of one node.
struct NodeOutlook {
  bool exists = false;
  std::int32_t version = 0;
  std::int32_t aversion = 0;
  std::int32_t children_created = 0;
  std::int32_t num_children = 0;
  SessionId owner;
  std::int64_t ttl = 0;
  Acl acl;
  bool is_ephemeral() const { return owner != SessionId() && owner != container_owner; }
};

/// Outstanding changes on top of the applied tree. `tree` must outlive it.
class PendingChanges {
 public:
  explicit PendingChanges(const ZnodeTree& tree) : tree_(tree) {}

  /// The node as all earlier proposals leave it.
  NodeOutlook outlook(std::string_view path) const;
  /// The session's ephemerals as all earlier proposals leave them. Source: Z-SE-9.
  std::set<std::string> ephemerals_of(SessionId session) const;

  /// The proposal `zxid` leaves the node like this.
  void note(const std::string& path, Zxid zxid, NodeOutlook outlook);
  /// Forgets what the proposal `zxid`, the latest, has noted: a multi that failed.
  void roll_back(Zxid zxid);
  /// Everything up to `zxid` is in the tree now.
  void applied(Zxid zxid);

 private:
  struct Noted {
    Zxid zxid;
    NodeOutlook outlook;
  };
  const ZnodeTree& tree_;
  std::map<std::string, std::deque<Noted>, std::less<>> noted_;  // oldest first
};

}  // namespace logquake::zookeeper
