// What a client remembers of its one-shot watches, to register them again after a reconnect. Pure.
// Source: Z-WT-12, Z-WT-13.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "models/quorum/messages.h"

namespace logquake::zookeeper {

class ClientWatches {
 public:
  /// A read was answered; if it asked for a watch, this is the time from which there is one
  /// (Z-ER-6).
  void answered(const Operation& operation, ErrorCode error);
  /// An event arrived: its watches are used up.
  void fired(const WatchEvent& event);
  /// Everything held, in frames of bounded size.
  std::vector<WatchList> lists(Zxid relative_zxid) const;

 private:
  std::set<std::string> data_;
  std::set<std::string> exist_;
  std::set<std::string> child_;
};

}  // namespace logquake::zookeeper
