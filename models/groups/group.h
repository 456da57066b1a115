// The rules of a classic consumer group: who is a member, when all must join again, who decides,
// who has to leave. A pure state machine: requests and the time go in, effects come out; the
// coordinator (models/broker/coordinator/group_coordinator.h) performs them in the order of their
// fields. Source: K-GRP-1 to 18, K-API-11 to 14. Static membership (K-GRP-15) is not here.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "models/protocol/errors.h"
#include "models/protocol/group_membership.h"
#include "models/protocol/ids.h"
#include "sim/base/time.h"

namespace logquake::kafka {

enum class GroupState : std::uint8_t {
  empty,
  preparing_rebalance,
  completing_rebalance,
  stable,
  dead
};
/// "PreparingRebalance", as tools print it.
std::string_view name_of(GroupState state);

/// Names the request that an answer belongs to; chosen by the carrier.
using ReplyTag = Id<struct ReplyTagTag>;

struct GroupRules {
  Duration initial_rebalance_delay = 3s;
  Duration min_session_timeout = 6s;
  Duration max_session_timeout = 30min;
  std::int32_t max_size = 2147483647;
};

/// One member, as it is stored, too (K-GRP-2, K-OFS-4).
struct StoredMember {
  std::string id;
  std::string client_id;
  std::string client_host;
  Duration rebalance_timeout{};
  Duration session_timeout{};
  std::vector<JoinGroupProtocol> protocols;  // the member's favourite first
  Bytes assignment;
  bool operator==(const StoredMember&) const = default;
};

/// What is written for a group, and what a new coordinator begins with (K-OFS-4).
struct GroupSnapshot {
  std::string protocol_type;
  Generation generation{};
  std::optional<std::string> protocol;
  std::optional<std::string> leader;
  std::vector<StoredMember> members;  // protocols: only the chosen one
  bool operator==(const GroupSnapshot&) const = default;
};

struct JoinReply {
  ReplyTag tag;
  JoinGroupResponse response;
};
struct SyncReply {
  ReplyTag tag;
  SyncGroupResponse response;
};

/// To be written with acks=-1 (K-GRP-10, K-GRP-7). After `awaits_answer` the group waits for
/// stored().
struct StoreGroup {
  GroupSnapshot snapshot;
  bool awaits_answer = false;
};

struct MemberGone {
  std::string member;
  std::string why;  // "left", "let its session expire", "did not rejoin", "did not sync"
};

struct GroupChange {
  GroupState state{};
  Generation generation{};
  std::string why;
};

/// What an input leads to, in the order in which it is to be done.
struct GroupEffects {
  std::vector<std::string> joined;  // members that were added
  std::vector<MemberGone> removed;
  std::vector<GroupChange> changes;
  std::vector<JoinReply> joins;
  std::vector<SyncReply> syncs;
  std::optional<StoreGroup> store;
};

/// What a JoinGroup brings along besides its fields.
struct JoinContext {
  ReplyTag tag;
  std::string client_id;
  std::string client_host;
  std::string new_member_id;       // to be used where the request has none
  bool requires_member_id = true;  // JoinGroup from version 4 on (K-GRP-4)
};

/// Invariant: members that wait for an answer are alive whatever their session says.
class Group {
 public:
  Group(std::string id, const GroupRules& rules) : id_(std::move(id)), rules_(rules) {}
  /// As loaded from a record: Stable with members, Empty without; every member has a fresh session
  /// (K-GRP-17).
  static Group load(std::string id, const GroupRules& rules, const GroupSnapshot& snapshot,
                    Instant now);

  const std::string& id() const { return id_; }
  GroupState state() const { return state_; }
  Generation generation() const { return generation_; }
  const std::string& protocol_type() const { return protocol_type_; }
  const std::optional<std::string>& protocol() const { return protocol_; }
  const std::optional<std::string>& leader() const { return leader_; }
  bool has(std::string_view member) const { return members_.find(member) != members_.end(); }
  /// With every protocol's metadata, and the assignment of the current generation.
  std::vector<StoredMember> members() const;
  /// The metadata of a member for the chosen protocol.
  Bytes metadata_of(const StoredMember& member) const;

