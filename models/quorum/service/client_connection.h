// What a server keeps of one client's connection, and of one request on its way.
#pragma once

#include <optional>
#include <string>

#include "models/quorum/service/server_statistics.h"
#include "models/quorum/tree/transaction.h"
#include "models/quorum/tree/watch_table.h"
#include "sim/base/time.h"
#include "sim/network/connection.h"

namespace logquake::zookeeper {

/// From accept to its end.
struct ClientConnection {
  ConnectionId id;
  sim::Connection stream;
  std::string host;
  Identities identities;  // for access lists: the host and what the client has proved
  SessionId session;      // zero until asked for or resumed
  Duration timeout{};     // negotiated
  Instant last_heard;
  bool established = false;      // the connect response has been sent
  bool ignored = false;          // a closeSession was received: nothing behind it counts (Z-ER-11)
  ConnectionStatistics counted;  // but for its session and timeout
};

/// A request on its way through a server.
struct Work {
  ConnectionId origin;  // zero: the server's own, or another server's client
  SessionId session;
  Identities identities;  // the client's when the request came (Z-WP-7)
  sim::Payload message;   // a Request, or empty
  OpCode op{};
  bool is_write = false;                   // it consumes a zxid
  Duration timeout{};                      // create_session: as negotiated
  std::optional<Transaction> transaction;  // writes, once they are validated
  ErrorCode refusal = ErrorCode::ok;       // reads of a session that is gone
  Instant received;                        // a client's
  sim::EventId cause;
};

}  // namespace logquake::zookeeper
