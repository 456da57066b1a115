// One partition on one broker: its log, the rules about it, and the tasks that wait for it.
// Leadership changes, appends and truncations exclude one another; reads take one look. Source:
// K-REP 2.1 to 2.6, K-LOG-12, K-API-1e.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "models/broker/controller/metadata_image.h"
#include "models/broker/log/log.h"
#include "models/broker/replication/partition_replica.h"
#include "models/protocol/fetch.h"
#include "sim/node.h"
#include "sim/schedule/sync.h"

namespace logquake::kafka {

class Partition;

/// Waits for any of some partitions to change: the log's end, the high watermark, a role.
class PartitionWatch {
 public:
  PartitionWatch(sim::Node& node, std::vector<Partition*> partitions);
  PartitionWatch(const PartitionWatch&) = delete;
  PartitionWatch& operator=(const PartitionWatch&) = delete;
  ~PartitionWatch();
  /// Blocks until one of them changes or `timeout` is over. Whatever is waited for is to be looked
  /// at anew.
  void wait(Duration timeout) { changed_.wait(timeout); }

 private:
  friend class Partition;
  std::vector<Partition*> partitions_;
  sim::Signal changed_;
};

/// What all partitions of a broker share.
struct PartitionContext {
  sim::Node& node;
  const MetadataImage& metadata;
  BrokerId self;
  ReplicaRules rules;                        // but for min.insync.replicas, which the topic says
  bool truncates_to_high_watermark = false;  // defect repl.truncate-to-high-watermark
  bool reads_past_stale_bound = false;       // defect replica.read-past-stale-bound
  /// Takes an ISR change to ZooKeeper; must not block.
  std::function<void(Partition&, const IsrProposal&)> propose;
};

/// Who asks for records, and from where on.
struct FetchAsk {
  BrokerId replica = consumer_replica;
  LeaderEpoch current_epoch = no_leader_epoch;
  Offset offset;
  LeaderEpoch last_fetched_epoch = no_leader_epoch;
  Offset log_start = no_offset;  // the follower's own
  IsolationLevel isolation = IsolationLevel::read_uncommitted;
  bool is_follower() const { return replica >= BrokerId(0); }
};

/// What the asker may read: one consistent look (K-LOG-30, K-REP-12).
struct ReadBounds {
  LeaderEpoch epoch;  // in which the look was taken
  Offset log_start;
  Offset log_end;
  Offset high_watermark;
  Offset last_stable;
  Offset upper;                             // records below it may be read
  std::optional<EpochEndOffset> diverging;  // nothing may be read: the logs part here
};

/// What a fetch found.
struct Fetched {
  ReadBounds bounds;
  std::int64_t version = 0;  // the partition's, when the bounds were looked at
  LogRead read;
};

/// Where a follower stands, as it asks; its answer is good only while this still holds (K-REP-16).
struct FetchPosition {
  LeaderEpoch epoch;  // in which it follows
  Offset offset;
  LeaderEpoch last_epoch = no_leader_epoch;
  Offset log_start;
  bool operator==(const FetchPosition&) const = default;
};

/// What an append on the leader needs for its acknowledgement.
struct LeaderAppend {
  Appended appended;
  LeaderEpoch epoch;  // the leader's, when it appended
};

class Partition {
 public:
  /// `log` and everything in `context` outlive the partition.
  Partition(const PartitionContext& context, TopicPartition id, Uuid topic_id, Log& log);
  Partition(const Partition&) = delete;
  Partition& operator=(const Partition&) = delete;

  const TopicPartition& id() const { return id_; }
  const std::string& name() const { return name_; }  // "orders-0"
  const Uuid& topic_id() const { return topic_id_; }
  const Log& log() const { return log_; }
  const PartitionReplica& replica() const { return replica_; }
  ControllerEpoch controller_epoch() const { return controller_epoch_; }
  /// It is no longer hosted here; whoever still holds it finds neither leader nor follower.
  bool is_gone() const { return gone_; }
  /// Grows with every change of what bounds() answers and a read finds; a log directory that goes
  /// offline is no change of its partitions.
  std::int64_t version() const { return log_.version() + role_changes_; }

