// Fetches from one leader all that this broker follows there: one request in flight, covering every
// partition, in a session (K-REP 2.10). Source: K-REP-5, K-REP-10, K-REP-15 to 17, K-REP-31,
// K-REP-35.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/broker/config.h"
#include "models/broker/replication/partition.h"
#include "models/protocol/channel.h"
#include "models/protocol/fetch_session_handler.h"
#include "sim/node.h"
#include "sim/schedule/sync.h"

namespace logquake::kafka {

/// Lives until the broker's process ends; idle while it has nothing to fetch.
class ReplicaFetcher {
 public:
  struct Settings {
    BrokerId self;
    BrokerId leader;
    Duration wait_max = 500ms;                   // replica.fetch.wait.max.ms
    std::int32_t min_bytes = 1;                  // replica.fetch.min.bytes
    std::int32_t partition_max_bytes = 1 << 20;  // replica.fetch.max.bytes
    std::int32_t response_max_bytes = 10 << 20;  // replica.fetch.response.max.bytes
    Duration backoff = 1s;                       // replica.fetch.backoff.ms
    Duration socket_timeout = 30s;               // replica.socket.timeout.ms
    // Off: defect fetch.no-epoch-fencing. Before KIP-320 a fetch named no epoch at all; what a
    // follower had to cut it asked for once, when it began to follow.
    bool sends_leader_epoch = true;
    bool truncates = true;  // off: defect replica.skip-truncation
  };
  ReplicaFetcher(sim::Node& node, Settings settings, const BrokerEndpoint& leader);
  ReplicaFetcher(const ReplicaFetcher&) = delete;
  ReplicaFetcher& operator=(const ReplicaFetcher&) = delete;

  /// The leader listens elsewhere now, or anew.
  void move_to(const BrokerEndpoint& leader);
  /// Fetches the partition from now on, as its follower in `epoch`.
  void add(Partition& partition, LeaderEpoch epoch);
  void remove(const TopicPartition& partition);
  bool is_idle() const { return followed_.empty(); }

  /// The task's body; does not return.
  void run();

 private:
  struct Followed {
    Partition* partition = nullptr;
    LeaderEpoch epoch;
    Instant not_before{};  // backing off until then
    bool stopped = false;  // until there is news about its leadership (K-REP-17)
    bool matches = false;  // its leader has answered without finding a divergence
  };
  /// What was asked for each partition of the request in flight, sorted by partition.
  struct AskedFor {
    Partition* partition = nullptr;  // lives as long as the process
    FetchPosition position;
  };
  using Asked = std::vector<AskedFor>;

  FetchRequest build(Asked& asked);
  void take(const FetchResponse& response, Asked& asked);
  static bool is_of(const AskedFor& asked, const std::string& topic, std::int32_t number);
  static Asked::iterator find(Asked& asked, const TopicPartition& id);
  /// Whether a fetch tells the last epoch, so that the leader can find where the logs part.
  bool is_compared(const Followed& followed) const;
  void handle(const TopicPartition& id, const FetchPosition& asked,
              const FetchPartitionResult& result);
  void handle_data(Followed& followed, const FetchPosition& asked,
                   const FetchPartitionResult& result);
  void handle_out_of_range(const TopicPartition& id, const FetchPosition& asked);
  std::optional<Offset> ask_offset(const TopicPartition& id, LeaderEpoch epoch, Timestamp which);
  Followed* current(const TopicPartition& id, const FetchPosition& asked);
  void back_off(Followed& followed) { followed.not_before = node_.now() + settings_.backoff; }
  Duration until_next() const;

  sim::Node& node_;
  Settings settings_;
  std::unique_ptr<Channel> channel_;
  FetchSessionHandler session_;
  std::map<TopicPartition, Followed> followed_;
  sim::Signal changed_;
};

/// The fetchers of one broker, one for each leader and number (num.replica.fetchers).
class ReplicaFetchers {
 public:
  ReplicaFetchers(sim::Node& node, const BrokerConfig& config);
  ReplicaFetchers(const ReplicaFetchers&) = delete;
  ReplicaFetchers& operator=(const ReplicaFetchers&) = delete;

  /// Follows `leader` for this partition from now on, and nobody else.
  void follow(Partition& partition, LeaderEpoch epoch, BrokerId leader,
              const BrokerEndpoint& endpoint);
  /// Fetches the partition from nobody any more.
  void stop(const TopicPartition& partition);

 private:
  struct Key {
    BrokerId leader;
    std::int32_t number = 0;
    auto operator<=>(const Key&) const = default;
  };
  sim::Node& node_;
  const BrokerConfig& config_;
  std::map<Key, std::unique_ptr<ReplicaFetcher>> fetchers_;
};

/// Java's String.hashCode(), by which Kafka spreads topics and groups (K-REP-5, K-API-10).
std::int32_t java_string_hash(std::string_view text);

}  // namespace logquake::kafka
