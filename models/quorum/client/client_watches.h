// What a client remembers of its watches, to register them again after a reconnect. Pure.
// Source: Z-WT-12, Z-WT-13.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "models/quorum/wire/messages.h"

namespace logquake::zookeeper {

class ClientWatches {
 public:
  /// A read was answered; if it asked for a watch, this is the time from which there is one
  /// (Z-ER-6). Likewise where it set a lasting watch or removed some. Of a lasting watch the server
  /// can drop one half; the client keeps the whole until both are removed, as the Java client does.
  void answered(const Operation& operation, ErrorCode error);
  /// An event arrived: its one-shot watches are used up.
  void fired(const WatchEvent& event);
  /// Everything held, in frames of bounded size.
  std::vector<WatchList> lists(Zxid relative_zxid) const;

 private:
  void removed(const std::string& path, WatcherType type);

  std::set<std::string> data_;
  std::set<std::string> exist_;
  std::set<std::string> child_;
  std::set<std::string> persistent_;
  std::set<std::string> recursive_;
};

}  // namespace logquake::zookeeper
