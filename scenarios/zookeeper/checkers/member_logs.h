// What each member of an ensemble has in its log and on its platters, as its facts tell. Checkers
// compare it with what must be there.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/quorum/wire/ids.h"
#include "sim/trace/fact.h"

namespace logquake::scenario {

/// "History of b" of section 8: a snapshot and the log records above it.
class MemberLog {
 public:
  bool contains(zookeeper::Zxid zxid) const;
  /// Whether a power loss now would leave it there.
  bool holds_durably(zookeeper::Zxid zxid) const;
  zookeeper::Zxid last() const { return entries_.empty() ? base_ : entries_.back(); }
  zookeeper::Zxid base() const { return base_; }      // everything up to here is in the snapshot
  zookeeper::Zxid synced() const { return synced_; }  // log records up to here are durable
  const std::vector<zookeeper::Zxid>& entries() const { return entries_; }
  /// The state taken over from a leader, while it is only in memory.
  std::optional<zookeeper::Zxid> replacing() const { return replacing_; }

 private:
  friend class MemberLogs;
  void cut_to(zookeeper::Zxid zxid);

  zookeeper::Zxid base_;
  std::vector<zookeeper::Zxid> entries_;  // above base_, ascending
  zookeeper::Zxid synced_;
  std::optional<zookeeper::Zxid> replacing_;
  bool tells_appends_ = false;  // a standalone server does not: its syncs must do
};

class MemberLogs {
 public:
  void on_fact(const sim::TraceEvent& event);
  /// Empty for a node that has told nothing.
  const MemberLog& of(std::string_view node) const;
  const std::map<std::string, MemberLog, std::less<>>& all() const { return logs_; }

 private:
  MemberLog& log(std::string_view node);
  std::map<std::string, MemberLog, std::less<>> logs_;
};

}  // namespace logquake::scenario
