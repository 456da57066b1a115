// Where steps are played: real servers behind sockets, or simulated ones. Calls block.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "models/quorum/wire/messages.h"
#include "models/quorum/wire/wire.h"

namespace logquake::zookeeper::conformance {

/// One connection to one server.
class Link {
 public:
  virtual ~Link() = default;
  /// Nothing where the server closed without a word.
  virtual std::optional<ConnectResponse> greet(const ConnectRequest& request) = 0;
  virtual void send(const Request& request) = 0;
  /// The next message; `awaited` is the op code of the request that a reply would answer. Nothing
  /// where the server has closed.
  virtual std::optional<ServerMessage> receive(OpCode awaited) = 0;
};

class Ensemble {
 public:
  virtual ~Ensemble() = default;
  /// Counted from 0; nothing where the server does not take the connection.
  virtual std::unique_ptr<Link> dial(int server) = 0;
  /// How the servers call the client's machine, as an id of the scheme `ip`.
  virtual std::string own_host() const = 0;
};

}  // namespace logquake::zookeeper::conformance
