// The coordinator of the groups whose partition of __consumer_offsets this broker leads: carries
// the rules of models/groups/group.h, keeps offsets and assignments as records, loads them after an
// election. Source: K-API-10 to 16, K-GRP, K-OFS.
//
// Not here: static membership (an instance id is answered with UNSUPPORTED_VERSION, as brokers
// before 2.3 do), transactional offsets, DeleteGroups and OffsetDelete.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/broker/config.h"
#include "models/broker/coordinator/group_records.h"
#include "models/broker/coordinator/group_shard.h"
#include "models/broker/log/log_manager.h"
#include "models/groups/group.h"
#include "models/protocol/group_admin.h"
#include "models/protocol/group_membership.h"
#include "models/protocol/group_offsets.h"
#include "sim/node.h"
#include "sim/random.h"
#include "sim/schedule/sync.h"

namespace logquake::kafka {

inline constexpr std::string_view offsets_topic_name = "__consumer_offsets";

/// The partition of __consumer_offsets that holds a group: abs(Java's hash of the name) mod
/// `partitions`, where abs(-2^31) is 0. Source: K-API-10.
std::int32_t partition_of_group(std::string_view group, std::int32_t partitions);

/// Who sent a request.
struct GroupClient {
  std::string client_id;
  std::string host;  // the connection's other end
};

/// What the coordinator needs of its broker.
struct GroupServices {
  /// Appends to a partition this broker leads and waits until it is replicated (acks=-1): the base
  /// offset, or what a producer would be told. Blocks for at most `timeout`.
  std::function<Outcome<Offset>(const TopicPartition& partition, const RecordData& records,
                                Duration timeout)>
      append;
  /// Whether the partition is in the broker's metadata. Does not block.
  std::function<bool(const TopicPartition& partition)> exists;
};

/// Owned by the broker's main task, which outlives the tasks that start() spawns. Requests are
/// calls that block as long as the group keeps its members waiting; each connection makes one at a
/// time.
class GroupCoordinator {
 public:
  GroupCoordinator(sim::Node& node, const BrokerConfig& config, LogManager& logs,
                   GroupServices services);
  GroupCoordinator(const GroupCoordinator&) = delete;
  GroupCoordinator& operator=(const GroupCoordinator&) = delete;

  /// Spawns loading, timers and the expiry of offsets.
  void start();

  /// This broker took up (or gave up) the leadership of a partition in `epoch`; topics other than
  /// __consumer_offsets are ignored. Does not block: loading goes on in the background, and
  /// meanwhile the groups of that partition answer COORDINATOR_LOAD_IN_PROGRESS (K-OFS-6).
  void on_leadership(const TopicPartition& partition, LeaderEpoch epoch, bool leads);

  JoinGroupResponse join(const JoinGroupRequest& request, const GroupClient& client);
  SyncGroupResponse sync(const SyncGroupRequest& request);
  HeartbeatResponse heartbeat(const HeartbeatRequest& request);
  LeaveGroupResponse leave(const LeaveGroupRequest& request);
  OffsetCommitResponse commit(const OffsetCommitRequest& request);
  OffsetFetchResponse fetch(const OffsetFetchRequest& request) const;
  DescribeGroupsResponse describe(const DescribeGroupsRequest& request) const;
  ListGroupsResponse list(const ListGroupsRequest& request) const;

 private:
  /// A request that the group keeps waiting.
  template <class Response>
  struct Waiting {
    explicit Waiting(sim::Node& node) : answered(node, "the group to answer") {}
    std::optional<Response> response;
    sim::Signal answered;
  };
  template <class Response>
  using WaitingOnes = std::map<ReplyTag, Waiting<Response>*>;
  /// Remembers where a group was found, across calls that block.
  struct Place {
    std::int32_t partition = 0;
    LeaderEpoch loaded_in;  // of the shard
    std::string group;
  };

  // group_coordinator.cc
  ErrorCode check(const std::string& group, bool may_be_empty) const;
  const GroupShard* shard_of(const std::string& group) const;
  GroupEntry* find(const std::string& group) const;
  GroupEntry* find(const Place& place) const;
  GroupEntry& find_or_create(const std::string& group);
  Place place_of(const std::string& group) const;
  std::string new_member_id(const std::string& client_id);
  template <class Response, class Deed>
  Response wait_for(WaitingOnes<Response>& waiting, Deed deed);
  void perform(GroupEntry& entry, GroupEffects effects);
  void state_facts(GroupEntry& entry, const GroupEffects& effects);
  void state_assignment(const GroupEntry& entry);
  void store(const Place& place, const StoreGroup& what);
  void run_timers();
  Outcome<Offset> append(const Place& place, std::vector<Record> records);
  TopicPartition partition_of(const Place& place) const;
  Timestamp wall_clock() const { return unix_milliseconds(node_.wall_clock()); }
  GroupRules rules() const;

  // group_loading.cc
  void run_loader();
  void load(std::int32_t partition, LeaderEpoch epoch);
  void unload(std::int32_t partition, GroupShard& shard);

  // group_offsets.cc
  struct Commit {
    TopicPartition partition;
    CommittedOffset value;
    OffsetCommitPartitionResult* result = nullptr;
  };
  std::vector<Commit> admit(const OffsetCommitRequest& request,
                            OffsetCommitResponse& response) const;
  void write_commits(const Place& place, std::vector<Commit>& commits);
  void state_commit(const Place& place, const Commit& commit);
  void expire_offsets();
  std::vector<TopicPartition> expired_in(const GroupEntry& entry) const;
  void forget(const Place& place, GroupEntry& entry, const std::vector<TopicPartition>& partitions);

  sim::Node& node_;
  const BrokerConfig& config_;
  LogManager& logs_;
  GroupServices services_;
  std::map<std::int32_t, GroupShard> shards_;
  struct LoadOrder {
    std::int32_t partition = 0;
    LeaderEpoch epoch;
  };
  std::deque<LoadOrder> to_load_;
  sim::Signal load_ordered_;
  sim::Signal timers_changed_;
  WaitingOnes<JoinGroupResponse> joining_;
  WaitingOnes<SyncGroupResponse> syncing_;
  ReplyTag last_tag_{0};
  sim::Random member_ids_;
  bool acknowledges_before_append_ = false;
  bool accepts_stale_generations_ = false;
  bool expires_when_unstable_ = false;
};

}  // namespace logquake::kafka
