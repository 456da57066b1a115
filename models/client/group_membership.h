// Being a member of a group: finding the coordinator, joining, heartbeats, leaving, committing. It
// knows nothing of topics, so that consumers and Connect's workers can both be members. Source:
// K-CON-2 to K-CON-5, K-CON-9, K-API-10 to 14, K-API-8, K-API-9.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/client/cluster_client.h"
#include "models/client/consumer.h"
#include "models/protocol/errors.h"
#include "models/protocol/group_membership.h"
#include "sim/schedule/sync.h"

namespace logquake::kafka {

struct MembershipOptions {
  std::string group_id{};
  std::optional<std::string> group_instance_id{};
  std::string protocol_type{};
  Duration session_timeout = 45s;
  Duration heartbeat_interval = 3s;
  Duration max_poll_interval = 5min;  // also the rebalance timeout
};

/// One member. run() is its background task; the other calls are its user's. The user keeps it
/// alive until run() has returned.
class GroupMembership {
 public:
  /// What the group's leader does: each member's assignment. May block.
  using Assign = std::function<std::map<std::string, Bytes>(const std::string& protocol,
                                                            const std::vector<JoinGroupMember>&)>;

  /// `changed` is notified whenever what the calls below answer has changed.
  GroupMembership(ClusterClient& cluster, MembershipOptions options, Assign assign,
                  sim::Signal& changed);

  /// Joins, heartbeats, until close(). Blocks.
  void run();

  /// The user polls: the member is alive (max.poll.interval.ms).
  void note_poll();
  /// Whether the user must prepare (give up what it owns) and call join().
  bool needs_join() const { return phase_ == Phase::unjoined || is_rejoin_wanted_; }
  /// From now on run() joins, again and again until it succeeds; the assignment comes through
  /// take_assignment().
  void join(std::vector<JoinGroupProtocol> protocols);
  /// Asks for a rebalance: the subscription or the partitions have changed.
  void request_rejoin() { is_rejoin_wanted_ = true; }
  /// The assignment of a completed join, once.
  std::optional<Bytes> take_assignment();
  /// Whether the membership was lost (K-CON-4) since the last call; what it owned is gone.
  bool take_lost();
  /// What no retry of its own mends; once, but a fenced instance stays fenced.
  std::optional<kafka::Error> take_fatal();

  const std::string& member_id() const { return member_id_; }
  Generation generation() const { return generation_; }
  bool is_leader() const { return is_leader_; }

  /// Leaves the group, unless static (K-GRP-14). Blocks for at most `timeout`.
  void leave(Duration timeout);
  /// Ends run(). Does not block.
  void close();

  /// Commits. Blocks; retries what can be retried for `timeout`. `as_member` is false for
  /// partitions assigned by hand. Errors: K-CON-9.
  Outcome<> commit(const Offsets& offsets, bool as_member, Duration timeout);
  /// The committed offsets. Blocks; retries for `timeout`.
  Outcome<Offsets> committed(const std::vector<TopicPartition>& partitions, Duration timeout);

 private:
  enum class Phase : std::uint8_t { unjoined, joining, stable };

  Channel* coordinator();
  Outcome<> find_coordinator();
  void forget_coordinator() { coordinator_.reset(); }
  void join_once();
  bool sync(Channel& channel, const JoinGroupResponse& joined);
  void on_join_error(ErrorCode error, const std::string& member_id);
  void keep_alive();
  void heartbeat();
  void lose(bool forgets_member_id);
  void fail(ErrorCode error, const std::string& deed);
  void back_off();
  Outcome<> commit_once(const Offsets& offsets, bool as_member);
  Outcome<> on_commit_error(ErrorCode error, const TopicPartition& partition);

  ClusterClient& cluster_;
  sim::Node& node_;
  MembershipOptions options_;
  Assign assign_;
  Phase phase_ = Phase::unjoined;
  std::vector<JoinGroupProtocol> protocols_;
  std::string member_id_;
  Generation generation_ = no_generation;
  bool is_leader_ = false;
  bool is_rejoin_wanted_ = false;
  bool is_lost_ = false;
  bool is_closed_ = false;
  std::optional<Bytes> assignment_;
  std::optional<kafka::Error> fatal_;
  std::optional<sim::Address> coordinator_;
  Instant last_poll_{};
  Instant last_heartbeat_{};  // sent or joined
  Instant last_alive_{};      // the coordinator has answered well
  sim::Signal& changed_;
};

}  // namespace logquake::kafka
