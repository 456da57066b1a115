#include "models/client/facts.h"

#include "sim/base/format.h"
#include "sim/base/hash.h"

namespace logquake::kafka::client {
namespace {

std::string listed(const std::vector<TopicPartition>& partitions) {
  std::string text;
  for (const auto& partition : partitions)
    text += (text.empty() ? "" : ", ") + to_string(partition);
  return text.empty() ? "no partitions" : text;
}

}  // namespace

std::int64_t digest_of(const std::optional<Bytes>& bytes) {
  if (!bytes) return 0;
  const auto digest = static_cast<std::int64_t>(hash64(ByteView(*bytes)));
  return digest == 0 ? 1 : digest;
}

std::string RecordAcknowledged::sentence() const {
  return format("{}: record {} is acknowledged at {} offset {}", client, send, partition, offset);
}

std::string RecordFailed::sentence() const {
  return format("{}: record {} for {} failed with {}{}", client, send, partition, name_of(error),
                is_indeterminate ? ", it may be in the log" : "");
}

std::string ProducerIdentified::sentence() const {
  return format("{} is producer {} at epoch {}", client, producer_id, producer_epoch);
}

std::string OffsetCommitted::sentence() const {
  return format("group {} committed {} of {}", group, offset, partition);
}

std::string PartitionsAssigned::sentence() const {
  return format("{} owns {} in generation {} of group {}", client, listed(partitions), generation,
                group);
}
std::string PartitionsAssigned::subject() const { return "consumer " + client; }
std::string PartitionsAssigned::state() const {
  return format("generation {}: {}", generation, listed(partitions));
}

std::string PartitionsRevoked::sentence() const {
  return format("{} {} {}", client, is_lost ? "lost" : "gave up", listed(partitions));
}

std::string PositionSet::sentence() const {
  return format("{} reads {} from {} ({})", client, partition, offset, why);
}

std::string OffsetCommitFailed::sentence() const {
  return format("{} of group {} could not commit offset {} of {}: {}", client, group, offset,
                partition, name_of(error));
}

std::string SettingUnknown::sentence() const {
  return format("{} knows no setting {}", client, setting);
}

}  // namespace logquake::kafka::client
