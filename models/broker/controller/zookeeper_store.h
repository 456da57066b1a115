// What brokers do in ZooKeeper, call by call, with Kafka's habit of trying again while the
// connection is lost. One session per broker process, shared by all roles (Z-KZ-2). Source: K-CTL-1
// to 5, Z-KZ-3 to 9.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/broker/controller/controller.h"
#include "models/broker/controller/zookeeper_schema.h"
#include "models/quorum/client/zookeeper_client.h"
#include "sim/node.h"

namespace logquake::kafka {

/// What a winner of the controller election holds: its epoch, and the version of /controller_epoch
/// that guards its writes (Z-KZ-6).
struct ControllerTerm {
  ControllerEpoch epoch;
  std::int32_t epoch_version = 0;
};

/// A topic's settings as text.
using TopicSettings = std::map<std::string, std::string>;

/// Every call blocks, and tries again while the connection is lost. Errors of all: session_expired
/// (a new session is the caller's, or its caller's, business), besides those named.
class ZookeeperStore {
 public:
  /// `client` and `node` outlive the store.
  ZookeeperStore(sim::Node& node, zookeeper::ZooKeeperClient& client);

  zookeeper::ZooKeeperClient& client() { return client_; }
  /// Blocks until there is a session that works, for ever if need be. Not for whoever opens new
  /// sessions.
  void wait_until_connected();
  /// Blocks until connected; false if the session has expired meanwhile.
  bool wait_for_session();
  /// Runs `call` until it succeeds or fails by its own fault: waits out lost connections and,
  /// unlike the other calls, expired sessions.
  template <class Call>
  auto persist(Call call) {
    while (true) {
      auto result = call();
      if (!result.is(zookeeper::ErrorCode::session_expired)) return result;
      wait_until_connected();
    }
  }

  // ---- the cluster ----
  /// Creates what is missing of the persistent paths.
  zookeeper::Status make_paths();
  /// The cluster's id; `proposed` if it has none yet.
  zookeeper::Result<std::string> cluster_id(const std::string& proposed);
  /// Registers the broker under this session; its broker epoch. A znode left by an earlier session
  /// of this process is replaced. Errors: node_exists (another owner). Source: Z-KZ-3.
  zookeeper::Result<BrokerEpoch> register_broker(BrokerId id, const BrokerEndpoint& endpoint);
  /// Who is registered, with their epochs. With `watch`, /brokers/ids is watched.
  zookeeper::Result<std::map<BrokerId, LiveBroker>> brokers(
      zookeeper::Watch watch = zookeeper::Watch::none);

  // ---- the controller ----
  /// Whom /controller names; nobody: -1.
  zookeeper::Result<BrokerId> active_controller(zookeeper::Watch watch);
  /// Errors: node_exists, bad_version (somebody else won). Source: K-CTL-4, Z-KZ-4.
  zookeeper::Result<ControllerTerm> become_controller(BrokerId self);
  /// A write that only the holder of `term` can make (Z-KZ-6). Errors: session_moved (it is the
  /// controller no longer), else that of the first member that failed. Results as in the multi,
  /// without the check.
  zookeeper::Result<std::vector<zookeeper::OperationResult>> guarded(
      const ControllerTerm& term, std::vector<zookeeper::Operation> members);

  // ---- topics ----
  zookeeper::Result<std::vector<std::string>> topics(
      zookeeper::Watch watch = zookeeper::Watch::none);
  /// Errors: no_node.
  zookeeper::Result<TopicAssignment> topic(const std::string& topic);
  /// Writes settings and assignment of a new topic. Errors: node_exists.
  zookeeper::Status create_topic(const std::string& topic, const TopicAssignment& assignment,
                                 const TopicSettings& settings);
  /// Empty where there are none.
  zookeeper::Result<TopicSettings> topic_settings(const std::string& topic);
  /// Errors: node_exists (it is marked already).
  zookeeper::Status mark_for_deletion(const std::string& topic);
  zookeeper::Result<std::vector<std::string>> topics_to_delete(
      zookeeper::Watch watch = zookeeper::Watch::none);
  /// Removes everything about a topic. Errors: those of guarded().
  zookeeper::Status remove_topic(const ControllerTerm& term, const std::string& topic,
                                 const TopicAssignment& assignment);

  // ---- partition states ----
  /// Nothing for a partition without a state. Reads are pipelined.
  zookeeper::Result<std::map<TopicPartition, LeaderAndIsr>> states(
      const std::vector<TopicPartition>& partitions);
  /// Stores a state as controller. The new version, or nothing where the znode was not as expected.
  /// Errors: those of guarded().
  zookeeper::Result<std::optional<std::int32_t>> store_state(const ControllerTerm& term,
                                                             const StateChange& change);
  /// Stores an ISR as leader, if the znode still has `state.version`. The new version, or nothing
  /// where the controller was faster. Source: K-ISR-8.
  zookeeper::Result<std::optional<std::int32_t>> store_isr(const TopicPartition& partition,
                                                           const LeaderAndIsr& state);

  // ---- notifications ----
  zookeeper::Status announce_isr_changes(const std::vector<TopicPartition>& partitions);
  /// Children of /isr_change_notification with what they announce.
  zookeeper::Result<std::map<std::string, std::vector<TopicPartition>>> isr_changes(
      zookeeper::Watch watch);
  zookeeper::Status remove_isr_changes(const ControllerTerm& term,
                                       const std::vector<std::string>& children);

  // ---- producer ids ----
  /// Reserves the next block of a thousand ids. Source: K-API-22.
  zookeeper::Result<ProducerIdBlock> reserve_producer_ids(BrokerId self);

 private:
  /// Calls until the answer is no lost connection; `repeated` tells whether that took more than one
  /// try.
  template <class Call>
  auto retry(Call call, bool* repeated = nullptr) {
    while (true) {
      auto result = call();
      if (outlives_sessions_ && result.is(zookeeper::ErrorCode::session_expired)) {
        wait_until_connected();
        continue;
      }
      if (!result.is(zookeeper::ErrorCode::connection_loss)) return result;
      if (repeated != nullptr) *repeated = true;
      if (!wait_for_session() && !outlives_sessions_)
        return decltype(result)(zookeeper::ErrorCode::session_expired);
    }
  }
  /// Whether the znode says what `wanted` says: then an earlier try of ours got through. Its
  /// version then.
  zookeeper::Result<std::optional<std::int32_t>> version_if_stored(const TopicPartition& partition,
                                                                   const LeaderAndIsr& wanted);

  sim::Node& node_;
  zookeeper::ZooKeeperClient& client_;
  std::set<zookeeper::SessionId> sessions_;  // those this process has registered under
  bool checks_controller_epoch_;
  bool checks_ambiguity_;
  bool checks_owner_;
  bool outlives_sessions_;  // a defect: a call goes on under the next session
};

}  // namespace logquake::kafka
