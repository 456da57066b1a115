// An application that produces: keyed records with unique values, one every so often.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/client/config.h"
#include "scenarios/kafka/workloads/progress.h"
#include "sim/node.h"

namespace logquake::scenario {

struct ProduceWorkload {
  kafka::Config config;  // of the producer, bootstrap servers included
  std::string topic;
  Duration after{};
  Duration every = 10ms;
  std::int64_t count = 0;  // zero: until told to stop
  std::int64_t keys = 10;  // "key-1" .. "key-N" in turn; zero: records without a key
  /// Instead of values of its own: what each round sends, all under `key`; {n} is the round's
  /// number, and "null" a tombstone.
  std::vector<std::string> values{};
  std::string key{};
  std::int64_t value_bytes = 0;  // at least so many: values are padded
};

/// Sends, waits at the end until everything is acknowledged or given up.
sim::Program produce_client(ProduceWorkload workload, std::shared_ptr<Progress> progress);

}  // namespace logquake::scenario
