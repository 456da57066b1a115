// For tests: a client that speaks message by message.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/quorum/tree/session_tracker.h"
#include "models/quorum/wire/messages.h"
#include "sim/network/connection.h"
#include "sim/node.h"

namespace logquake::zookeeper::testing {

inline const sim::Address server_address{"zookeeper-1", 2181};

/// Asks for a session that there is already.
inline ConnectRequest resuming(SessionId session, Zxid seen = {}) {
  ConnectRequest request;
  request.session = session;
  request.password = session_password(session);
  request.last_zxid_seen = seen;
  return request;
}

inline Operation bare_op(OpCode code, std::string path = {}) {
  Operation operation;
  operation.op = code;
  operation.path = std::move(path);
  return operation;
}

/// A client without habits: sends what it is told and shows what comes.
class RawClient {
 public:
  explicit RawClient(sim::Node& node, sim::Address server = server_address)
      : node_(node), server_(std::move(server)) {}

  /// Nothing where the server closed without a word.
  std::optional<ConnectResponse> connect(ConnectRequest request = {}, Duration timeout = 2s) {
    if (!dial()) return std::nullopt;
    if (request.timeout == 0)
      request.timeout = static_cast<std::int32_t>(timeout / std::chrono::milliseconds(1));
    if (!stream.send(request)) return std::nullopt;
    auto answer = stream.receive(30s);
    if (!answer) return std::nullopt;
    if (const auto* reply = answer->as<Reply>()) last_reply = *reply;
    if (answer->as<ConnectResponse>() == nullptr) return std::nullopt;
    session = answer->as<ConnectResponse>()->session;
    return *answer->as<ConnectResponse>();
  }
  void send(Operation operation) {
    Request request;
    request.xid = ++xid_;
    request.operation = std::move(operation);
    send(std::move(request));
  }
  void send(Request request) { (void)stream.send(std::move(request)); }
  /// The next reply; events before it are collected. Nothing where the connection is over.
  std::optional<Reply> reply() {
    for (;;) {
      auto message = stream.receive(30s);
      if (!message) return std::nullopt;
      if (const auto* event = message->as<WatchEvent>()) {
        events.push_back(*event);
        continue;
      }
      if (const auto* reply = message->as<Reply>()) return *reply;
    }
  }
  std::optional<Reply> call(Operation operation) {
    send(std::move(operation));
    return reply();
  }

  /// What came of the operation; connection_loss where the server closed instead.
  ErrorCode outcome(Operation operation) {
    const auto reply = call(std::move(operation));
    return reply ? reply->error : ErrorCode::connection_loss;
  }
  /// The data of the next reply, which is a read's; nothing where there is none.
  Data data() {
    const auto next = reply();
    return next ? next->result.data : std::nullopt;
  }
  /// The node's data; nothing where there is none.
  Data data_of(std::string path) {
    send(bare_op(OpCode::get_data, std::move(path)));
    return data();
  }

  /// Sends a four-letter word on a new connection. Nothing where the server closes without a text.
  std::optional<std::string> ask(std::string word) {
    if (!dial() || !stream.send(FourLetterWord{std::move(word)})) return std::nullopt;
    auto answer = stream.receive(30s);
    if (!answer || answer->as<FourLetterAnswer>() == nullptr) return std::nullopt;
    return answer->as<FourLetterAnswer>()->text;
  }

  void prove(std::string scheme, std::string token) {
    Request request;
    request.xid = xid::auth;
    request.operation.op = OpCode::auth;
    request.credentials = {std::move(scheme), std::move(token)};
    send(std::move(request));
  }

  sim::Connection stream;
  SessionId session;                // of the last connect response
  std::optional<Reply> last_reply;  // where a connect request was answered by one
  std::vector<WatchEvent> events;

 private:
  bool dial() {
    auto connected = node_.connect(server_, 1s);
    if (connected) stream = std::move(*connected);
    return connected.ok();
  }

  sim::Node& node_;
  sim::Address server_;
  std::int32_t xid_ = 0;
};

}  // namespace logquake::zookeeper::testing
