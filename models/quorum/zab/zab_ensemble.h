// An ensemble of ZAB's rules without nodes, network and disks, for tests: actions are performed at
// once, packets wait in queues until they are delivered by hand, and what is durable is a value.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "models/quorum/zab/following.h"
#include "models/quorum/zab/leadership.h"

namespace logquake::zookeeper::testing {

using History = std::vector<Transaction>;

/// "0x100000001-3 0x200000001": the runs of consecutive zxids.
std::string text_of_history(const History& history);

/// What survives a crash.
struct DurableState {
  std::int64_t accepted_epoch = 0;
  std::int64_t current_epoch = 0;
  Zxid snapshot_zxid;
  History snapshot;  // all that it covers, in order
  History log;       // above the snapshot, and below it where it has not been replaced
  std::set<Zxid> covered() const;
  bool holds(Zxid zxid) const;
  History history() const;  // what a restart recovers
  Zxid last() const;
};

struct Member {
  enum class Role { down, looking, leading, following };
  ServerId id;
  bool is_observer = false;
  Role role = Role::looking;
  DurableState disk;

  // Lost in a crash.
  History state;  // what has been applied
  Zxid last;      // may be a marker (Z-EL-16)
  CommittedWindow window;
  History unlogged;           // appended, not durable
  bool replaces_log = false;  // a SNAP has come that is not yet on the disk
  ServerId leader;
  std::optional<Leadership> leadership;
  std::optional<Following> following;

  bool serves() const;
};

class ZabEnsemble {
 public:
  LeadershipSettings settings;
  FollowingMistakes mistakes;
  std::int64_t window_size = 500;
  /// Disks are fast, unless a test says when a log becomes durable.
  bool logs_at_once = true;
  std::set<ServerId> slow_disks;

  /// Called before each action is performed; true crashes the server instead.
  std::function<bool(Member&, const ZabAction&)> crashes_before;
  /// Called with each line of the story.
  std::function<void(const std::string&)> tell;
  /// Called with each broken promise.
  std::function<void(const std::string&)> accuse;

  void add(ServerId id, bool is_observer, DurableState disk = {});

  void lead(ServerId id);
  void follow(ServerId id, ServerId leader);
  void propose(ServerId leader, std::string_view data = "");
  void sync(ServerId at, SessionId session, std::int32_t xid);
  /// The next packet from one server to another arrives; false where there is none.
  bool deliver(ServerId from, ServerId to);
  /// The next packet from one server to another will be unreadable.
  void garble(ServerId from, ServerId to);
  /// Everything, until nothing is on its way.
  void deliver_all();
  void make_log_durable(ServerId id);
  void cut(ServerId learner);
  /// The first `surviving` of the unsynced transactions reach the disk all the same.
  void crash(ServerId id, std::size_t surviving = 0);
  void restart(ServerId id);
  void advance(Duration step);

  Member& member(ServerId id) { return members_.at(id); }
  const std::map<ServerId, Member>& members() const { return members_; }
  std::vector<std::pair<ServerId, ServerId>> links_with_packets() const;
  /// All that is committed, by any leader.
  const History& committed() const { return committed_; }
  std::set<ServerId> voters() const;

 private:
  using Link = std::pair<ServerId, ServerId>;  // from, to

  void perform(Member& member, const ZabActions& actions);
  void perform_one(Member& member, const ZabAction& action);
  void append_durably(Member& member, const History& transactions);
  void truncate(Member& member, Zxid to);
  void save_snapshot(Member& member);
  void apply(Member& member, const Transaction& transaction);
  void send(Member& member, const SendPacket& send);
  void break_link(Member& learner);
  void stop_leading(Member& leader);
  void look_again(Member& member);
  void recover(Member& member);

  // The promises.
  void on_establish(Member& leader);
  void on_commit(Member& leader, Zxid zxid);
  void on_removal(const Member& member, const std::set<Zxid>& before);
  /// All that is served; or only the newest, where the rest has been looked at.
  void check_serving(const Member& member, bool from_the_start);
  void check_same(const Transaction& transaction);
  bool is_durable_at_quorum(const std::function<bool(const DurableState&)>& holds) const;
  void broken(const std::string& promise);
  void say(const std::string& line) const {
    if (tell) tell(line);
  }

  Instant now_{};
  std::map<ServerId, Member> members_;
  std::map<Link, std::deque<QuorumPacket>> packets_;
  std::vector<History> snapshots_;  // those in SNAP packets, which carry their index

  History committed_;
  std::map<std::int64_t, ServerId> established_;
  std::map<Zxid, Transaction> known_;
};

}  // namespace logquake::zookeeper::testing
