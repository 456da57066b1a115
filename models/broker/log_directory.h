// What the logs of one directory share: the disk, its health, and the files that wait for deletion.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "models/protocol/ids.h"
#include "sim/base/result.h"
#include "sim/base/time.h"
#include "sim/node.h"

namespace logquake::kafka {

/// One directory of log.dirs. Lives as long as the broker's process.
class LogDirectory {
 public:
  LogDirectory(sim::Node& node, BrokerId broker, std::string path);
  LogDirectory(const LogDirectory&) = delete;
  LogDirectory& operator=(const LogDirectory&) = delete;

  sim::Node& node() const { return node_; }
  BrokerId broker() const { return broker_; }
  const std::string& path() const { return path_; }
  /// "<path>/<topic>-<partition>".
  std::string folder_of(const TopicPartition& partition) const;

  /// An I/O error takes the directory offline for good: nothing is appended to it any more
  /// (K-LOG-17).
  bool is_offline() const { return offline_; }
  /// States broker.log-directory-failed the first time.
  void fail(std::string_view deed, const logquake::Error& error);

  /// Renames a file to "<path>.deleted"; it vanishes after `delay` (K-LOG-20).
  Status discard(const std::string& path, Duration delay);
  /// Removes what has waited long enough.
  Status empty_trash();

 private:
  struct Discarded {
    Instant due;
    std::string path;
  };
  sim::Node& node_;
  BrokerId broker_;
  std::string path_;
  bool offline_ = false;
  std::deque<Discarded> trash_;
};

}  // namespace logquake::kafka
