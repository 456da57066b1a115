// Connections: ordered, reliable streams of messages, as TCP gives them.
#pragma once

#include <cstdint>
#include <string>

#include "sim/base/format.h"
#include "sim/base/result.h"
#include "sim/base/time.h"
#include "sim/payload.h"
#include "sim/trace/fact.h"

namespace logquake::sim {

/// Where somebody listens: the node's name and a port.
struct Address {
  std::string host;
  std::uint16_t port = 0;
  auto operator<=>(const Address&) const = default;
};
/// "broker-1:9092".
std::string to_string(const Address& address);

namespace detail {
struct ListenerState;
struct Pipe;
struct Socket;
}  // namespace detail

/// One end of a connection. Moves, does not copy; closing happens at the latest in the destructor,
/// and with the node's death (a crash of the process resets it, a power loss leaves the peer in the
/// dark).
class Connection {
 public:
  Connection() = default;
  Connection(Connection&& other) noexcept : socket_(other.socket_) { other.socket_ = nullptr; }
  Connection& operator=(Connection&& other) noexcept;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { close(); }

  /// Hands a message to the stream; arrival is never known from here. Does not block, but for one
  /// case: while a `bandwidth` fault limits the direction, it blocks as TCP's does until the
  /// message fits into the send buffer. The message is then in the stream already, in its order; an
  /// error while waiting leaves open whether it arrives. Errors: connection_reset, closed (by this
  /// end), killed.
  Status send(Payload message);

  /// The next message in order. Blocks until one arrives or `timeout` (on the node's own clock) is
  /// over. Errors: timed_out; closed (the peer closed in order and everything before was received);
  /// connection_reset; killed.
  Result<Payload> receive(Duration timeout);

  /// Closes this end: what was sent still arrives, then the peer sees `closed`. Never blocks.
  void close();

  bool is_open() const;
  const Address& peer()
      const;  // the address connected to, or the peer's node and an ephemeral port

 private:
  friend class Network;
  explicit Connection(detail::Socket* socket) : socket_(socket) {}
  detail::Socket* socket_ = nullptr;
};

/// Accepts connections at one port until destroyed.
class Listener {
 public:
  Listener() = default;
  Listener(Listener&& other) noexcept : state_(other.state_) { other.state_ = nullptr; }
  Listener& operator=(Listener&& other) noexcept;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() { close(); }

  /// The next connection. Blocks until somebody connects or `timeout` is over. Errors: timed_out,
  /// closed.
  Result<Connection> accept(Duration timeout);
  Result<Connection> accept();  // for ever
  void close();

 private:
  friend class Network;
  explicit Listener(detail::ListenerState* state) : state_(state) {}
  detail::ListenerState* state_ = nullptr;
};

}  // namespace logquake::sim
