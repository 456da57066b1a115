// Records between connectors and the framework. Source: Apache Kafka 3.7.0, SourceRecord,
// SinkRecord.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "models/connect/json.h"
#include "models/connect/schema.h"

namespace logquake::connect {

/// What a source connector returns. Partition and offset are opaque maps of its own (C-REF-4), in
/// the order of members that goes into the offset topic's bytes (C-OFF-1).
struct SourceRecord {
  Json source_partition;  // an object
  Json source_offset;     // an object, or null for none (bulk mode)
  std::string topic;
  std::optional<std::int32_t> kafka_partition;
  SchemaRef key_schema;
  Value key;
  SchemaRef value_schema;
  Value value;
  std::optional<std::int64_t> timestamp;  // milliseconds since the epoch
};

/// What a sink connector is given.
struct SinkRecord {
  std::string topic;
  std::int32_t kafka_partition = 0;
  std::int64_t kafka_offset = 0;
  std::optional<std::int64_t> timestamp;
  SchemaRef key_schema;
  Value key;
  SchemaRef value_schema;
  Value value;
};

}  // namespace logquake::connect
