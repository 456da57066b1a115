// One server's clients: their connections, sessions' greetings, watches and replies. The same for a
// standalone server, a leader and a learner; a RequestRoute says where requests go.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "models/quorum/server_settings.h"
#include "models/quorum/service/client_connection.h"
#include "models/quorum/service/request_route.h"
#include "models/quorum/storage/server_database.h"
#include "models/quorum/tree/watch_table.h"
#include "models/quorum/wire/messages.h"
#include "sim/network/connection.h"
#include "sim/node.h"

namespace logquake::zookeeper {

class ClientService {
 public:
  /// The arguments must outlive it. `id` goes into session ids (Z-SE-1).
  ClientService(sim::Node& node, const ServerSettings& settings, ServerId id,
                ServerDatabase& database);

  /// Listens at the client port; the process exits where it cannot.
  void listen();
  /// Takes connections until the node dies.
  [[noreturn]] void accept_for_ever();
  /// Serves clients over `route` from now on.
  void open(std::shared_ptr<RequestRoute> route);
  /// Closes every connection and serves nobody: a new connection is closed at its first frame,
  /// without a word (Z-BC-5, Z-WP-16).
  void shut();
  bool is_open() const { return route_ != nullptr; }

  /// A transaction takes effect at this server: it is applied, watches fire, then its client is
  /// answered (Z-WT-9). `work` is the request behind it; its origin is zero where no client of this
  /// server waits.
  void deliver(const Transaction& transaction, const Work& work);
  /// Answers a read, or refuses it where `work.refusal` says so.
  void answer(const Work& work);
  /// Closes the connection without a word. Source: Z-SE-15.
  void disconnect(ConnectionId connection, std::string_view why);
  /// The connection on which the session is established here; null where it is not.
  const ClientConnection* connection_of(SessionId session) const;

 private:
  void admit(sim::Connection stream);
  void serve(ClientConnection& connection);
  bool greet(ClientConnection& connection);
  void open_session(ClientConnection& connection);
  bool resume_session(ClientConnection& connection, const ConnectRequest& request);
  void refuse(ClientConnection& connection, std::string_view why);
  logquake::Result<sim::Payload> receive(ClientConnection& connection);
  void take_request(ClientConnection& connection, const sim::Payload& message);
  void end(ClientConnection& connection, std::string_view why);
  void answer(ClientConnection& connection, const FourLetterWord& word);
  std::optional<std::string> text_for(const FourLetterWord& word);
  ServerStatistics statistics() const;
  void add_connections(ServerStatistics& server) const;
  void add_files(ServerStatistics& server) const;
  /// When a connection from which nothing comes is closed (Z-SE-16).
  static Instant idle_at(const ClientConnection& connection);
  bool is_one_too_many(const std::string& host) const;
  void establish(ClientConnection& connection);
  void settle_session(const Transaction& transaction, const Work& work, const Applied& applied);
  void reply_to_write(const Transaction& transaction, const Work& work, Applied& applied);
  void fire_watches(const Applied& applied);
  void send_event(ClientConnection& connection, const WatchEvent& event);
  void send(ClientConnection& connection, sim::Payload message);
  void reply_to(ClientConnection& connection, const Work& work, Reply reply);
  void count_reply(ClientConnection& connection, const Work& work, Zxid zxid);
  ClientConnection* find(ConnectionId id);

  sim::Node& node_;
  const ServerSettings& settings_;
  ServerDatabase& database_;
  bool drops_before_password_;
  bool replies_before_watch_;
  bool replies_session_moved_;

  sim::Listener listener_;
  std::shared_ptr<RequestRoute> route_;
  std::map<SessionId, ConnectionId> owners_;  // where each session is connected now
  WatchTable watches_;
  std::map<ConnectionId, std::unique_ptr<ClientConnection>> connections_;
  ConnectionId last_connection_;
  SessionId next_session_;
  ServerId id_;

  /// Since the service was opened, or since `srst`.
  struct Counters {
    LatencyCounter latency;
    std::int64_t received = 0;
    std::int64_t sent = 0;
  };
  Counters counted_;
  Instant opened_;
  std::int64_t trace_mask_ = ServerStatistics().trace_mask;
};

}  // namespace logquake::zookeeper
