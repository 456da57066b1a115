// The offset topic: where source tasks keep how far they came. Source: C-OFF-1 to 4, 7; Apache
// Kafka 3.7.0, KafkaOffsetBackingStore, OffsetStorageReaderImpl.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/connect/submitted_records.h"
#include "models/connect/topic_log.h"

namespace logquake::connect {

/// The record key of a connector's source partition: ["src",{"protocol":"1","table":"mydb.users"}].
std::string offset_key(std::string_view connector, const Json& partition);

class OffsetStore {
 public:
  OffsetStore(sim::Node& node, TopicLog::Settings settings);

  Status start() { return log_.start(); }
  Status refresh(Duration timeout) { return log_.read_to_end(timeout); }

  /// Reads to the end of the topic, then looks the partitions up; null where nothing is stored.
  /// Blocks.
  Result<std::vector<Json>> read(std::string_view connector, const std::vector<Json>& partitions,
                                 Duration timeout);
  /// Writes all and waits for the acknowledgements. Blocks. Errors: timed_out (they may still
  /// arrive), connect.
  Status write(std::string_view connector, const std::vector<PartitionOffset>& offsets,
               Duration timeout);
  /// What the last read saw of a connector, for GET …/offsets.
  std::vector<PartitionOffset> known(std::string_view connector) const;

 private:
  sim::Node& node_;
  std::map<std::string, Json> offsets_;  // by record key; erased by null
  TopicLog log_;
};

}  // namespace logquake::connect
