// What exactly one server of an ensemble does, its leader, and a standalone server too: it
// validates and numbers every write, and alone decides whose session is over. Source: Z-BC-1,
// Z-DM-15, Z-DM-21, Z-SE-5 to Z-SE-9, Z-SE-15, Z-SE-19.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "models/quorum/server_settings.h"
#include "models/quorum/service/client_connection.h"
#include "models/quorum/service/server_statistics.h"
#include "models/quorum/tree/request_preparer.h"
#include "models/quorum/tree/session_tracker.h"
#include "models/quorum/tree/znode_tree.h"
#include "sim/node.h"

namespace logquake::zookeeper {

class Sequencer {
 public:
  /// Takes over what the sequencer asks for itself: closes of expired sessions, deletions of empty
  /// containers. Each has to be prepared in its turn.
  using Sink = std::function<void(Work)>;

  /// Every session of `tree` is tracked from now on, with its full timeout (Z-SE-19); numbers go on
  /// after `last`. `node`, `settings` and `tree` must outlive it.
  Sequencer(sim::Node& node, const ServerSettings& settings, const ZnodeTree& tree, Zxid last,
            Sink sink);

  /// Turns a write into the next transaction. `server` is where its client is connected; a write of
  /// a session that has moved elsewhere is refused with session_moved (Z-SE-15).
  Transaction prepare(const Work& work, ServerId server);
  /// What a read of that session must be refused with, if anything.
  ErrorCode session_error(SessionId session, ServerId server);
  /// The session was heard from. False where it is not alive.
  bool touch(SessionId session, Duration timeout);
  /// The session goes on at `server`. False where it is not alive. Source: Z-SE-11.
  bool move(SessionId session, Duration timeout, ServerId server);
  /// The transaction is in the tree now.
  void applied(const Transaction& transaction);

  /// Expires sessions and looks after containers, tick by tick, until `is_over` says so. Blocks.
  void keep_watch(const std::function<bool()>& is_over);

  Zxid last_assigned() const { return preparer_.last_assigned(); }
  const SessionTracker& tracker() const { return tracker_; }
  /// The tracker's buckets by the wall clock, for `dump`.
  ExpiryBuckets<SessionId> session_buckets() const;

 private:
  Caller caller_of(SessionId session, const Identities& identities) const;
  Instant session_clock() const;
  void expire_sessions();
  void sweep_orphans();
  void remove_empty_containers();

  sim::Node& node_;
  const ServerSettings& settings_;
  const ZnodeTree& tree_;
  bool expires_by_wall_clock_;
  Sink sink_;
  RequestPreparer preparer_;
  SessionTracker tracker_;
  std::map<SessionId, Instant> last_heard_;  // on the monotonic clock, for SessionExpired
  std::map<SessionId, ServerId> owners_;     // the server whose requests count (Z-SE-15)
  std::map<SessionId, Instant> orphans_;     // of the defect zk.delayed-ephemeral-delete
  Instant next_container_check_;
};

}  // namespace logquake::zookeeper
