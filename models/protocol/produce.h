// Produce: batches to the leaders of partitions. Source: K-API-P1 to P4, K-MSG-0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/protocol/api_key.h"
#include "models/protocol/errors.h"
#include "models/protocol/ids.h"
#include "models/protocol/record.h"
#include "models/protocol/versions.h"

namespace logquake::kafka {

struct ProducePartition {
  std::int32_t index = 0;
  RecordData records{};
  bool operator==(const ProducePartition&) const = default;
  template <class Io>
  void io(Io& io) {
    io("index", index);
    io("records", records);
  }
};

struct ProduceTopic {
  std::string name{};
  std::vector<ProducePartition> partition_data{};
  bool operator==(const ProduceTopic&) const = default;
  template <class Io>
  void io(Io& io) {
    io("name", name);
    io("partition_data", partition_data);
  }
};

struct ProduceResponse;

/// With acks 0 the broker answers nothing; an error closes the connection (K-WIRE-8).
struct ProduceRequest {
  static constexpr ApiKey api_key = ApiKey::produce;
  using Response = ProduceResponse;

  std::optional<std::string> transactional_id{};
  std::int16_t acks = 0;  // 0, 1, or -1 for all in sync
  std::int32_t timeout_ms = 0;
  std::vector<ProduceTopic> topic_data{};
  bool operator==(const ProduceRequest&) const = default;
  template <class Io>
  void io(Io& io) {
    since(io, 3, "transactional_id", transactional_id);
    io("acks", acks);
    io("timeout_ms", timeout_ms);
    io("topic_data", topic_data);
  }
};

struct ProduceRecordError {
  std::int32_t batch_index = 0;
  std::optional<std::string> batch_index_error_message{};
  bool operator==(const ProduceRecordError&) const = default;
  template <class Io>
  void io(Io& io) {
    io("batch_index", batch_index);
    io("batch_index_error_message", batch_index_error_message);
  }
};

struct ProducePartitionResult {
  std::int32_t index = 0;
  ErrorCode error_code{};
  Offset base_offset = no_offset;  // -1 on error
  Timestamp log_append_time = no_timestamp;
  Offset log_start_offset = no_offset;
  std::vector<ProduceRecordError> record_errors{};
  std::optional<std::string> error_message{};
  bool operator==(const ProducePartitionResult&) const = default;
  template <class Io>
  void io(Io& io) {
    io("index", index);
    io("error_code", error_code);
    io("base_offset", base_offset);
    since(io, 2, "log_append_time", log_append_time);
    since(io, 5, "log_start_offset", log_start_offset);
    since(io, 8, "record_errors", record_errors);
    since(io, 8, "error_message", error_message);
  }
};

struct ProduceTopicResult {
  std::string name{};
  std::vector<ProducePartitionResult> partition_responses{};
  bool operator==(const ProduceTopicResult&) const = default;
  template <class Io>
  void io(Io& io) {
    io("name", name);
    io("partition_responses", partition_responses);
  }
};

struct ProduceResponse {
  std::vector<ProduceTopicResult> responses{};
  std::int32_t throttle_time_ms = 0;
  bool operator==(const ProduceResponse&) const = default;
  template <class Io>
  void io(Io& io) {
    io("responses", responses);
    since(io, 1, "throttle_time_ms", throttle_time_ms);
  }
};

}  // namespace logquake::kafka
