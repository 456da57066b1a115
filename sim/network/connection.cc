#include "sim/network/connection.h"

#include <utility>

#include "sim/network/network.h"

namespace logquake::sim {

std::string to_string(const Address& address) {
  return format("{}:{}", address.host, address.port);
}

Connection& Connection::operator=(Connection&& other) noexcept {
  if (this != &other) {
    close();
    socket_ = std::exchange(other.socket_, nullptr);
  }
  return *this;
}

Status Connection::send(Payload message) {
  if (socket_ == nullptr) return ErrorCode::closed;
  return socket_->network->send(*socket_, std::move(message));
}

Result<Payload> Connection::receive(Duration timeout) {
  if (socket_ == nullptr) return ErrorCode::closed;
  return socket_->network->receive(*socket_, timeout);
}

void Connection::close() {
  if (socket_ == nullptr) return;
  auto& socket = *std::exchange(socket_, nullptr);
  socket.network->close(socket);
}

bool Connection::is_open() const {
  return socket_ != nullptr && socket_->is_live && !socket_->was_reset;
}

const Address& Connection::peer() const {
  LOGQUAKE_CHECK(socket_ != nullptr, "peer() of a connection that was closed");
  return socket_->peer_address;
}

Listener& Listener::operator=(Listener&& other) noexcept {
  if (this != &other) {
    close();
    state_ = std::exchange(other.state_, nullptr);
  }
  return *this;
}

Result<Connection> Listener::accept(Duration timeout) {
  if (state_ == nullptr) return ErrorCode::closed;
  return state_->network.accept(*state_, timeout);
}

Result<Connection> Listener::accept() { return accept(forever); }

void Listener::close() {
  if (state_ == nullptr) return;
  auto& state = *std::exchange(state_, nullptr);
  state.network.close(state);
}

}  // namespace logquake::sim
