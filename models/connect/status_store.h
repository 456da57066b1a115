// The status topic: what workers say about connectors and tasks; advisory only. Source: C-STA-1 to
// 5; Apache Kafka 3.7.0, KafkaStatusBackingStore.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/connect/status_record.h"
#include "models/connect/topic_log.h"

namespace logquake::connect {

class StatusStore {
 public:
  StatusStore(sim::Node& node, TopicLog::Settings settings);

  Status start() { return log_.start(); }
  Status refresh(Duration timeout) { return log_.read_to_end(timeout); }

  /// Fire and forget. A safe write is skipped where the known status is another worker's of a newer
  /// generation.
  void put(const std::string& key, const StatusRecord& record, bool safe);
  const StatusRecord* find(const std::string& key) const;
  /// Statuses of the connector's tasks, by task.
  std::map<int, StatusRecord> tasks_of(std::string_view connector) const;

 private:
  void read(const kafka::ConsumerRecord& record);

  sim::Node& node_;
  std::map<std::string, StatusRecord> known_;
  TopicLog log_;
};

}  // namespace logquake::connect
