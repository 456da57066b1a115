// Every state that every znode was ever in, by zxid, as the servers' facts tell; and where nobody
// told, the doubt.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/zookeeper/checkers/first_told.h"

namespace logquake::scenario {

/// A znode from one transaction on.
struct ZnodeRevision {
  zookeeper::Zxid zxid;
  bool is_certain = true;  // false: it may have changed here, and nobody can say
  bool exists = false;
  std::int32_t version = 0;
  std::string data;  // its first 200 bytes
  zookeeper::Zxid czxid;
  zookeeper::Zxid mzxid;
  zookeeper::SessionId owner;
  sim::EventId fact;
};

/// Names of children at one zxid; nothing where they are in doubt.
using ChildNames = std::optional<std::set<std::string>>;

class ZnodeHistory {
 public:
  /// Whether the fact told of a change that was news.
  bool on_fact(const sim::TraceEvent& event);
  /// Whether the last fact opened a gap: what is open then must be put in doubt.
  bool has_gap() const { return has_gap_; }

  /// The path may have been written at the frontier, and if `is_prefix`, any child whose name
  /// begins like it.
  void doubt(const std::string& path, bool is_prefix);
  /// Any session may have ended.
  void doubt_ephemerals();
  /// A read has shown the state that was in doubt.
  void settle(const std::string& path, const ZnodeRevision& seen);

  ZnodeRevision at(const std::string& path, zookeeper::Zxid zxid) const;
  ChildNames children(const std::string& path, zookeeper::Zxid zxid) const;
  /// The zxids in (after, to] at which the node, or its list of children, changed or may have.
  std::vector<zookeeper::Zxid> changes(const std::string& path, zookeeper::Zxid after,
                                       zookeeper::Zxid to) const;
  std::vector<zookeeper::Zxid> child_changes(const std::string& path, zookeeper::Zxid after,
                                             zookeeper::Zxid to) const;
  zookeeper::Zxid frontier() const { return told_.frontier(); }

 private:
  struct ChildChange {
    zookeeper::Zxid zxid;
    std::string name;  // empty: a doubt
    bool is_added = false;
  };
  struct Children {
    std::set<std::string> now;
    std::vector<ChildChange> changes;  // ascending
    std::set<std::string> doubtful;
    bool is_wild = false;  // there may be some whose names nobody knows
  };

  void create(const zookeeper::ZnodeCreated& created, sim::EventId fact);
  void change(const zookeeper::ZnodeChanged& changed, sim::EventId fact);
  void remove(const zookeeper::ZnodeDeleted& deleted, sim::EventId fact);
  void forget_after(zookeeper::Zxid zxid);
  Children& siblings(const std::string& path);

  FirstTold told_;
  bool has_gap_ = false;
  std::map<std::string, std::vector<ZnodeRevision>, std::less<>> nodes_;
  std::map<std::string, Children, std::less<>> children_;  // by parent
  std::set<std::string> ephemerals_;                       // that exist
};

}  // namespace logquake::scenario
