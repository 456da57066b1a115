// Datagrams on their way and in their machines' inboxes. Internal to sim.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "sim/base/ring.h"
#include "sim/network/datagram.h"
#include "sim/network/links.h"
#include "sim/node.h"
#include "sim/payload.h"
#include "sim/schedule/sync.h"
#include "sim/schedule/timing_wheel.h"

namespace logquake::sim {

class Scheduler;
class Trace;

namespace detail {

struct alignas(64) InFlightDatagram : Event {
  InFlightDatagram() : Event(Kind::datagram) {}
  Node* from = nullptr;
  Node* to = nullptr;
  EventId cause;
  Payload payload;
  bool is_corrupt = false;
};

class Datagrams {
 public:
  /// `key` is what latencies are keyed by.
  Datagrams(Links& links, Scheduler& scheduler, Trace& trace, std::uint64_t key)
      : links_(links), scheduler_(scheduler), trace_(trace), key_(key) {}
  Datagrams(const Datagrams&) = delete;
  Datagrams& operator=(const Datagrams&) = delete;

  void add_node() { inboxes_.emplace_back(); }
  void send(Node& from, NodeId to, Payload message);
  Result<Datagram> receive(Node& node, Duration timeout);
  /// What nobody has read is gone with its process.
  void process_died(NodeId node) { inbox_of(node).waiting.clear(); }

  /// The task to run at once, or null.
  Task* deliver(InFlightDatagram& datagram);

 private:
  struct Received {
    Node* from = nullptr;
    EventId cause;
    Payload payload;
    bool is_corrupt = false;
  };
  /// A machine's datagrams that nobody has read yet; a full one drops what comes. And what it
  /// sends.
  struct Inbox {
    Ring<Received> waiting;
    WaitQueue readable;
    std::int64_t last_sent_at = -1;
    std::uint64_t sent_at_once = 0;  // at that instant
  };
  Inbox& inbox_of(NodeId node) { return inboxes_[static_cast<std::size_t>(node.value())]; }
  InFlightDatagram& put(Node& from, Node& to, Payload message, std::int64_t arrival);
  std::int64_t usual_latency(Node& from, Node& to);
  void send_through_faults(Link& way, Node& from, Node& to, Payload message, std::int64_t usual);

  Links& links_;
  Scheduler& scheduler_;
  Trace& trace_;
  std::uint64_t key_;
  std::deque<InFlightDatagram> all_;
  std::vector<InFlightDatagram*> free_;
  std::deque<Inbox> inboxes_;  // by node
};

}  // namespace detail
}  // namespace logquake::sim
