#include "models/client/partitioner.h"

#include <algorithm>

#include "sim/base/check.h"

namespace logquake::kafka {

std::int32_t murmur2(ByteView bytes) {
  constexpr std::uint32_t seed = 0x9747b28c;
  constexpr std::uint32_t m = 0x5bd1e995;
  const auto byte = [bytes](std::size_t at) { return std::to_integer<std::uint32_t>(bytes[at]); };
  auto hash = seed ^ static_cast<std::uint32_t>(bytes.size());
  std::size_t at = 0;
  for (; at + 4 <= bytes.size(); at += 4) {
    auto group = byte(at) | byte(at + 1) << 8 | byte(at + 2) << 16 | byte(at + 3) << 24;
    group *= m;
    group ^= group >> 24;
    group *= m;
    hash *= m;
    hash ^= group;
  }
  if (at < bytes.size()) {
    for (auto tail = bytes.size(); tail-- > at;) hash ^= byte(tail) << (8 * (tail - at));
    hash *= m;
  }
  hash ^= hash >> 13;
  hash *= m;
  hash ^= hash >> 15;
  return static_cast<std::int32_t>(hash);
}

std::int32_t partition_for_key(ByteView key, std::int32_t partition_count) {
  LOGQUAKE_CHECK(partition_count > 0, "a topic has partitions");
  return (murmur2(key) & 0x7fffffff) % partition_count;
}

std::int32_t StickyPartitioner::partition_for(const std::string& topic,
                                              std::int32_t partition_count,
                                              const std::vector<PartitionLoad>& available) {
  auto& current = current_[topic];
  if (current.partition < 0 || current.partition >= partition_count ||
      current.produced_bytes >= batch_bytes_) {
    current = {choose(partition_count, available), 0};
  }
  return current.partition;
}

void StickyPartitioner::count(const std::string& topic, std::int64_t bytes) {
  current_[topic].produced_bytes += bytes;
}

std::int32_t StickyPartitioner::choose(std::int32_t partition_count,
                                       const std::vector<PartitionLoad>& available) {
  if (partition_count == 1) return 0;
  if (available.empty())
    return static_cast<std::int32_t>(random_.between(std::int64_t{0}, partition_count - 1));
  if (!is_adaptive_) return random_.pick(available).partition;
  std::int64_t longest = 0;
  for (const auto& each : available) longest = std::max(longest, each.queued_batches);
  std::int64_t total = 0;
  for (const auto& each : available) total += longest + 1 - each.queued_batches;
  auto drawn = random_.between(std::int64_t{0}, total - 1);
  for (const auto& each : available) {
    drawn -= longest + 1 - each.queued_batches;
    if (drawn < 0) return each.partition;
  }
  return available.back().partition;
}

}  // namespace logquake::kafka
