// The controller's rules: which partition is led by whom as brokers come and go, and what every
// broker has to be told. Pure: what ZooKeeper holds comes in, changes to store and requests to send
// come out (zookeeper_controller.h carries them). Source: K-CTL-6 to 18, K-REP-40 to 42.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "models/broker/controller/zookeeper_schema.h"
#include "models/protocol/control.h"
#include "models/protocol/ids.h"

namespace logquake::kafka {

/// A broker that is registered; its epoch is the czxid of its znode (K-CTL-3).
struct LiveBroker {
  BrokerEpoch epoch;
  BrokerEndpoint endpoint;
  bool operator==(const LiveBroker&) const = default;
};

/// A new state that is to be stored for one partition.
struct StateChange {
  TopicPartition partition;
  LeaderAndIsr state;  // `version` is that which the znode must still have; unused for a creation
  bool is_creation = false;
  bool is_unclean = false;
  bool operator==(const StateChange&) const = default;
};

/// What one broker is to be sent, in this order (K-CTL-8).
struct Orders {
  std::optional<LeaderAndIsrRequest> leader_and_isr;
  std::optional<UpdateMetadataRequest> update_metadata;
  std::optional<StopReplicaRequest> stop_replica;
};
using OrdersOf = std::map<BrokerId, Orders>;

/// The first leader: the first replica that is alive; in sync are all that are (K-CTL-16). Nothing
/// while none is.
std::optional<LeaderAndIsr> initial_state(const Replicas& replicas, std::span<const BrokerId> live);

/// What has to become of a partition when these brokers are alive: a new leader if its own is gone,
/// an ISR without the dead (K-REP-40, K-REP-41, K-CTL-13). Nothing if it may stay as it is. The
/// leader epoch of the result is one higher; version and controller epoch are the current state's.
struct NextState {
  LeaderAndIsr state;
  bool is_unclean = false;
};
std::optional<NextState> next_state(const LeaderAndIsr& current, const Replicas& replicas,
                                    std::span<const BrokerId> live, bool unclean_allowed);

/// The preferred replica takes over if it is alive and in sync and does not lead already
/// (K-REP-42).
std::optional<LeaderAndIsr> preferred_state(const LeaderAndIsr& current, const Replicas& replicas,
                                            std::span<const BrokerId> live);

/// Places `partitions` times `replication_factor` replicas on `brokers` (sorted, at least as many
/// as replicas), beginning at `start` with `shift` between the leader and its first follower
/// (K-CTL-18).
std::vector<Replicas> assign_replicas(std::span<const BrokerId> brokers, std::int32_t partitions,
                                      std::int32_t replication_factor, std::size_t start,
                                      std::size_t shift);

/// What an active controller knows, and what follows from it. One life per controller epoch.
class Controller {
 public:
  Controller(BrokerId self, ControllerEpoch epoch) : self_(self), epoch_(epoch) {}

  // ---- what it learns ----
  void set_broker(BrokerId id, LiveBroker broker) { brokers_[id] = std::move(broker); }
  void remove_broker(BrokerId id) { brokers_.erase(id); }
  void set_topic(const std::string& topic, TopicAssignment assignment, bool unclean_allowed);
  void forget_topic(const std::string& topic);
  void set_state(const TopicPartition& partition, const LeaderAndIsr& state);
  void mark_for_deletion(const std::string& topic) { deleting_.insert(topic); }

  // ---- what it wants stored ----
  /// Every partition whose state does not fit the brokers that are alive. Topics being deleted are
  /// left alone.
  std::vector<StateChange> plan() const;
  /// Preferred replicas to hand leadership back to, if more than `imbalance_percentage` of the
  /// partitions a broker is preferred for are led by others (K-REP-42).
  std::vector<StateChange> plan_preferred(std::int32_t imbalance_percentage) const;
  /// Topics marked for deletion all of whose replicas are alive (K-CTL-17).
  std::vector<std::string> deletable_topics() const;

  // ---- what brokers are to be told ----
  /// Changed partitions: LeaderAndIsr to their live replicas, UpdateMetadata to all live brokers.
  void tell_changed(OrdersOf& orders, const std::set<TopicPartition>& changed,
                    const std::set<TopicPartition>& created = {}) const;
  /// UpdateMetadata alone, for partitions whose leaders changed the ISR (K-ISR-9).
  void tell_metadata(OrdersOf& orders, const std::set<TopicPartition>& changed) const;
  /// Newcomers get all they host and all metadata, the others the list of the living (K-CTL-13).
  void tell_newcomers(OrdersOf& orders, const std::set<BrokerId>& newcomers) const;
  /// Everything to everybody: after winning the election (K-CTL-6).
  void tell_everything(OrdersOf& orders) const;
  /// The topic is being deleted: leader -2 to all, StopReplica with deletion to its replicas
  /// (K-CTL-17).
  void tell_deletion(OrdersOf& orders, const std::string& topic) const;

  ControllerEpoch epoch() const { return epoch_; }
  const std::map<BrokerId, LiveBroker>& brokers() const { return brokers_; }
  const std::map<std::string, TopicAssignment>& topics() const { return topics_; }
  const std::set<std::string>& topics_to_delete() const { return deleting_; }
  std::vector<BrokerId> live() const;
  const LeaderAndIsr* state(const TopicPartition& partition) const;
  /// Nothing for an unknown partition.
  const Replicas* replicas(const TopicPartition& partition) const;

 private:
  Orders& orders_of(OrdersOf& orders, BrokerId broker) const;
  void add_leader_and_isr(OrdersOf& orders, BrokerId to, const TopicPartition& partition,
                          bool is_new) const;
  void add_metadata(OrdersOf& orders, BrokerId to, const TopicPartition& partition,
                    bool is_deletion) const;
  void add_live_brokers(OrdersOf& orders, BrokerId to) const;

  BrokerId self_;
  ControllerEpoch epoch_;
  std::map<BrokerId, LiveBroker> brokers_;
  std::map<std::string, TopicAssignment> topics_;
  std::map<TopicPartition, LeaderAndIsr> states_;
  std::set<std::string> unclean_topics_;
  std::set<std::string> deleting_;
};

}  // namespace logquake::kafka
