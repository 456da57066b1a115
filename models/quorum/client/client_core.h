// The client's inside: its connection, its requests in flight, its watches, its events. Shared by
// the client and the tasks that serve it.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "models/quorum/client/client_watches.h"
#include "models/quorum/client/zookeeper_client.h"
#include "models/quorum/wire/messages.h"
#include "sim/random.h"
#include "sim/schedule/sync.h"

namespace logquake::zookeeper {

/// A request that has been sent and not been answered yet.
struct ClientCall {
  Request request;
  Reply reply;
  ErrorCode failure = ErrorCode::ok;  // where no reply came
  bool done = false;
};

class ClientCore : public std::enable_shared_from_this<ClientCore> {
 public:
  using Watcher = ZooKeeperClient::Watcher;

  ClientCore(sim::Node& node, ClientSettings settings, Watcher watcher);

  void start_dispatching();
  void open_session();
  void abandon();
  bool wait_until_connected(Duration timeout);
  /// Blocks until each has its reply or has failed.
  std::vector<std::shared_ptr<ClientCall>> call(std::vector<Request> requests);
  /// Remembers the credentials; blocks until the server has judged them, if there is one.
  ErrorCode prove(Credentials credentials);
  Status close();

  SessionState state() const { return state_; }
  SessionId session() const { return session_; }
  Duration timeout() const { return timeout_; }
  Zxid last_zxid() const { return last_zxid_; }

 private:
  bool is_current(std::int64_t life) const { return life == life_ && !abandoned_; }
  void keep_connected(std::int64_t life);
  bool shake_hands(std::int64_t life, const sim::Address& server);
  void send_watches();
  void send_credentials(const std::shared_ptr<ClientCall>& call);
  void take_proof(ErrorCode error);
  void receive_for_ever(std::int64_t life);
  std::optional<Duration> ping_when_due();
  bool take(const sim::Payload& message);
  bool take_reply(const Reply& reply);
  void take_event(const WatchEvent& event);
  void disconnected(std::string_view why);
  void expired();
  void fail_calls(ErrorCode code);
  void change_state(SessionState state);
  void dispatch_for_ever();
  void send(Request request);

  sim::Node& node_;
  ClientSettings settings_;
  Watcher watcher_;
  sim::Random random_;
  std::vector<sim::Address> servers_;  // shuffled
  std::size_t next_server_ = 0;

  std::int64_t life_ = 0;  // counts sessions, so that tasks of an old one notice
  bool abandoned_ = false;
  SessionState state_ = SessionState::closed;
  SessionId session_;
  Bytes password_;
  Duration timeout_{};
  Zxid last_zxid_;
  std::int32_t last_xid_ = 0;
  sim::Connection stream_;
  Instant last_sent_;
  Instant last_received_;
  std::deque<std::shared_ptr<ClientCall>> calls_;   // in the order in which they were sent
  std::vector<Credentials> credentials_;            // sent at each connect
  std::deque<std::shared_ptr<ClientCall>> proofs_;  // being judged, in the order of sending
  ClientWatches watches_;
  std::deque<std::pair<WatchEvent, sim::EventId>> events_;
  sim::Signal changed_;   // state_
  sim::Signal answered_;  // some call is done
  sim::Signal has_events_;
};

}  // namespace logquake::zookeeper
