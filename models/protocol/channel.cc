#include "models/protocol/channel.h"

#include <algorithm>
#include <limits>

#include "models/protocol/probes.h"
#include "sim/base/check.h"
#include "sim/base/format.h"

namespace logquake::kafka {

Channel::Channel(sim::Node& node, Options options)
    : node_(node),
      options_(std::move(options)),
      random_(node.random().split(
          format("channel/{}/{}", options_.client_id, to_string(options_.address)))),
      changed_(node, "an answer on a channel") {}

Status Channel::connect() {
  if (is_connected()) return {};
  // A task that still receives from the closed connection must have left it before it is replaced.
  changed_.wait_until([this] { return !is_connecting_ && !is_receiving_; });
  if (is_connected()) return {};
  if (node_.now() < next_attempt_) return last_failure_;
  // The old connection may have been reset while nobody listened to it.
  close_because(
      {ErrorCode::connection_reset, format("the connection to {} was lost", options_.address)});
  is_connecting_ = true;
  auto connection = node_.connect(options_.address, options_.connect_timeout);
  is_connecting_ = false;
  changed_.notify_all();
  if (connection) {
    connection_ = std::move(*connection);
    backoff_ = {};
    return {};
  }
  last_failure_ = connection.error();
  // Doubled at each failure in a row, 20 % more or less. Source: reconnect.backoff.ms, KIP-144.
  backoff_ =
      std::min(std::max(backoff_ * 2, options_.reconnect_backoff), options_.reconnect_backoff_max);
  const auto jitter = random_.between(-(backoff_ / 5), backoff_ / 5);
  next_attempt_ = node_.now() + backoff_ + jitter;
  return last_failure_;
}

Result<CorrelationId> Channel::send_payload(ApiKey api_key, sim::Payload body, bool answered) {
  if (!is_connected())
    return Error{ErrorCode::closed, format("send to {}: not connected", options_.address)};
  const auto id = next_id_;
  next_id_ = id.value() == std::numeric_limits<std::int32_t>::max() ? CorrelationId{0} : id + 1;
  auto sent = connection_.send(RequestEnvelope{api_key, id, options_.client_id, std::move(body)});
  if (!sent) {
    close_because(sent.error());
    return sent.error();
  }
  if (answered) in_flight_[id];
  return id;
}

Result<sim::Payload> Channel::await_payload(CorrelationId id, Duration timeout) {
  if (node_.buggify(early_timeout)) timeout /= 10;
  const auto deadline = deadline_after(node_.now(), timeout);
  while (true) {
    const auto request = in_flight_.find(id);
    LOGQUAKE_CHECK(request != in_flight_.end(),
                   "an answer is awaited once, for a request that was sent");
    if (request->second.body || request->second.failure) {
      const InFlight done = std::move(request->second);
      in_flight_.erase(request);
      if (done.failure) return *done.failure;
      return *done.body;
    }
    const auto left = deadline - node_.now();
    if (left <= Duration::zero()) {
      close_because({ErrorCode::timed_out, format("request {} to {}: no answer within {}", id,
                                                  options_.address, to_text(timeout))});
    } else if (is_receiving_) {
      changed_.wait(left);
    } else {
      receive_one(left);
    }
  }
}

void Channel::receive_one(Duration timeout) {
  is_receiving_ = true;
  auto message = connection_.receive(timeout);
  is_receiving_ = false;
  if (!message) {
    // A time-out here is the caller's own; it closes with its own words.
    if (!message.is(ErrorCode::timed_out)) close_because(message.error());
  } else {
    const auto* envelope = message->as<ResponseEnvelope>();
    const auto request = envelope ? in_flight_.find(envelope->correlation_id) : in_flight_.end();
    if (request == in_flight_.end()) {
      close_because(
          {ErrorCode::corrupt, format("from {}: an answer to no request", options_.address)});
    } else {
      request->second.body = envelope->body;
    }
  }
  changed_.notify_all();
}

void Channel::close_because(const Error& error) {
  connection_.close();
  for (auto& [id, request] : in_flight_) {
    if (!request.body && !request.failure) request.failure = error;
  }
  changed_.notify_all();
}

logquake::Error Channel::wrong_kind(CorrelationId id) {
  const Error error{ErrorCode::corrupt,
                    format("from {}: answer {} is of another kind", options_.address, id)};
  close_because(error);
  return error;
}

}  // namespace logquake::kafka
