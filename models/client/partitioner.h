// Which partition a record goes to. Source: K-PRD-1 to K-PRD-5.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/base/bytes.h"
#include "sim/random.h"

namespace logquake::kafka {

/// Kafka's variant of murmur2, with its seed. Source: K-PRD-2.
std::int32_t murmur2(ByteView bytes);

/// The partition of a keyed record, among all partitions, available or not. Source: K-PRD-1.
std::int32_t partition_for_key(ByteView key, std::int32_t partition_count);

/// What the choice of a sticky partition looks at.
struct PartitionLoad {
  std::int32_t partition = 0;
  std::int64_t queued_batches = 0;
};

/// Where records without a key go: one partition a topic until `batch_bytes` have gone there, then
/// another, those with short queues preferred. Source: K-PRD-4 (3.3 and later).
class StickyPartitioner {
 public:
  StickyPartitioner(sim::Random random, std::int64_t batch_bytes, bool is_adaptive)
      : random_(random), batch_bytes_(batch_bytes), is_adaptive_(is_adaptive) {}

  /// The partition for the next record of `topic`. `available` are those with a leader; where none
  /// has one, all `partition_count` are equally good. Draws only where a partition must be chosen.
  std::int32_t partition_for(const std::string& topic, std::int32_t partition_count,
                             const std::vector<PartitionLoad>& available);
  /// Tells that `bytes` went to the current partition of `topic`.
  void count(const std::string& topic, std::int64_t bytes);

 private:
  struct Current {
    std::int32_t partition = -1;
    std::int64_t produced_bytes = 0;
  };
  std::int32_t choose(std::int32_t partition_count, const std::vector<PartitionLoad>& available);

  sim::Random random_;
  std::int64_t batch_bytes_;
  bool is_adaptive_;
  std::map<std::string, Current> current_;
};

}  // namespace logquake::kafka
