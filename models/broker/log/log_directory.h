// What the logs of one directory share: the disk, its health, and the files that wait for deletion.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "models/protocol/ids.h"
#include "sim/base/result.h"
#include "sim/base/time.h"
#include "sim/node.h"
#include "sim/schedule/sync.h"

namespace logquake::kafka {

/// Which of the log layer's defects are switched on.
struct LogDefects {
  bool retention_ignores_high_watermark = false;
  bool recovery_skips_crc = false;
  bool sequences_unchecked = false;
};

/// One directory of log.dirs. Lives as long as the broker's process.
class LogDirectory {
 public:
  LogDirectory(sim::Node& node, BrokerId broker, std::string path);
  LogDirectory(const LogDirectory&) = delete;
  LogDirectory& operator=(const LogDirectory&) = delete;

  sim::Node& node() const { return node_; }
  BrokerId broker() const { return broker_; }
  const std::string& path() const { return path_; }
  const LogDefects& defects() const { return defects_; }
  /// "<path>/<topic>-<partition>".
  std::string folder_of(const TopicPartition& partition) const;

  /// An I/O error takes the directory offline for good: nothing is appended to it any more
  /// (K-LOG-17).
  bool is_offline() const { return offline_; }
  /// States broker.log-directory-failed and wakes those who wait, the first time.
  void fail(std::string_view deed, const logquake::Error& error);

  /// Blocks until it is offline.
  void wait_until_offline() {
    went_offline_.wait_until([this] { return offline_; });
  }

  // ---- work that logs leave to the manager's tasks ----

  /// A log has rolled: its older segments want to be flushed (K-LOG-24).
  void ask_for_flush(const TopicPartition& partition);
  /// Blocks for the next such log.
  TopicPartition next_to_flush();

  /// Renames a file to `doomed`, to vanish after `delay` (K-LOG-20).
  Status discard(const std::string& path, std::string doomed, Duration delay);
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
  LogDefects defects_;
  bool offline_ = false;
  sim::Signal went_offline_;
  std::deque<Discarded> trash_;
  std::deque<TopicPartition> rolled_;  // each log at most once
  sim::Signal has_rolled_;
};

}  // namespace logquake::kafka
