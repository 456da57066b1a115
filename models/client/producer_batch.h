// Records on their way to one partition.
#pragma once

#include <cstdint>
#include <vector>

#include "models/protocol/ids.h"
#include "models/protocol/record.h"
#include "sim/base/time.h"

namespace logquake::kafka {

using BatchId = Id<struct BatchTag>;
/// Numbers the calls of send() of one producer.
using SendId = Id<struct SendTag>;

struct ProducerBatch {
  BatchId id{};
  TopicPartition partition{};
  std::vector<Record> records{};
  std::vector<SendId> sends{};  // one a record
  std::int64_t bytes = 0;       // encoded
  std::int64_t reserved = 0;    // of buffer.memory
  bool is_full = false;
  Instant created{};
  std::int32_t attempts = 0;  // how often it was sent
  Instant not_before{};       // a retry waits until then
  LeaderEpoch sent_to_epoch = no_leader_epoch;
  bool is_on_the_wire = false;

  // Idempotence; absent until it is sent for the first time (K-PRD-21).
  ProducerId producer_id = no_producer_id;
  ProducerEpoch producer_epoch = no_producer_epoch;
  std::int32_t base_sequence = no_sequence;
  bool was_renumbered = false;

  bool has_sequence() const { return base_sequence != no_sequence; }
  bool was_sent() const { return attempts > 0; }
  std::int32_t count() const { return static_cast<std::int32_t>(records.size()); }
};

}  // namespace logquake::kafka
