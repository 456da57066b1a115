// A client's connection to one broker: requests out, answers in, in order.
// Source: K-WIRE-2, 3, 7, 11, 12; K-PRD-13 (a time-out closes the connection).
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "models/protocol/envelope.h"
#include "models/protocol/errors.h"
#include "sim/base/format.h"
#include "sim/base/result.h"
#include "sim/base/time.h"
#include "sim/connection.h"
#include "sim/node.h"

namespace logquake::kafka {

/// Blocking request and response over one connection, pipelined where the caller wishes. It
/// connects by itself and again after it was closed, not before the reconnect backoff is over. Any
/// time-out closes it, as real clients do: what was in flight is then lost for this end, its
/// outcome unknown. Belongs to the tasks of one node; one task may send while another awaits.
class Channel {
 public:
  struct Options {
    sim::Address address{};
    std::string client_id{};
    Duration connect_timeout = 10s;       // socket.connection.setup.timeout.ms
    Duration reconnect_backoff = 50ms;    // reconnect.backoff.ms
    Duration reconnect_backoff_max = 1s;  // reconnect.backoff.max.ms
  };
  Channel(sim::Node& node, Options options) : node_(node), options_(std::move(options)) {}

  /// Connects unless connected. Blocks for the handshake. Errors: connection_refused, unreachable,
  /// timed_out; the last failure again, at once, while the backoff lasts.
  Status connect();
  bool is_connected() const { return connection_.is_open(); }
  const sim::Address& address() const { return options_.address; }
  /// When the next attempt to connect may be made; in the past where it may be at once.
  Instant next_attempt() const { return next_attempt_; }
  /// Closes; whoever awaits an answer gets `closed`.
  void close();

  /// Sends one request and blocks for its answer. Errors: those of connect(); timed_out,
  /// connection_reset, closed: the request may or may not have been carried out.
  template <class Request>
  Result<typename Request::Response> call(Request request, Duration timeout) {
    if (auto status = connect(); !status) return status.error();
    auto id = send(std::move(request));
    if (!id) return id.error();
    return await<typename Request::Response>(*id, timeout);
  }

  /// Sends without waiting. The channel is connected. Errors: connection_reset, closed.
  template <class Request>
  Result<CorrelationId> send(Request request) {
    return send_payload(Request::api_key, sim::Payload(std::move(request)));
  }

  /// Blocks for the answer to `id`, which is the oldest not yet awaited: brokers answer in order.
  /// A request with acks 0 has no answer and is not awaited. Errors: timed_out (closes),
  /// connection_reset, closed; corrupt (closes) where the answer is to another request or of
  /// another kind.
  template <class Response>
  Result<Response> await(CorrelationId id, Duration timeout) {
    auto body = await_payload(id, timeout);
    if (!body) return body.error();
    const auto* response = body->template as<Response>();
    if (!response) return wrong_kind(id);
    return *response;
  }

 private:
  Result<CorrelationId> send_payload(ApiKey api_key, sim::Payload body);
  Result<sim::Payload> await_payload(CorrelationId id, Duration timeout);
  logquake::Error wrong_kind(CorrelationId id);

  sim::Node& node_;
  Options options_;
  sim::Connection connection_;
  CorrelationId next_id_{0};
  Instant next_attempt_{};
  Duration backoff_{};
  logquake::Error last_failure_{};
};

}  // namespace logquake::kafka
