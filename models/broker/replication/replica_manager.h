// All partitions that this broker hosts: who finds them, who changes their roles, who waits for
// them. Source: K-REP, K-ISR-1, K-CTL-9 to 11, K-API-0g.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "models/broker/config.h"
#include "models/broker/controller/metadata_image.h"
#include "models/broker/log/log_manager.h"
#include "models/broker/replication/isr_writer.h"
#include "models/broker/replication/partition.h"
#include "models/broker/replication/replica_fetcher.h"
#include "models/protocol/control.h"
#include "sim/node.h"
#include "sim/schedule/sync.h"

namespace logquake::kafka {

/// An append that is to be answered once it is replicated.
struct PendingAppend {
  Partition* partition = nullptr;
  LeaderAppend append;
};

/// Owned by the broker's main task, which outlives the tasks that start() spawns.
class ReplicaManager {
 public:
  ReplicaManager(sim::Node& node, const BrokerConfig& config, LogManager& logs,
                 const MetadataImage& metadata, IsrWriter& isr_writer);
  ReplicaManager(const ReplicaManager&) = delete;
  ReplicaManager& operator=(const ReplicaManager&) = delete;

  /// Spawns the check for lagging followers.
  void start();

  /// Hosted here, or null. Valid until the process ends; Partition::is_gone() tells of its
  /// deletion.
  Partition* hosted(const std::string& topic, std::int32_t partition) const;
  Partition* hosted(const TopicPartition& id) const { return hosted(id.topic, id.partition); }
  /// Hosted here, or NOT_LEADER_OR_FOLLOWER, UNKNOWN_TOPIC_OR_PARTITION, KAFKA_STORAGE_ERROR
  /// (K-API-0g).
  Outcome<Partition*> find(const std::string& topic, std::int32_t partition);
  Outcome<Partition*> find(const TopicPartition& id) { return find(id.topic, id.partition); }
  /// The log directory has failed: nothing can be read here any more.
  bool is_offline() const { return logs_.is_offline(); }

  /// Appends to a partition that this broker leads and waits until it is replicated: what
  /// coordinators do. Returns the base offset. Blocks for at most `timeout`. Errors: as a producer
  /// with acks=-1 gets them.
  Outcome<Offset> append_and_wait(const TopicPartition& partition, const RecordData& records,
                                  Duration timeout);
  /// Blocks until every append can be answered or `timeout` is over; the answers, REQUEST_TIMED_OUT
  /// for those that are late (K-REP-26).
  std::vector<ErrorCode> wait_for_acknowledgement(const std::vector<PendingAppend>& appends,
                                                  Duration timeout);

  /// Hears of every leadership this broker takes up (true) or gives up (false), while the request
  /// that says so is being carried out: it must not block.
  using LeadershipListener = std::function<void(const TopicPartition&, LeaderEpoch, bool leads)>;
  void listen_to_leadership(LeadershipListener listener) { listener_ = std::move(listener); }

  /// Carries out what a controller of the right epoch says (K-CTL-9, K-CTL-11). Blocks.
  LeaderAndIsrResponse apply(const LeaderAndIsrRequest& request);
  StopReplicaResponse apply(const StopReplicaRequest& request);
  /// Whether this broker holds again what the others do, as far as it knows: each partition that it
  /// shares with others has caught up since this process started and is in sync, as the controller
  /// told last. What it alone hosts counts for nothing: there is nobody to catch up from.
  bool has_caught_up() const;
  BrokerId self() const { return context_.self; }
  /// The highest controller epoch heard of; raised by requests of a controller.
  ControllerEpoch controller_epoch() const { return controller_epoch_; }
  void note_controller_epoch(ControllerEpoch epoch) {
    controller_epoch_ = std::max(controller_epoch_, epoch);
  }

 private:
  Outcome<Partition*> get_or_create(const TopicPartition& partition, const Uuid& topic_id);
  ErrorCode apply(const LeaderAndIsrRequest& request, const LeaderAndIsrTopic& topic,
                  const LeaderAndIsrPartition& state);
  ErrorCode stop(const TopicPartition& id, const StopReplicaPartition& order);
  void watch_lag();

  sim::Node& node_;
  const BrokerConfig& config_;
  LogManager& logs_;
  const MetadataImage& metadata_;
  PartitionContext context_;
  ReplicaFetchers fetchers_;
  // By topic, then by number: a fetch looks up every partition that it names.
  std::map<std::string, std::map<std::int32_t, std::unique_ptr<Partition>>> hosted_;
  std::vector<std::unique_ptr<Partition>> gone_;  // tasks may still hold on to them
  LeadershipListener listener_;
  ControllerEpoch controller_epoch_{0};
  sim::Mutex changing_roles_;
};

}  // namespace logquake::kafka
