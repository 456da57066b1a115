// The consumer as applications use it, in blocking style. Source: K-CON-1 to K-CON-12.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/client/config.h"
#include "models/protocol/errors.h"
#include "models/protocol/ids.h"
#include "models/protocol/record.h"
#include "sim/base/time.h"
#include "sim/node.h"

namespace logquake::kafka {

struct ConsumerRecord {
  TopicPartition partition{};
  Offset offset{};
  LeaderEpoch leader_epoch = no_leader_epoch;
  Record record{};
};

/// What is committed: the next offset to read, and the epoch of the record before it.
struct OffsetAndMetadata {
  Offset offset{};
  LeaderEpoch leader_epoch = no_leader_epoch;
  std::string metadata{};
  bool operator==(const OffsetAndMetadata&) const = default;
};
using Offsets = std::map<TopicPartition, OffsetAndMetadata>;

/// Told of rebalances, inside poll(). Any may be empty; `on_lost` falls back to `on_revoked`, as
/// Kafka's interface does.
struct RebalanceListener {
  std::function<void(const std::vector<TopicPartition>&)> on_assigned{};
  std::function<void(const std::vector<TopicPartition>&)> on_revoked{};
  std::function<void(const std::vector<TopicPartition>&)> on_lost{};
};

class ConsumerCore;

/// Reads records on one node. Settings carry Kafka's names ("group.id", "auto.offset.reset"). One
/// task calls it; heartbeats and fetches run beside it. Its background tasks end some time after it
/// is closed or destroyed.
class Consumer {
 public:
  /// Errors: INVALID_CONFIG, in Kafka's words. Does not block.
  static Outcome<Consumer> create(sim::Node& node, const Config& config);
  Consumer(Consumer&&) = default;
  Consumer& operator=(Consumer&& other) noexcept {
    std::swap(core_, other.core_);
    return *this;
  }
  ~Consumer();  // without leaving the group: its session expires

  /// Reads `topics` as a member of the group. Errors: INVALID_GROUP_ID (no group.id),
  /// INVALID_REQUEST (partitions were assigned by hand).
  Outcome<> subscribe(std::vector<std::string> topics, RebalanceListener listener = {});
  /// Reads exactly these partitions, without group membership. Errors: INVALID_REQUEST
  /// (subscribed).
  Outcome<> assign(std::vector<TopicPartition> partitions);
  void unsubscribe();
  std::vector<TopicPartition> assignment() const;

  /// The next records, at most max.poll.records; none where none came within `timeout`. Joins the
  /// group, keeps it, commits automatically and moves the position past what it returns.
  /// Errors: OFFSET_OUT_OF_RANGE (no reset policy), FENCED_INSTANCE_ID,
  /// INCONSISTENT_GROUP_PROTOCOL, GROUP_MAX_SIZE_REACHED, CORRUPT_MESSAGE, and others that no retry
  /// mends.
  Outcome<std::vector<ConsumerRecord>> poll(Duration timeout);

  /// Moves the position of an assigned partition; buffered records of it are dropped (K-CON-11).
  /// Errors: INVALID_REQUEST (not assigned).
  Outcome<> seek(const TopicPartition& partition, Offset offset);
  Outcome<> seek_to_beginning(const TopicPartition& partition);
  Outcome<> seek_to_end(const TopicPartition& partition);
  /// The next offset to be returned by poll(). Blocks until there is one, at most
  /// default.api.timeout.ms.
  Outcome<Offset> position(const TopicPartition& partition);

  /// Commits the positions, or `offsets`. Blocks; retries what can be retried for
  /// default.api.timeout.ms. Errors: ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID,
  /// REBALANCE_IN_PROGRESS (all CommitFailedException and its kin: the partitions may be another
  /// member's), INVALID_GROUP_ID.
  Outcome<> commit_sync();
  Outcome<> commit_sync(const Offsets& offsets);
  /// The group's committed offsets of `partitions`; those without one are left out. Blocks.
  Outcome<Offsets> committed(const std::vector<TopicPartition>& partitions);

  /// The first and the end offsets that the leaders know. Block.
  Outcome<std::map<TopicPartition, Offset>> beginning_offsets(
      const std::vector<TopicPartition>& partitions);
  Outcome<std::map<TopicPartition, Offset>> end_offsets(
      const std::vector<TopicPartition>& partitions);
  Outcome<std::int32_t> partitions_for(const std::string& topic);

  /// Commits automatically where configured, leaves the group, closes. Blocks for at most
  /// `timeout`.
  void close(Duration timeout = 30s);

 private:
  explicit Consumer(std::shared_ptr<ConsumerCore> core);
  std::shared_ptr<ConsumerCore> core_;
};

}  // namespace logquake::kafka
