// The coordinator of the groups whose partition of __consumer_offsets this broker leads: carries
// the rules of models/groups/group.h, keeps offsets and assignments as records, loads them after an
// election. Source: K-API-10 to 16, K-GRP, K-OFS.
//
// Not here: static membership (an instance id is answered with UNSUPPORTED_VERSION, as brokers
// before 2.3 do), transactional offsets, DeleteGroups and OffsetDelete.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/broker/config.h"
#include "models/broker/group_records.h"
#include "models/broker/log_manager.h"
#include "models/groups/group.h"
#include "models/protocol/group_admin.h"
#include "models/protocol/group_membership.h"
#include "models/protocol/group_offsets.h"
#include "sim/node.h"
#include "sim/sync.h"

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
  struct Waiting;
  struct GroupEntry;
  struct Shard;

  ErrorCode check(std::string_view group, bool may_be_empty) const;
  GroupEntry* find(const std::string& group);
  const GroupEntry* find(const std::string& group) const;

  sim::Node& node_;
  const BrokerConfig& config_;
  LogManager& logs_;
  GroupServices services_;
};

}  // namespace logquake::kafka
