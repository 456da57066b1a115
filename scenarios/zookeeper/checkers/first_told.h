// Every member that serves tells what it applies: of one transaction only the first account counts.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "models/quorum/ensemble_facts.h"
#include "models/quorum/facts.h"

namespace logquake::scenario {

class FirstTold {
 public:
  /// Whether this is news: of a transaction that nobody has told of, or more of one whose account
  /// this node began. A member tells of one transaction without a pause.
  bool is_news(std::string_view node, zookeeper::Zxid zxid) {
    if (zxid > frontier_) {
      frontier_ = zxid;
      teller_ = node;
      return true;
    }
    return zxid == frontier_ && node == teller_;
  }
  /// Whether the fact says that some transactions took effect of which nobody told: those in the
  /// history of a new leader, or in the log of a standalone server that crashed (Z-SY-9).
  bool is_gap(const sim::TraceEvent& event) {
    zookeeper::Zxid zxid;
    if (const auto* serving = event.as<zookeeper::ServingStarted>()) {
      if (serving->mode != "read-only") zxid = serving->zxid;
    } else if (const auto* started = event.as<zookeeper::ServerStarted>()) {
      zxid = started->zxid;
      if (started->mode == "standalone" && zxid < frontier_) {  // what was lost is given again
        frontier_ = delivered_ = zxid;
        return true;
      }
    } else if (const auto* delivered = event.as<zookeeper::TransactionDelivered>()) {
      delivered_ = std::max(delivered_, delivered->zxid);
      return false;
    }
    if (zxid <= frontier_ || zxid <= delivered_ || counter_of(zxid) == 0) return false;
    frontier_ = zxid;
    teller_.clear();
    return true;
  }
  zookeeper::Zxid frontier() const { return frontier_; }

 private:
  zookeeper::Zxid frontier_;
  zookeeper::Zxid delivered_;  // by anybody, even where there was nothing to tell
  std::string teller_;
};

}  // namespace logquake::scenario
