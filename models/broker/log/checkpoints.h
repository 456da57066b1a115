// The small text files beside the logs. Source: K-REC-2, K-LOG-60.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "models/protocol/ids.h"
#include "sim/base/result.h"
#include "sim/disk/disk.h"
#include "sim/schedule/sync.h"

namespace logquake::kafka {

inline constexpr std::string_view recovery_point_file = "recovery-point-offset-checkpoint";
inline constexpr std::string_view high_watermark_file = "replication-offset-checkpoint";
inline constexpr std::string_view log_start_file = "log-start-offset-checkpoint";
inline constexpr std::string_view leader_epoch_file = "leader-epoch-checkpoint";
inline constexpr std::string_view clean_shutdown_file = ".kafka_cleanshutdown";

/// One offset a partition.
using Offsets = std::map<TopicPartition, Offset>;

/// Version 0, the count, then lines of "topic partition offset".
std::string offsets_text(const Offsets& offsets);
/// Errors: corrupt, naming the line.
Result<Offsets> parse_offsets(std::string_view text);

/// Replaces the file's content so that a power loss leaves the old or the new one: a temporary file
/// is written, synced and renamed, and the renaming is synced too. Blocks.
/// Errors: those of the disk. Source: K-LOG-64.
Status write_atomically(sim::Node& node, const std::string& path, std::string_view text);
/// The file's text; empty where there is no such file.
Result<std::string> read_text(sim::Node& node, const std::string& path);

/// A file of offsets that one task at a time writes.
class OffsetCheckpoint {
 public:
  OffsetCheckpoint(sim::Node& node, std::string path)
      : node_(node), path_(std::move(path)), writing_(node) {}
  /// Blocks.
  Status write(const Offsets& offsets);
  /// No file is no offsets. Errors: corrupt, io_error.
  Result<Offsets> read() const;

 private:
  sim::Node& node_;
  std::string path_;
  sim::Mutex writing_;
};

}  // namespace logquake::kafka
