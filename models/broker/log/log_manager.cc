#include "models/broker/log/log_manager.h"

#include <mutex>
#include <set>

#include "models/broker/defects.h"
#include "models/broker/probes.h"
#include "models/broker/storage_facts.h"
#include "sim/base/format.h"

namespace logquake::kafka {
namespace {

std::string path_in(const LogDirectory& directory, std::string_view name) {
  return logquake::format("{}/{}", directory.path(), name);
}

template <class Map, class Key>
auto value_in(const Map& map, const Key& key) -> std::optional<typename Map::mapped_type> {
  const auto found = map.find(key);
  if (found == map.end()) return std::nullopt;
  return found->second;
}

}  // namespace

LogManager::LogManager(sim::Node& node, const BrokerConfig& config, ConfigOf config_of)
    : node_(node),
      config_(config),
      config_of_(std::move(config_of)),
      directory_(node, config.broker_id, config.log_dirs),
      recovery_points_(node, path_in(directory_, recovery_point_file)),
      high_watermarks_(node, path_in(directory_, high_watermark_file)),
      log_starts_(node, path_in(directory_, log_start_file)),
      creating_(node, "the creation of a log"),
      marker_is_late_(node.has(marker_delete_late)) {}

// ---- start and stop ----

Outcome<> LogManager::load() {
  was_clean_ = node_.disk().exists(path_in(directory_, clean_shutdown_file));
  if (!marker_is_late_) {
    if (auto removed = remove_marker(); !removed) return removed;
  }
  if (auto loaded = load_logs(); !loaded) return loaded;
  loaded_ = true;
  return {};
}

Outcome<> LogManager::remove_marker() {
  const std::string marker = path_in(directory_, clean_shutdown_file);
  if (!node_.disk().exists(marker)) return {};
  if (auto removed = node_.disk().remove(marker); !removed)
    return failed("remove the marker", removed.error());
  // Syncing any file makes the removal durable: a power loss before the first checkpoint must not
  // bring the marker back over logs that have grown meanwhile.
  auto file = node_.disk().open(path_in(directory_, recovery_point_file), sim::Open::create);
  if (!file) return failed("remove the marker", file.error());
  if (auto synced = file->sync(); !synced) return failed("remove the marker", synced.error());
  return {};
}

Outcome<> LogManager::load_logs() {
  // A damaged checkpoint of recovery points or log starts only costs time: everything is checked.
  const Offsets none;
  const auto recovery_points = recovery_points_.read();
  const auto log_starts = log_starts_.read();
  const auto high_watermarks = high_watermarks_.read();
  if (!high_watermarks) return failed("read the high watermarks", high_watermarks.error());

  std::set<TopicPartition> found;
  const auto prefix = directory_.path() + "/";
  for (const auto& path : node_.disk().list(directory_.path())) {
    const auto end = path.find('/', prefix.size());
    if (end == std::string::npos) continue;
    const auto name = path.substr(prefix.size(), end - prefix.size());
    if (name.ends_with("-delete")) {
      if (auto removed = node_.disk().remove(path); !removed)
        return failed("clean up", removed.error());
    } else if (auto partition = parse_topic_partition(name)) {
      found.insert(std::move(*partition));
    }
  }
  for (const auto& partition : found) {
    auto log =
        Log::open(directory_, partition, config_of_(partition.topic),
                  {.recovery_point = value_in(recovery_points ? *recovery_points : none, partition),
                   .high_watermark = value_in(*high_watermarks, partition),
                   .log_start = value_in(log_starts ? *log_starts : none, partition),
                   .was_clean = was_clean_});
    if (!log) return log.error();
    logs_[partition] = std::move(*log);
    node_.yield(between_logs_loaded);
  }
  return {};
}

void LogManager::start() {
  every("checkpoint-recovery-points", config_.flush_offset_checkpoint_interval,
        [this]() -> Outcome<> {
          if (auto removed = remove_marker(); !removed)
            return removed;  // it is gone already, but for the defect
          if (auto status = directory_.empty_trash(); !status)
            return failed("empty the trash", status.error());
          return checkpoint_recovery_points();
        });
  every("checkpoint-log-starts", config_.start_offset_checkpoint_interval,
        [this] { return checkpoint_log_starts(); });
  every("checkpoint-high-watermarks", config_.high_watermark_checkpoint_interval,
        [this] { return checkpoint_high_watermarks(); });
  every("log-retention", config_.retention_check_interval, [this] { return apply_retention(); });
  every("expire-producers", config_.producer_id_expiration_check_interval, [this]() -> Outcome<> {
    for (const auto& [partition, log] : logs_)
      log->expire_producers(config_.producer_id_expiration);
    return {};
  });
  if (config_.log_flush_scheduler_interval != Duration::max()) {
    every("log-flusher", config_.log_flush_scheduler_interval,
          [this] { return for_each_log([](Log& log) { return log.flush_if_due(); }); });
  }
  node_.spawn("flush-rolled-segments", [this] {
    while (!directory_.is_offline()) {
      const TopicPartition partition = directory_.next_to_flush();
      Log* log = find(partition);
      if (log != nullptr && !log->flush_rolled()) break;
    }
  });
}

void LogManager::every(std::string task, Duration interval, std::function<Outcome<>()> deed) {
  node_.spawn(std::move(task), [this, interval, deed = std::move(deed)] {
    while (!directory_.is_offline() && !stopped_) {
      node_.sleep_for(interval);
      if (stopped_ || !deed()) break;
    }
  });
}

Outcome<> LogManager::shutdown() {
  stopped_ = true;
  auto closed = for_each_log([](Log& log) { return log.close(); });
  if (!closed) return closed;
  for (const auto write :
       {&LogManager::checkpoint_recovery_points, &LogManager::checkpoint_log_starts,
        &LogManager::checkpoint_high_watermarks}) {
    if (auto written = (this->*write)(); !written) return written;
  }
  node_.yield(between_flush_and_marker);
  const bool write_marker = loaded_ || node_.has(marker_write_unloaded);
  if (write_marker) {
    auto marker = node_.disk().open(path_in(directory_, clean_shutdown_file), sim::Open::create);
    if (!marker) return failed("write the marker", marker.error());
    if (auto synced = marker->sync(); !synced) return failed("write the marker", synced.error());
  }
  node_.record(LogsClosed{.broker = config_.broker_id, .marker = write_marker});
  return {};
}

// ---- the logs ----

Log* LogManager::find(const TopicPartition& partition) {
  const auto found = logs_.find(partition);
  return found == logs_.end() ? nullptr : found->second.get();
}

Outcome<Log*> LogManager::get_or_create(const TopicPartition& partition) {
  const std::lock_guard lock(creating_);
  if (Log* log = find(partition)) return log;
  if (directory_.is_offline()) {
    return Error{ErrorCode::kafka_storage_error,
                 logquake::format("create {}: the directory is offline", partition)};
  }
  auto log =
      Log::open(directory_, partition, config_of_(partition.topic), LogStart{.was_clean = true});
  if (!log) return log.error();
  return (logs_[partition] = std::move(*log)).get();
}

Outcome<> LogManager::remove(const TopicPartition& partition) {
  const std::lock_guard lock(creating_);
  const auto found = logs_.find(partition);
  if (found == logs_.end()) return {};
  Log& log = *found->second;
  removed_.push_back(std::move(found->second));
  logs_.erase(found);
  if (auto removed = log.remove(); !removed) return removed;
  // A log of the same name must not be born with these.
  for (const auto write :
       {&LogManager::checkpoint_recovery_points, &LogManager::checkpoint_log_starts,
        &LogManager::checkpoint_high_watermarks}) {
    if (auto written = (this->*write)(); !written) return written;
  }
  return {};
}

std::vector<TopicPartition> LogManager::partitions() const {
  std::vector<TopicPartition> partitions;
  for (const auto& [partition, log] : logs_) partitions.push_back(partition);
  return partitions;
}

void LogManager::set_config(const std::string& topic, const TopicConfig& config) {
  for (const auto& [partition, log] : logs_) {
    if (partition.topic == topic) log->set_config(config);
  }
}

// ---- upkeep ----

template <class Deed>
Outcome<> LogManager::for_each_log(Deed deed) {
  for (const auto& partition : partitions()) {  // the map may change while a deed blocks
    Log* log = find(partition);
    if (log == nullptr) continue;
    auto done = deed(*log);
    if (!done && directory_.is_offline()) return done;
  }
  return {};
}

Outcome<> LogManager::apply_retention() {
  return for_each_log([](Log& log) -> Outcome<> {
    auto deleted = log.apply_retention();
    return deleted ? Outcome<>{} : deleted.error();
  });
}

Outcome<> LogManager::checkpoint_high_watermarks() {
  return write(high_watermarks_, &Log::high_watermark, "checkpoint the high watermarks");
}
Outcome<> LogManager::checkpoint_recovery_points() {
  return write(recovery_points_, &Log::recovery_point, "checkpoint the recovery points");
}
Outcome<> LogManager::checkpoint_log_starts() {
  return write(log_starts_, &Log::log_start, "checkpoint the log starts");
}

Outcome<> LogManager::write(OffsetCheckpoint& file, Offset (Log::*offset)() const,
                            std::string_view what) {
  Offsets offsets;
  for (const auto& [partition, log] : logs_) offsets[partition] = ((*log).*offset)();
  if (auto written = file.write(offsets); !written) return failed(what, written.error());
  return {};
}

Error LogManager::failed(std::string_view deed, const logquake::Error& error) {
  directory_.fail(deed, error);
  return Error{ErrorCode::kafka_storage_error, logquake::format("{}: {}", deed, to_string(error))};
}

}  // namespace logquake::kafka