  // ---- roles ----
  /// K-REP-3. Blocks (the epoch is durable first). Whether it was applied. Errors:
  /// KAFKA_STORAGE_ERROR.
  Outcome<bool> lead(const PartitionState& state, ControllerEpoch controller_epoch);
  /// K-REP-4. May block. Whether it was applied. Errors: KAFKA_STORAGE_ERROR.
  Outcome<bool> follow(const PartitionState& state, ControllerEpoch controller_epoch);
  /// Neither leads nor follows any more (StopReplica). May block.
  void stop(bool for_good);

  // ---- as leader ----
  /// Checks leadership and, for acks=-1, the ISR, and appends one batch (K-LOG-12 to 18). May
  /// block.
  Result<LeaderAppend, AppendError> append(const RecordData& records, std::int16_t acks,
                                           AppendOrigin origin);
  /// Whether an append can be answered yet (K-REP-26).
  std::optional<ErrorCode> acknowledge(const LeaderAppend& append) const {
    return replica_.acknowledge(append.appended.last_offset + 1, append.epoch,
                                log_.high_watermark());
  }
  /// Drops lagging members from the ISR (K-ISR-1).
  void check_lag();
  void on_isr_stored(const IsrProposal& proposal, std::int32_t partition_epoch);

  // ---- reading ----
  /// Validates a fetch and takes a look (K-REP-11, K-REP-12, K-REP-30, K-API-1f). Does not block.
  Outcome<ReadBounds> bounds(const FetchAsk& ask) const;
  /// The same, and reads: nothing where `max_bytes` are none and no whole batch is wanted. Between
  /// the look and the read is a yield site. What goes on there goes on in Kafka too: appends, a
  /// rising high watermark, retention and, on a follower, a cut; so the read ends at the bound of
  /// its own instant, while the watermarks are those of the look. What Kafka's leaderIsrUpdateLock
  /// keeps out, a change of role, is as if it had come first: the look is taken again. May block.
  /// Errors: those of bounds() and Log::read(). Source: Kafka 3.7, Partition.fetchRecords(),
  /// readRecords(); UnifiedLog.read().
  Outcome<Fetched> fetch(const FetchAsk& ask, std::int64_t max_bytes, bool whole_first_batch) const;
  /// The fetch of a follower was accepted (K-REP-13): moves ISR and high watermark.
  void note_progress(const FetchAsk& ask, const ReadBounds& bounds);

  // ---- as follower ----
  /// Where to fetch from; nothing unless following a leader in `epoch`.
  std::optional<FetchPosition> position(LeaderEpoch epoch) const;
  /// Applies fetched batches and watermarks, if `asked` still holds (K-REP-15). May block. The log
  /// end before and after being the same is no error. Errors: those of Log::append_as_follower().
  Outcome<> apply(const FetchPosition& asked, const FetchPartitionResult& fetched);
  /// Cuts the log where it parts from the leader's, if `asked` still holds (K-REP-31). Blocks.
  Outcome<> cut(const FetchPosition& asked, const EpochEndOffset& diverging);
  /// The leader's log ends at `leader_end`, begins at `leader_start` and does not hold what was
  /// asked for (K-REP-35). Blocks.
  Outcome<> adapt_to(const FetchPosition& asked, Offset leader_start, Offset leader_end);
  /// Whether it has held, at any time since this process started, all that its leader told it to be
  /// committed. A broker that has only led since then cannot know.
  bool has_caught_up() const { return has_caught_up_; }

 private:
  friend class PartitionWatch;
  ReplicaView view() const;
  Offset upper_bound(const FetchAsk& ask) const;
  void perform(const ReplicaEffects& effects);
  void notify();
  Outcome<> truncate(Offset to, std::string_view why);
  void set_follower_high_watermark(Offset offset);

  const PartitionContext& context_;
  TopicPartition id_;
  std::string name_;
  Uuid topic_id_;
  Log& log_;
  PartitionReplica replica_;
  ControllerEpoch controller_epoch_;
  bool gone_ = false;
  bool has_caught_up_ = false;
  std::int64_t role_changes_ = 0;
  sim::Mutex changing_;
  std::vector<PartitionWatch*> watches_;
};

}  // namespace logquake::kafka
