// The moving parts of the network: directions between machines, pipes, sockets. Internal to sim.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "sim/connection.h"
#include "sim/fact.h"
#include "sim/payload.h"
#include "sim/random.h"
#include "sim/sync.h"
#include "sim/timing_wheel.h"

namespace logquake::sim {

class Network;
class Node;
struct Task;

namespace detail {

struct SocketPair;

/// One direction between two machines, with its stream of latencies and its faults.
struct Link {
  explicit Link(Random stream) : latencies(stream) {}
  NodeId from, to;
  Random latencies;
  bool stalled = false;
  bool dropping = false;
  Duration slower{};
  bool is_blocked() const { return stalled || dropping; }
};

struct Message {
  enum class Kind : std::uint8_t { data, fin, rst };
  Kind kind{};
  EventId cause;
  std::int64_t sent_at = 0;
  std::int64_t arrives_at = 0;
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
};

struct InFlightDatagram : Event {
  InFlightDatagram() : Event(Kind::datagram) {}
  Node* from = nullptr;
  Node* to = nullptr;
  EventId cause;
  Payload payload;
};

struct ReceivedDatagram {
  Node* from = nullptr;
  EventId cause;
  Payload payload;
};

/// A machine's datagrams that nobody has read yet; a full one drops what comes.
struct Inbox {
  std::deque<ReceivedDatagram> waiting;
  std::unique_ptr<WaitQueue> readable;
};

}  // namespace detail
}  // namespace logquake::sim