  /// The session timeout is the carrier's to check, before there is a group. Source: K-API-11,
  /// K-GRP-9.
  GroupEffects join(const JoinGroupRequest& request, const JoinContext& context, Instant now);
  /// Source: K-API-14, K-GRP-10.
  GroupEffects sync(const SyncGroupRequest& request, ReplyTag tag, Instant now);
  /// The record that StoreGroup asked for was written, or not.
  GroupEffects stored(Generation generation, ErrorCode error, Instant now);
  /// Source: K-API-12.
  ErrorCode heartbeat(std::string_view member, Generation generation, Instant now);
  /// The error of one leaving member. Source: K-API-13, K-GRP-14.
  ErrorCode leave(const std::string& member, Instant now, GroupEffects& effects);
  /// Whether offsets may be committed; resets the session. Source: K-API-8, K-GRP-13.
  ErrorCode check_commit(std::string_view member, Generation generation, Instant now);

  /// When on_time() wants to be called next; nothing while all wait for others.
  std::optional<Instant> next_deadline() const;
  /// Sessions, join and sync deadlines that have passed by `now`.
  GroupEffects on_time(Instant now);
  /// The coordinator gives the group up: whoever waits is told NOT_COORDINATOR (K-GRP-17).
  GroupEffects unload();

 private:
  struct Member {
    StoredMember about;
    std::optional<ReplyTag> joining;
    std::optional<ReplyTag> syncing;
    bool is_new = false;      // its first join is parked (K-GRP-8)
    bool has_synced = false;  // in this generation
    Instant session_end{};
    bool is_waiting() const { return joining || syncing; }
  };
  using Members = std::map<std::string, Member, std::less<>>;

  bool accepts(std::string_view member) const;
  bool supports(const JoinGroupRequest& request) const;
  GroupEffects add(const JoinGroupRequest& request, const JoinContext& context, std::string id,
                   Instant now);
  GroupEffects rejoin(const JoinGroupRequest& request, const JoinContext& context, Member& member,
                      Instant now);
  JoinGroupResponse current_generation(const Member& member, bool with_members) const;

  void prepare_rebalance(std::string why, Instant now, GroupEffects& effects);
  void pass_join_deadline(Instant now, GroupEffects& effects);
  void pass_sync_deadline(Instant now, GroupEffects& effects);
  void maybe_complete_join(Instant now, GroupEffects& effects);
  void complete_join(Instant now, GroupEffects& effects);
  void remove(Members::iterator member, std::string why, Instant now, GroupEffects& effects);
  void forget(Members::iterator member, std::string why, GroupEffects& effects);
  void fail_syncs(ErrorCode error, GroupEffects& effects);
  void change_to(GroupState state, std::string why, GroupEffects& effects);
  void renew_session(Member& member, Instant now) {
    member.session_end = now + member.about.session_timeout;
  }
  std::string choose_protocol() const;
  Duration rebalance_timeout() const;
  bool awaits_syncs() const;
  GroupSnapshot snapshot() const;

  std::string id_;
  GroupRules rules_;
  GroupState state_ = GroupState::empty;
  Generation generation_{0};
  std::string protocol_type_;
  std::optional<std::string> protocol_;
  std::optional<std::string> leader_;
  Members members_;
  std::map<std::string, Instant, std::less<>> pending_;  // ids that were handed out, and until when

  std::optional<Instant> join_deadline_;  // PreparingRebalance
  bool is_initial_delay_ = false;         // the phase of K-GRP-5: it never completes early
  bool new_member_came_ = false;          // during that phase
  Duration initial_delay_left_{};         // by how much it may still be extended
  std::optional<Instant> sync_deadline_;  // K-GRP-11
  // The assignment that is being written; nobody sees it before it is (K-GRP-18).
  std::optional<std::map<std::string, Bytes>> storing_;
};

}  // namespace logquake::kafka
