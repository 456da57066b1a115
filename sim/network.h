// The simulated network: latencies, connections between machines, and what breaks them.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sim/base/index.h"
#include "sim/connection.h"
#include "sim/datagram.h"
#include "sim/link.h"
#include "sim/node.h"
#include "sim/random.h"
#include "sim/timing_wheel.h"

namespace logquake::sim {

struct NetworkOptions {
  Duration latency_low = 100us;  // of one message between two machines, drawn for each
  Duration latency_high = 400us;
};

/// Owns every connection of a simulation. Programs reach it through Node; faults through the
/// Simulation or directly. Nothing here blocks but what says so.
class Network {
 public:
  Network(Simulation& simulation, Scheduler& scheduler, Trace& trace, Random random,
          NetworkOptions options);
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  // ---- faults, each on the direction from -> to ----
  /// Messages wait until healed, then come all at once.
  void stall(NodeId from, NodeId to);
  /// Segments vanish; after healing they come with TCP's next retransmission. Connects time out
  /// meanwhile.
  void drop(NodeId from, NodeId to);
  /// Each message takes `by` longer; zero ends it.
  void slow(NodeId from, NodeId to, Duration by);
  /// Ends stall and drop of this direction.
  void heal(NodeId from, NodeId to);
  /// Ends every network fault.
  void heal_all();
  /// All connections between the two machines break at once, and both ends notice.
  void break_connections(NodeId one, NodeId other);

  // ---- what Node forwards ----
  Result<Connection> connect(Node& from, const Address& to, Duration timeout);
  Result<Listener> listen(Node& node, std::uint16_t port);
  void send_datagram(Node& from, NodeId to, Payload message);
  Result<Datagram> receive_datagram(Node& node, Duration timeout);

  // ---- what the machines' lives do to their connections ----
  void add_node(Node& node);
  /// `in_the_dark`: the power is gone, so nobody is told.
  void process_died(Node& node, bool in_the_dark);
  void machine_came_up(Node& node);

  // ---- what Connection and Listener forward ----
  Status send(detail::Socket& socket, Payload message);
  Result<Payload> receive(detail::Socket& socket, Duration timeout);
  void close(detail::Socket& socket);
  Result<Connection> accept(detail::ListenerState& listener, Duration timeout);
  void close(detail::ListenerState& listener);

  /// Connections that exist, half-open ones included.
  std::int64_t open_connections() const { return live_pairs_; }

 private:
  static Task* deliver(void* network, Event& event);
  Task* deliver_to(detail::Pipe& pipe);
  Task* deliver_to(detail::InFlightDatagram& datagram);

  detail::Link& link(NodeId from, NodeId to);
  std::int64_t arrival(detail::Link& link);
  void enqueue(detail::Pipe& pipe, detail::Message& message);
  void arm(detail::Pipe& pipe);
  void release_held(detail::Link& link, bool was_dropping);
  void reset(detail::Socket& socket);
  void shut(detail::ListenerState& listener);
  void free_if_unused(detail::SocketPair& pair);
  // A program holds this end from now on; too many of them are a leak, which stops the run.
  void take_handle(detail::Socket& socket);
  void drop_in_flight(detail::Pipe& pipe);
  void drop_messages(detail::Pipe& pipe);
  detail::SocketPair& make_pair(Node& from, Node& to, const Address& address);
  detail::Message& new_message();
  void free_message(detail::Message& message);

  Simulation& simulation_;
  Scheduler& scheduler_;
  Trace& trace_;
  Random random_;
  NetworkOptions options_;

  Index<detail::Link*> links_;          // by (from << 32 | to)
  std::deque<detail::Link> all_links_;  // in the order of first use
  std::deque<detail::SocketPair> all_pairs_;
  std::vector<detail::SocketPair*> free_pairs_;
  std::deque<detail::Message> all_messages_;
  std::vector<detail::Message*> free_messages_;
  std::deque<detail::InFlightDatagram> all_datagrams_;
  std::vector<detail::InFlightDatagram*> free_datagrams_;
  std::map<std::pair<NodeId, std::uint16_t>, std::unique_ptr<detail::ListenerState>> listeners_;
  std::vector<std::unique_ptr<detail::ListenerState>>
      closed_listeners_;  // a handle still refers to them
  std::map<std::string, NodeId, std::less<>> names_;
  std::vector<detail::Inbox> inboxes_;  // by node
  std::int64_t live_pairs_ = 0;
};

}  // namespace logquake::sim
