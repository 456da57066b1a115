// What the tests of the log layer share: small batches, and a log on a machine of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/broker/log/log.h"
#include "models/protocol/wire/record_batch.h"
#include "sim/simulation.h"
#include "sim/testing/run_program.h"

namespace logquake::kafka::testing {

inline Record record(std::string_view value, Timestamp timestamp = 1000) {
  Record made;
  made.timestamp = timestamp;
  made.key = to_bytes("k");
  made.value = to_bytes(value);
  return made;
}

/// A producer's batch of the given values.
inline wire::RecordBatch batch_of(const std::vector<std::string>& values,
                                  Timestamp timestamp = 1000) {
  std::vector<Record> records;
  for (const auto& value : values) records.push_back(record(value, timestamp));
  return wire::make_batch(std::move(records));
}

inline RecordData encoded(const wire::RecordBatch& batch) {
  return RecordData(*wire::encode(batch));
}

/// As a leader would have written it.
inline RecordData replicated(std::vector<std::string> values, std::int64_t base,
                             std::int32_t epoch) {
  auto batch = batch_of(values);
  batch.header.base_offset = Offset{base};
  batch.header.partition_leader_epoch = LeaderEpoch{epoch};
  return encoded(batch);
}

/// The values of all records in `data`, in order.
inline std::vector<std::string> values_in(const RecordData& data) {
  std::vector<std::string> values;
  const auto batches = wire::split(data.view());
  for (const auto& view : batches->batches) {
    const auto batch = wire::decode(view.bytes);
    for (const auto& one : batch->records) values.emplace_back(text_of(*one.record.value));
  }
  return values;
}

/// Everything in the log from `from` on, across its segments.
inline std::vector<std::string> values_from(const Log& log, Offset from) {
  std::vector<std::string> values;
  while (from < log.log_end()) {
    auto read = log.read(from, {.max_bytes = 1 << 20, .upper = log.log_end()});
    if (!read.ok() || read->records.empty()) break;
    for (auto& value : values_in(read->records)) values.push_back(std::move(value));
    from = wire::split(read->records.view())->batches.back().header.last_offset() + 1;
  }
  return values;
}

/// One log in a directory on `node`.
struct Bench {
  explicit Bench(sim::Node& node, TopicConfig topic = {})
      : directory(node, BrokerId{1}, "logs"), config(std::move(topic)) {}

  Log& open(const LogStart& start = {}) {
    log.reset();
    auto opened = Log::open(directory, {"orders", 0}, config, start);
    log = std::move(*opened);
    return *log;
  }
  /// A leader of epoch 1 begins.
  Log& lead() {
    Log& opened = open();
    static_cast<void>(opened.begin_epoch(LeaderEpoch{1}));
    return opened;
  }

  LogDirectory directory;
  TopicConfig config;
  std::unique_ptr<Log> log;
};

}  // namespace logquake::kafka::testing
