#include "sim/network/pipes.h"

#include <limits>

namespace logquake::sim::detail {
namespace {

constexpr std::int64_t first_retransmission = 200'000'000;  // Linux: the smallest RTO
constexpr std::int64_t longest_backoff = 120'000'000'000;   // Linux: TCP_RTO_MAX
constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

// When TCP sends a segment again that was first sent at `sent`, at or after `now`.
std::int64_t retransmission(std::int64_t sent, std::int64_t now) {
  std::int64_t wait = first_retransmission;
  std::int64_t at = sent + wait;
  while (at < now) {
    wait = std::min(wait * 2, longest_backoff);
    at += wait;
  }
  return at;
}

// What a message takes on the wire; only data counts.
std::int64_t bytes_of(const Message& message) {
  return message.kind == Message::Kind::data ? wire_bytes(message.payload) : 0;
}

}  // namespace

void Pipes::drop_in_flight(Pipe& pipe) {
  while (!pipe.in_flight.empty()) {
    Message& message = pipe.in_flight.pop();
    if (message.arrives_at < 0 && pipe.link->faults->gate().has_wire())
      pipe.link->faults->hold(-bytes_of(message));
    free(message);
  }
  if (pipe.is_queued()) scheduler_.remove(pipe);
  pipe.is_held = false;
}

void Pipes::enqueue_through_faults(Pipe& pipe, Message& message) {
  message.sent_at = scheduler_.now();
  plan(pipe, message);
  if (pipe.in_flight.empty() && message.arrives_at < 0) pipe.is_held = true;
  pipe.in_flight.push(message);
  arm(pipe);
}

// Settles when a message that has not left leaves and arrives, by what is wrong with its direction
// now.
void Pipes::plan(Pipe& pipe, Message& message) {
  Link& link = *pipe.link;
  LinkFaults* faults = link.faults.get();
  const std::int64_t now = scheduler_.now();
  if (faults != nullptr && faults->gate().is_silent) message.was_lost = true;
  if (faults != nullptr && faults->gate().is_blocked()) {
    message.leaves_at = never;
    message.arrives_at = -1;
    link.leaving_until = never;
    if (faults->gate().has_wire()) faults->hold(bytes_of(message));
    return;
  }
  std::int64_t leaves = message.was_lost ? retransmission(message.sent_at, now) : now;
  if (faults != nullptr && faults->gate().has_wire())
    leaves = faults->put_on_wire(now, leaves, bytes_of(message));
  message.leaves_at = leaves;
  message.received_at = leaves + links_.latency(link);
  message.arrives_at = std::max(pipe.last_arrival, message.received_at);
  pipe.last_arrival = message.arrives_at;
  link.leaving_until = std::max(link.leaving_until, leaves);
}

void Pipes::plan_again(Pipe& pipe) {
  if (pipe.in_flight.empty()) return;
  const std::int64_t now = scheduler_.now();
  pipe.last_arrival = 0;
  for (Message* message = pipe.in_flight.first; message != nullptr; message = message->next) {
    if (message->leaves_at > now) {
      plan(pipe, *message);
    } else {  // it may have overtaken one that TCP sends again, but is received after it
      message->arrives_at = std::max(pipe.last_arrival, message->received_at);
      pipe.last_arrival = message->arrives_at;
    }
  }
  const std::int64_t next = pipe.in_flight.first->arrives_at;
  pipe.is_held = next < 0;
  if (pipe.is_queued() && (pipe.is_held || pipe.at != std::max(next, now))) scheduler_.remove(pipe);
  arm(pipe);
}

Message* Pipes::take(Pipe& pipe) {
  if (pipe.in_flight.first->arrives_at < 0) {
    pipe.is_held = true;
    return nullptr;
  }
  Message& message = pipe.in_flight.pop();
  arm(pipe);
  return &message;
}

}  // namespace logquake::sim::detail
