// For tests: a client that speaks message by message.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/quorum/messages.h"
#include "sim/network/connection.h"
#include "sim/node.h"

namespace logquake::zookeeper::testing {

inline const sim::Address server_address{"zookeeper-1", 2181};

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
    if (!answer || answer->as<ConnectResponse>() == nullptr) return std::nullopt;
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
  SessionId session;  // of the last connect response
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

inline Operation bare_op(OpCode code, std::string path = {}) {
  Operation operation;
  operation.op = code;
  operation.path = std::move(path);
  return operation;
}

}  // namespace logquake::zookeeper::testing
