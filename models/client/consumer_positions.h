// Where a consumer stands in each of its partitions, and what it has fetched but not yet handed
// over. Pure. Source: K-CON-6, 7, 11, 12; K-LOG-6, K-LOG-10.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/client/config.h"
#include "models/client/consumer.h"
#include "models/protocol/errors.h"
#include "models/protocol/fetch.h"
#include "models/protocol/offset_for_leader_epoch.h"

namespace logquake::kafka {

/// The next offset to hand over, the epoch of the record before it, and the epoch of the leader
/// that is asked (K-CON-7).
struct ReadPosition {
  Offset offset{};
  LeaderEpoch offset_epoch = no_leader_epoch;
  LeaderEpoch leader_epoch = no_leader_epoch;
  bool operator==(const ReadPosition&) const = default;
};

/// A position was taken from elsewhere than the records before it.
struct PositionChange {
  TopicPartition partition{};
  Offset offset{};
  std::string why{};
};

class ConsumerPositions {
 public:
  /// What a partition needs before it can be fetched.
  enum class Phase : std::uint8_t { needs_committed, needs_reset, needs_validation, fetching };

  explicit ConsumerPositions(OffsetReset policy) : policy_(policy) {}

  /// Replaces the assignment; what stays keeps its position and its buffer.
  void assign(const std::vector<TopicPartition>& partitions);
  std::vector<TopicPartition> assigned() const;
  bool is_assigned(const TopicPartition& partition) const {
    return partitions_.contains(partition);
  }
  std::vector<TopicPartition> in_phase(Phase phase) const;
  /// Where the partition stands; nothing before the first position is known.
  std::optional<ReadPosition> position(const TopicPartition& partition) const;
  /// The policy by which a partition in `needs_reset` is to be reset.
  OffsetReset reset_policy(const TopicPartition& partition) const {
    return partitions_.at(partition).reset;
  }

  /// The group has committed that, or nothing: then the reset policy decides, and where there is
  /// none an error is raised.
  void on_committed(const TopicPartition& partition,
                    const std::optional<OffsetAndMetadata>& committed);
  /// The leader answered a reset by `policy`.
  void on_reset(const TopicPartition& partition, OffsetReset policy, Offset offset,
                LeaderEpoch epoch);
  void request_reset(const TopicPartition& partition, OffsetReset policy);
  void seek(const TopicPartition& partition, Offset offset);
  /// Metadata names a leader of that epoch: positions with an epoch of their own are validated
  /// anew.
  void on_leader_epoch(const TopicPartition& partition, LeaderEpoch epoch);
  /// The leader told where the epoch of `asked` ended. Ignored if the position has changed since.
  void on_epoch_end(const TopicPartition& partition, const ReadPosition& asked,
                    const EpochEndOffset& end);

  /// Partitions to be fetched: positioned and with nothing left in the buffer.
  std::vector<TopicPartition> fetchable() const;
  /// Takes a fetched partition in; dropped unless it was fetched from the current position
  /// (K-CON-11). What it says besides records: whether metadata is out of date, and whether to wait
  /// before the next.
  struct FetchEffects {
    bool refresh_metadata = false;
    bool back_off = false;
  };
  FetchEffects on_fetched(const TopicPartition& partition, Offset fetch_offset,
                          const FetchPartitionResult& result);
  bool has_records() const;
  /// Hands over at most `most` records and moves the positions past them.
  std::vector<ConsumerRecord> take(std::int32_t most);
  /// What commit() without offsets commits: the positions.
  Offsets consumed() const;

  /// An error for the application, once.
  std::optional<Error> take_error();
  /// The changes since the last call, to be stated.
  std::vector<PositionChange> take_changes();

 private:
  struct Partition {
    Phase phase = Phase::needs_committed;
    OffsetReset reset = OffsetReset::none;
    std::optional<ReadPosition> position{};
    LeaderEpoch leader_epoch = no_leader_epoch;
    std::deque<ConsumerRecord> buffer{};
    ReadPosition after_buffer{};  // where the position goes when the buffer is empty
  };
  void place(const TopicPartition& name, ReadPosition position, std::string why);
  void reset_by_policy(const TopicPartition& name, Error error);
  void fill(const TopicPartition& name, Partition& partition, ByteView records);
  Partition* find(const TopicPartition& name);

  OffsetReset policy_;
  std::map<TopicPartition, Partition> partitions_;
  std::optional<TopicPartition>
      last_taken_;  // the next take() begins after it: no partition starves
  std::optional<Error> error_;
  std::vector<PositionChange> changes_;
};

}  // namespace logquake::kafka
