// Messages of connections on their way: when they leave and arrive, by what is wrong with their
// direction. Internal to sim.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <vector>

#include "sim/network/link.h"
#include "sim/network/links.h"
#include "sim/schedule/scheduler.h"

namespace logquake::sim::detail {

class Pipes {
 public:
  Pipes(Links& links, Scheduler& scheduler) : links_(links), scheduler_(scheduler) {}
  Pipes(const Pipes&) = delete;
  Pipes& operator=(const Pipes&) = delete;

  Message& make(Message::Kind kind) {
    if (free_.empty()) free_.push_back(&all_.emplace_back());
    Message& message = *free_.back();
    free_.pop_back();
    message.kind = kind;
    return message;
  }
  void free(Message& message) {
    message.payload = Payload{};
    message.was_lost = false;
    free_.push_back(&message);
  }

  /// Sends the message now.
  void enqueue(Pipe& pipe, Message& message) {
    if (pipe.link->faults != nullptr) [[unlikely]]
      enqueue_through_faults(pipe, message);
    else
      enqueue_on_healthy_link(pipe, message);
  }
  /// The next message, which has come; null: it was sent into a fault that still lasts.
  Message* take(Pipe& pipe);
  /// What keeps messages back has changed: those that have not left get new instants, in the order
  /// in which they were sent.
  void plan_again(Pipe& pipe);

  void drop_in_flight(Pipe& pipe);
  /// What has come and nobody has read.
  void drop_inbox(Pipe& pipe) {
    while (!pipe.inbox.empty()) free(pipe.inbox.pop());
  }

 private:
  void enqueue_on_healthy_link(Pipe& pipe, Message& message) {
    const std::int64_t now = scheduler_.now();
    message.sent_at = now;
    message.leaves_at = now;
    message.received_at = now + links_.latency(*pipe.link);
    message.arrives_at = std::max(pipe.last_arrival, message.received_at);
    pipe.last_arrival = message.arrives_at;
    pipe.in_flight.push(message);
    arm(pipe);
  }
  // Invariant: a pipe is queued, or its link is blocked and holds it, or nothing is in flight.
  void arm(Pipe& pipe) {
    if (pipe.in_flight.empty() || pipe.is_queued() || pipe.is_held) return;
    scheduler_.push(pipe, std::max(pipe.in_flight.first->arrives_at, scheduler_.now()));
  }
  void enqueue_through_faults(Pipe& pipe, Message& message);
  void plan(Pipe& pipe, Message& message);

  Links& links_;
  Scheduler& scheduler_;
  std::deque<Message> all_;
  std::vector<Message*> free_;
};

}  // namespace logquake::sim::detail
