// A client's connection to one broker: requests out, answers in, in order.
// Source: K-WIRE-2, 3, 7, 11, 12; K-PRD-13 (a time-out closes the connection).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "models/protocol/envelope.h"
#include "models/protocol/ids.h"
#include "sim/base/result.h"
#include "sim/base/time.h"
#include "sim/network/connection.h"
#include "sim/node.h"
#include "sim/random.h"
#include "sim/schedule/sync.h"

namespace logquake::kafka {

/// Requests and answers over one connection, pipelined where the caller wishes. It connects when
/// asked, and again after it was closed, not before the reconnect backoff is over. Any time-out
/// closes it, as real clients do: every request in flight then fails, its outcome unknown. Several
/// tasks of one node may use it side by side; they must end before it does.
class Channel {
 public:
  struct Options {
    sim::Address address{};
    std::string client_id{};
    Duration connect_timeout = 10s;       // socket.connection.setup.timeout.ms
    Duration reconnect_backoff = 50ms;    // reconnect.backoff.ms
    Duration reconnect_backoff_max = 1s;  // reconnect.backoff.max.ms
  };
  Channel(sim::Node& node, Options options);
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  /// Connects unless connected. Blocks for the handshake. Errors: connection_refused, unreachable,
  /// timed_out; while the backoff lasts, the last failure again, at once.
  Status connect();
  bool is_connected() const { return connection_.is_open(); }
  const sim::Address& address() const { return options_.address; }
  /// When connect() will try again; in the past where it would at once.
  Instant next_attempt() const { return next_attempt_; }
  /// Closes; every request in flight fails with `closed`.
  void close() { close_because({ErrorCode::closed, "closed by this end"}); }

  /// Sends one request and blocks for its answer. Errors: those of connect(); timed_out (closes),
  /// connection_reset, closed: the request may or may not have been carried out.
  template <class Request>
  Result<typename Request::Response> call(Request request, Duration timeout) {
    if (auto status = connect(); !status) return status.error();
    auto id = send(std::move(request));
    if (!id) return id.error();
    return await<typename Request::Response>(*id, timeout);
  }

  /// Sends without waiting, on the connected channel; await() is called for the id some time.
  /// Errors: connection_reset, closed.
  template <class Request>
  Result<CorrelationId> send(Request request) {
    return send_payload(Request::api_key, sim::Payload(std::move(request)), true);
  }
  /// Sends what has no answer: Produce with acks 0 (K-WIRE-8). Errors: connection_reset, closed.
  template <class Request>
  Status send_unanswered(Request request) {
    auto id = send_payload(Request::api_key, sim::Payload(std::move(request)), false);
    if (!id) return id.error();
    return {};
  }

  /// Blocks for the answer to `id`; once. Errors: timed_out (closes); what closed the connection
  /// meanwhile: timed_out, connection_reset, closed, or corrupt where an answer fitted no request.
  template <class Response>
  Result<Response> await(CorrelationId id, Duration timeout) {
    auto body = await_payload(id, timeout);
    if (!body) return body.error();
    const auto* response = body->template as<Response>();
    if (!response) return wrong_kind(id);
    return *response;
  }

 private:
  using ErrorCode = logquake::ErrorCode;  // connections fail as the kernel says, not as Kafka does
  using Error = logquake::Error;
  // What has become of a request in flight: nothing yet, an answer, or a failure.
  struct InFlight {
    std::optional<sim::Payload> body{};
    std::optional<Error> failure{};
  };

  Result<CorrelationId> send_payload(ApiKey api_key, sim::Payload body, bool answered);
  Result<sim::Payload> await_payload(CorrelationId id, Duration timeout);
  void receive_one(Duration timeout);
  void close_because(const Error& error);
  Error wrong_kind(CorrelationId id);

  sim::Node& node_;
  Options options_;
  sim::Random random_;
  sim::Connection connection_;
  sim::Signal changed_;
  bool is_connecting_ = false;
  bool is_receiving_ = false;  // one task receives for all that await
  std::map<CorrelationId, InFlight> in_flight_;
  CorrelationId next_id_{0};
  Instant next_attempt_{};
  Duration backoff_{};
  Error last_failure_{};
};

}  // namespace logquake::kafka
