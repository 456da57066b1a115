// A ZooKeeper client in blocking style, with the habits of the Java library that Kafka uses: one
// session, reconnecting by itself, watches registered again after each reconnect. Source: Z-WT-12,
// Z-WT-17, Z-SE-11 to Z-SE-18.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "models/quorum/wire/operation.h"
#include "models/quorum/wire/watch_event.h"
#include "sim/base/time.h"
#include "sim/network/connection.h"
#include "sim/node.h"

namespace logquake::zookeeper {

struct ClientSettings {
  std::vector<sim::Address> servers;  // tried in an order shuffled once (Z-SE-17)
  Duration session_timeout = 18s;     // asked for; Kafka's default (Z-KZ-2)
  std::string name = "zookeeper";     // names the client's tasks and its stream of chance
};

/// A node's data with its Stat; likewise its children.
struct NodeData {
  Data data;
  Stat stat;
};
struct Children {
  std::vector<std::string> names;  // in byte order
  Stat stat;
};
struct Created {
  std::string path;  // with the suffix of a sequential create
  Stat stat;
};

/// What became of a multi. Source: Z-MU-3.
struct MultiResult {
  std::vector<OperationResult> results;  // one for each member
  /// The first member's error, `ok` where all succeeded (then all took effect together, else none
  /// did).
  ErrorCode code() const;
  bool ok() const { return code() == ErrorCode::ok; }
};

class ClientCore;

/// One session at a time. Every call blocks for its reply and may be made by several tasks at once;
/// they are served in the order in which they were made (Z-SE-22).
///
/// Errors of all calls, besides the operation's own: connection_loss (a request in flight when the
/// connection broke, or made while there is none: a write in flight may or may not have happened),
/// session_expired and auth_failed (nothing works until open_session()). While disconnected, calls
/// fail at once; use wait_until_connected() to retry.
///
/// Watch events and changes of the session's state reach `watcher` on the client's own dispatch
/// task, one after another, in the order in which they came; the watcher may block and may call the
/// client, but holds up later events while it does. An event is queued before the reply of any
/// later read or write returns (Z-WT-9).
class ZooKeeperClient {
 public:
  using Watcher = std::function<void(const WatchEvent&)>;

  /// Does not block and does not connect yet. `node` must outlive the client. The watcher may be
  /// empty.
  ZooKeeperClient(sim::Node& node, ClientSettings settings, Watcher watcher = {});
  /// Lets go of the connection without closing the session: it lives until it times out (Z-SE-10).
  ~ZooKeeperClient();
  ZooKeeperClient(const ZooKeeperClient&) = delete;
  ZooKeeperClient& operator=(const ZooKeeperClient&) = delete;

  /// Starts a new session, the first or, after Expired or close(), the next. Watches of the old
  /// session are forgotten. Does not wait: the watcher hears `connected`, or use
  /// wait_until_connected().
  void open_session();
  /// Blocks until connected, expired or closed, or until `timeout`; whether connected.
  bool wait_until_connected(Duration timeout);

  /// Proves to the server who the client is, now and after each reconnect; the proof lasts for this
  /// client's life. Errors: auth_failed (then nothing works until open_session(), with nothing
  /// proved), connection_loss (it will be proved at the next reconnect). Source: Z-WP-7.
  Status add_auth(std::string scheme, std::string token);

  /// Creates a node. Errors: no_node (no parent), node_exists, no_children_for_ephemerals,
  /// bad_arguments.
  Result<Created> create(std::string path, Data data, CreateMode mode = CreateMode::persistent);
  /// Errors: no_node (then Watch::once leaves no watch, Z-ER-6).
  Result<NodeData> get(std::string path, Watch watch = Watch::none);
  /// Errors: no_node (then Watch::once waits for the creation).
  Result<Stat> exists(std::string path, Watch watch = Watch::none);
  /// Errors: no_node, bad_version.
  Result<Stat> set(std::string path, Data data, std::int32_t version = any_version);
  /// Errors: no_node, bad_version, not_empty.
  Status remove(std::string path, std::int32_t version = any_version);
  /// Errors: no_node (then no watch is left).
  Result<Children> children(std::string path, Watch watch = Watch::none);
  /// Watches a path, or it and everything below it, until remove_watches() or the session's end,
  /// whether or not the node exists; registered again after each reconnect, but what changed
  /// meanwhile is not told (Z-WT-13). Source: Z-WT-6, Z-WT-7.
  Status add_watch(std::string path, AddWatchMode mode);
  /// Errors: no_watcher (this connection holds none of that type there). Source: Z-WT-16.
  Status remove_watches(std::string path, WatcherType type = WatcherType::any);
  /// All or nothing. An error here means the whole call got no answer; a member that failed is told
  /// by MultiResult::code(). Members: create_op, remove_op, set_op, check_op.
  Result<MultiResult> multi(std::vector<Operation> members);
  /// Waits until the server has applied what was committed before. Source: Z-SN-1.
  Status sync(std::string path);
  /// Sends all at once (pipelined) and waits for every reply; results in the same order. Each may
  /// fail for itself, with connection_loss too.
  std::vector<OperationResult> perform(std::vector<Operation> operations);

  /// Ends the session in order; its ephemerals are gone when this returns. Blocks for the reply, at
  /// most for the session's timeout. Errors: connection_loss (it may live until it times out).
  Status close();

  SessionState state() const;
  /// Zero before the first connection. A process recognizes its own ephemerals by it (Z-KZ-3).
  SessionId session() const;
  /// As negotiated with the server (Z-SE-3).
  Duration session_timeout() const;
  /// The highest zxid of any reply so far.
  Zxid last_zxid() const;

 private:
  std::shared_ptr<ClientCore>
      core_;  // shared with the tasks that serve it; they leave it when the client is gone
};

}  // namespace logquake::zookeeper
