#include "models/protocol/ids.h"

#include <charconv>

#include "sim/base/format.h"

namespace logquake::kafka {

std::string to_string(const TopicPartition& partition) {
  return format("{}-{}", partition.topic, partition.partition);
}

std::optional<TopicPartition> parse_topic_partition(std::string_view text) {
  const auto dash = text.rfind('-');
  if (dash == std::string_view::npos || dash == 0 || dash + 1 == text.size()) return std::nullopt;
  const auto digits = text.substr(dash + 1);
  TopicPartition result{std::string(text.substr(0, dash)), 0};
  const auto [end, failure] =
      std::from_chars(digits.data(), digits.data() + digits.size(), result.partition);
  if (failure != std::errc{} || end != digits.data() + digits.size() || result.partition < 0) {
    return std::nullopt;
  }
  return result;
}

std::string to_string(const Uuid& uuid) { return format("{:016x}{:016x}", uuid.high, uuid.low); }

}  // namespace logquake::kafka
