// The moving parts of the network: directions between machines, pipes, sockets. Internal to sim.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "sim/base/ring.h"
#include "sim/network/connection.h"
#include "sim/network/link_faults.h"
#include "sim/payload.h"
#include "sim/random.h"
#include "sim/schedule/sync.h"
#include "sim/schedule/timing_wheel.h"
#include "sim/trace/fact.h"

namespace logquake::sim {

class Network;
class Node;
struct Task;

namespace detail {

struct SocketPair;

/// One direction between two machines, with its stream of latencies and its faults.
struct Link {
  explicit Link(Random stream) : latencies(stream) {}
  bool is_blocked() const { return faults != nullptr && faults->gate().is_blocked(); }

  NodeId from, to;
  std::unique_ptr<LinkFaults> faults;  // null while nothing is wrong: all that a healthy link pays
  Random latencies;
  Duration low{}, high{};  // of the latency, the distance of the pair included
  Duration distance{};
  std::uint64_t label = 0;          // "a->b": what is settled here is keyed by it
  std::uint64_t odd_latencies = 0;  // drawn so far from distributions that replace the usual one
  std::uint64_t odd_datagrams = 0;  // sent so far while something was wrong
  // Messages may be there that leave later than now, up to this instant; the end of time while some
  // wait for the end of a fault.
  std::int64_t leaving_until = 0;
};

struct Message {
  enum class Kind : std::uint8_t { data, fin, rst };
  Kind kind{};
  bool was_lost = false;  // sent into silence: TCP sends it again
  EventId cause;
  std::int64_t sent_at = 0;
  std::int64_t leaves_at = 0;    // what has left is beyond all faults
  std::int64_t received_at = 0;  // by the machine; its program gets all in the order of sending
  std::int64_t arrives_at = 0;   // -1: settled when the fault ends
  Payload payload;
  Message* next = nullptr;
};

/// A FIFO of messages.
struct MessageList {
  Message* first = nullptr;
  Message* last = nullptr;
  void push(Message& message) {
    message.next = nullptr;
    (last != nullptr ? last->next : first) = &message;
    last = &message;
  }
  Message& pop() {
    Message& message = *first;
    first = message.next;
    if (first == nullptr) last = nullptr;
    return message;
  }
  bool empty() const { return first == nullptr; }
};

/// One direction of a connection: messages on their way, in order, and those that have arrived.
struct Pipe : Event {
  Pipe() : Event(Kind::delivery) {}
  Link* link = nullptr;
  Socket* receiver = nullptr;
  MessageList in_flight;
  MessageList inbox;
  std::int64_t last_arrival = 0;
  bool is_held = false;  // the next message waits for the end of a fault
};

/// One end of a connection.
struct Socket {
  SocketPair* pair = nullptr;
  Network* network = nullptr;
  Node* node = nullptr;
  Pipe* in = nullptr;
  Pipe* out = nullptr;
  Socket* peer = nullptr;
  Address peer_address;
  WaitQueue readable;             // the task blocked in receive(), at most one
  WaitQueue writable;             // those blocked in send(), where a bandwidth limits them
  std::int32_t senders = 0;       // tasks inside such a send()
  bool has_received = false;      // its program has taken a message
  bool has_handle = false;        // a Connection refers to it
  bool is_received_from = false;  // a task is inside receive(): it may wake up after the close
  bool is_live = false;           // its process still knows it
  bool got_fin = false;           // the peer has closed in order
  bool was_reset = false;
  bool sent_to_the_void = false;  // to a machine without power: will learn of it
};

/// A connection: two ends, two directions.
struct SocketPair {
  Socket ends[2];
  Pipe pipes[2];
  bool in_use = false;
  std::uint64_t number = 0;
};

struct ListenerState {
  ListenerState(Network& owner, Node& where, std::uint16_t number)
      : network(owner), node(where), port(number), acceptable(where, "a connection to accept") {}
  Network& network;
  Node& node;
  std::uint16_t port;
  std::deque<Socket*> backlog;
  Signal acceptable;
  bool is_open = true;
  bool has_handle = true;
  std::int32_t acceptors = 0;  // tasks that wait
};

}  // namespace detail
}  // namespace logquake::sim
