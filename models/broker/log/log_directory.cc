#include "models/broker/log/log_directory.h"

#include <algorithm>

#include "models/broker/defects.h"
#include "models/broker/probes.h"
#include "models/broker/storage_facts.h"
#include "sim/base/format.h"
#include "sim/disk/disk.h"

namespace logquake::kafka {

LogDirectory::LogDirectory(sim::Node& node, BrokerId broker, std::string path)
    : node_(node),
      broker_(broker),
      path_(std::move(path)),
      defects_{.retention_ignores_high_watermark = node.has(retention_ignores_high_watermark),
               .recovery_skips_crc = node.has(recovery_skips_crc),
               .sequences_unchecked = node.has(sequences_unchecked)},
      went_offline_(node, "the log directory to fail"),
      has_rolled_(node, "a segment to be rolled") {}

std::string LogDirectory::folder_of(const TopicPartition& partition) const {
  return logquake::format("{}/{}", path_, partition);
}

void LogDirectory::fail(std::string_view deed, const logquake::Error& error) {
  if (offline_ || error.code == logquake::ErrorCode::killed) return;
  offline_ = true;
  node_.probe(directory_offline);
  node_.record(LogDirectoryFailed{
      .broker = broker_, .directory = path_, .deed = std::string(deed), .error = to_string(error)});
  went_offline_.notify_all();
}

void LogDirectory::ask_for_flush(const TopicPartition& partition) {
  if (std::find(rolled_.begin(), rolled_.end(), partition) != rolled_.end()) return;
  rolled_.push_back(partition);
  has_rolled_.notify_one();
}

TopicPartition LogDirectory::next_to_flush() {
  has_rolled_.wait_until([this] { return !rolled_.empty(); });
  TopicPartition partition = std::move(rolled_.front());
  rolled_.pop_front();
  return partition;
}

Status LogDirectory::discard(const std::string& path, std::string doomed, Duration delay) {
  if (auto status = node_.disk().rename(path, doomed); !status) return status;
  trash_.push_back({node_.now() + delay, std::move(doomed)});
  return {};
}

Status LogDirectory::empty_trash() {
  for (auto left = trash_.size(); left > 0; --left) {
    Discarded next = std::move(trash_.front());
    trash_.pop_front();
    if (next.due > node_.now()) {
      trash_.push_back(std::move(next));
    } else if (auto status = node_.disk().remove(next.path);
               !status && !status.is(logquake::ErrorCode::not_found)) {
      return status;
    }
  }
  return {};
}

}  // namespace logquake::kafka
