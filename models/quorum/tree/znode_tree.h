// The tree of znodes and the table of sessions: the replicated state, changed by transactions only.
// Source: Z-DM-1 to Z-DM-16, Z-ST-3, Z-INV-9, Z-INV-14.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "models/quorum/tree/transaction.h"
#include "models/quorum/wire/watch_event.h"

namespace logquake::zookeeper {

/// Marks a container where ephemerals have their owner; clients see zero. Source: Z-DM-15.
inline constexpr SessionId container_owner{INT64_MIN};

struct Znode {
  Data data;
  Acl acl;
  Zxid czxid, mzxid, pzxid;
  std::int64_t ctime = 0;
  std::int64_t mtime = 0;
  std::int32_t version = 0;
  std::int32_t aversion = 0;
  std::int32_t children_created = 0;  // ever; names the next sequential child (Z-DM-8, Z-DM-9)
  SessionId owner;
  std::int64_t ttl = 0;  // milliseconds without change and children; zero: not limited (Z-DM-16)
  std::set<std::string, std::less<>> children;  // names; follow from the other nodes' paths
  std::uint64_t digest = 0;                     // its share of the tree's digest; follows too

  bool is_ephemeral() const { return owner != SessionId() && owner != container_owner; }
  bool is_container() const { return owner == container_owner; }
  Stat stat() const;
  template <class Io>
  void io(Io& io) {
    io("data", data);
    io("acl", acl);
    io("czxid", czxid);
    io("mzxid", mzxid);
    io("pzxid", pzxid);
    io("ctime", ctime);
    io("mtime", mtime);
    io("version", version);
    io("aversion", aversion);
    io("childrenCreated", children_created);
    io("owner", owner);
    io("ttl", ttl);
  }
};

/// What happened to one node, in the order in which watches fire (Z-MU-7).
struct TreeEvent {
  EventType type{};  // created, deleted or data changed
  std::string path;
  // Who may hear of it, and of the change among the parent's children; empty: everybody.
  Acl readers;
  Acl parent_readers;
  bool operator==(const TreeEvent&) const = default;
};

/// What came of a transaction: one result for each change, and what watches must hear.
struct Applied {
  std::vector<OperationResult> results;
  std::vector<TreeEvent> events;
};

class ZnodeTree {
 public:
  /// A fresh server's tree: the root and what is below /zookeeper (Z-DM-1, Z-DM-22).
  ZnodeTree();

  /// The node, or null. The empty path is the root.
  const Znode* find(std::string_view path) const;
  const std::map<std::string, Znode>& nodes() const { return nodes_; }
  /// Paths of the session's ephemerals, in byte order; empty for an unknown session.
  const std::set<std::string>& ephemerals_of(SessionId session) const;
  /// Session -> timeout in milliseconds, as created (Z-SE-11).
  const std::map<SessionId, std::int64_t>& sessions() const { return sessions_; }
  Zxid last_zxid() const { return last_zxid_; }
  /// The highest session id that the server ever created, so that ids are never given out twice
  /// (Z-SE-1); zero for none.
  SessionId highest_session(ServerId server) const;

  /// Applies the next transaction.
  Applied apply(const Transaction& transaction);
  /// Applies a transaction over state that may hold it already, or what came after it: creations of
  /// existing nodes and changes of missing ones are tolerated, and the parents' counters and pzxids
  /// only grow. After the last one the state is that of applying them in their time. Source:
  /// Z-ST-3.
  void replay(const Transaction& transaction);

  /// The sessions and the zxid of `tree`, and no node at all: the beginning of a copy.
  static ZnodeTree without_nodes(const ZnodeTree& tree);
  /// Takes a node over as it is. index() follows when all are there.
  void take(const std::string& path, const Znode& node) { nodes_[path] = node; }

  /// It stands for everything up to `zxid`, which is not below its last one: an epoch's marker.
  void stand_at(Zxid zxid) { last_zxid_ = zxid; }

  /// One number for the nodes with their whole Stat and for the session table; equal zxids must
  /// mean equal digests. Kept up to date by every change, so that it can be read after each one.
  /// /zookeeper/config is left out: every server writes its own. Source: Z-INV-9, Z-DM-22.
  std::uint64_t digest() const { return digest_; }

  /// Reads or writes the whole state, as snapshots keep it.
  template <class Io>
  void io(Io& io) {
    io("lastZxid", last_zxid_);
    io("highestSessions", highest_sessions_);
    io("sessions", sessions_);
    io("nodes", nodes_);
  }
  /// After reading: makes what follows from the paths, and the digest. Whether every node but the
  /// root has its parent.
  bool index();

 private:
  Znode* find(std::string_view path);
  OperationResult apply_change(const Transaction& transaction, const Change& change,
                               Applied& applied);
  void create(const Transaction& transaction, const Change& change, Applied& applied);
  void remove(const std::string& path, Zxid zxid, Applied& applied);
  void note_session(SessionId session);
  void set_session(SessionId session, std::int64_t timeout);
  void erase_session(SessionId session);
  void renew_digest(std::string_view path, Znode& node);

  bool is_replaying_ = false;
  std::map<std::string, Znode> nodes_;
  std::map<SessionId, std::set<std::string>> ephemerals_;  // follows from nodes_
  std::map<SessionId, std::int64_t> sessions_;
  std::map<ServerId, SessionId> highest_sessions_;
  Zxid last_zxid_;
  // Invariant: the sum of every node's `digest` and of every session's share. A sum does not depend
  // on the order of the changes, and a part of it can be taken out again.
  std::uint64_t digest_ = 0;
};

}  // namespace logquake::zookeeper
