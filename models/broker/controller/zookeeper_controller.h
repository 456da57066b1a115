// The controller in ZooKeeper mode: the broker's registration, the election, and, while it is the
// active one, the carrying out of controller.h's rules. One event loop, one event at a time.
// Source: K-CTL-3 to 17, Z-KZ-3 to 11.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "models/broker/config.h"
#include "models/broker/controller/control_channels.h"
#include "models/broker/controller/controller.h"
#include "models/broker/controller/zookeeper_store.h"
#include "models/quorum/wire/watch_event.h"
#include "sim/node.h"
#include "sim/schedule/sync.h"

namespace logquake::kafka {

/// Owned by the broker's main task, which outlives the tasks that start() spawns.
class ZookeeperController {
 public:
  struct Settings {
    BrokerId self;
    BrokerEndpoint endpoint;
    bool auto_leader_rebalance = true;
    std::int32_t imbalance_percentage = 10;
    Duration imbalance_check_interval = 300s;
    Duration socket_timeout = 30s;
    bool unclean_by_default = false;  // unclean.leader.election.enable of the broker
  };
  ZookeeperController(sim::Node& node, ZookeeperStore& store, Settings settings);
  ZookeeperController(const ZookeeperController&) = delete;
  ZookeeperController& operator=(const ZookeeperController&) = delete;

  /// Registers the broker; waits for at most `patience` while an earlier life's znode is still
  /// there. Blocks. Errors: node_exists (somebody else uses this broker id), session_expired.
  zookeeper::Status register_broker(Duration patience);
  /// Spawns the event loop, which begins with an election.
  void start();
  /// What the ZooKeeper client's watcher is to call. Blocks while an expired session is replaced.
  void on_watch_event(const zookeeper::WatchEvent& event);

  bool is_active() const { return active_.has_value(); }
  /// Whom this broker believes to be the controller; -1 for nobody.
  BrokerId controller_id() const { return controller_id_; }
  /// The czxid of the last registration (K-CTL-3).
  BrokerEpoch broker_epoch() const { return broker_epoch_; }

 private:
  enum class Kind : std::uint8_t {
    startup,
    controller_changed,  // /controller has other content
    reelect,             // /controller is gone
    brokers_changed,
    topics_changed,
    deletions_changed,
    isr_changed,
    replicas_deleted,
    rebalance,
    expired,
    registered_anew,
  };
  struct Event {
    Kind kind{};
    sim::EventId cause;
  };
  /// What an active controller has beyond what every broker has.
  struct Active {
    Active(BrokerId self, ControllerTerm won) : term(won), rules(self, won.epoch) {}
    ControllerTerm term;
    Controller rules;
    std::map<std::string, std::set<BrokerId>>
        deleting;  // topics, and who has yet to delete its replicas
  };
  /// Whether a step went well; if not, the event is over.
  enum class [[nodiscard]] Step : bool{failed, done};

  void run();
  void put(Kind kind);
  void process(Kind kind);
  Step failed(const zookeeper::Error& error);

  void elect();
  /// What a controller must not go by: the partition states as they are before the election.
  Step read_early();
  Step take_over();
  Step check_controller();
  void resign(std::string_view why);

  Step on_brokers_changed();
  Step on_topics_changed();
  Step on_deletions_changed();
  Step on_isr_changed();
  Step on_replicas_deleted();
  Step on_rebalance();
  Step learn_topics(zookeeper::Watch watch, std::set<std::string>& fresh);
  Step learn_states(const std::vector<TopicPartition>& partitions);
  /// Stores what the rules plan until nothing is left to change; adds what changed.
  Step settle(std::set<TopicPartition>& changed, std::set<TopicPartition>& created);
  Step store(const std::vector<StateChange>& plan, std::set<TopicPartition>& changed,
             std::set<TopicPartition>& created, bool& conflicted);
  /// settle(), then tells the brokers.
  Step settle_and_tell(OrdersOf orders = {});
  Step resume_deletions();
  void on_stopped(BrokerId broker, const StopReplicaRequest& request,
                  const StopReplicaResponse& response);
  void state_live_brokers();

  sim::Node& node_;
  ZookeeperStore& store_;
  const Settings settings_;
  ControlChannels channels_;
  std::deque<Event> events_;
  sim::Signal changed_;
  bool expiry_is_first_;
  bool watches_early_;
  bool reads_early_;  // a defect: the states are read before the election is won
  std::map<TopicPartition, LeaderAndIsr> read_early_;
  BrokerEpoch broker_epoch_ = no_broker_epoch;
  BrokerId controller_id_ = no_broker;
  std::optional<Active> active_;
  ControllerEpoch last_epoch_;
};

}  // namespace logquake::kafka
