// What a server keeps of one client's connection, and of one request on its way.
#pragma once

#include <optional>
#include <string>

#include "models/quorum/transaction.h"
#include "models/quorum/watch_table.h"
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
  bool established = false;  // the connect response has been sent
  bool ignored = false;      // a closeSession was received: nothing behind it counts (Z-ER-11)
};

/// A request that is validated already and waits for its turn.
struct Work {
  ConnectionId origin;  // zero: the server's own
  SessionId session;
  sim::Payload message;  // a Request, or empty
  OpCode op{};
  std::optional<Transaction> transaction;  // writes
  Identities identities;                   // reads: the client's when the request came (Z-WP-7)
  ErrorCode refusal = ErrorCode::ok;       // reads of a session that is gone
  sim::EventId cause;
};

}  // namespace logquake::zookeeper
