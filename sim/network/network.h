// The simulated network: latencies, connections between machines, and what breaks them.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/lasting.h"
#include "sim/network/affliction.h"
#include "sim/network/connection.h"
#include "sim/network/datagram.h"
#include "sim/network/datagrams.h"
#include "sim/network/link.h"
#include "sim/network/links.h"
#include "sim/network/network_options.h"
#include "sim/network/pipes.h"
#include "sim/node.h"
#include "sim/random.h"
#include "sim/schedule/timing_wheel.h"

namespace logquake::sim {

/// Owns every connection of a simulation. Programs reach it through Node; faults through the
/// Simulation or directly. Nothing here blocks but what says so.
class Network {
 public:
  Network(Simulation& simulation, Scheduler& scheduler, Trace& trace, Random random,
          NetworkOptions options);
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  // ---- faults, each on the direction from -> to of two different machines ----
  /// The direction suffers from now on, until relieved or healed. Whatever overlaps ends on its
  /// own.
  Episode afflict(NodeId from, NodeId to, const Affliction& what);
  /// Ends that affliction; nothing happens where it has been healed already.
  void relieve(NodeId from, NodeId to, Episode episode);
  /// Messages wait until healed, then come all at once.
  Episode stall(NodeId from, NodeId to) { return afflict(from, to, affliction::Clog{}); }
  /// Segments vanish; after healing they come with TCP's next retransmission. Connects time out
  /// meanwhile.
  Episode drop(NodeId from, NodeId to) { return afflict(from, to, affliction::Silence{}); }
  /// Ends every stall and drop of this direction.
  void heal(NodeId from, NodeId to);
  /// Ends every network fault.
  void heal_all();
  /// How often all was healed: faults that come and go stop when this changes.
  std::int64_t healings() const { return healings_; }
  /// All connections between the two machines break at once, and both ends notice.
  void break_connections(NodeId one, NodeId other);

  // ---- what Node forwards ----
  Result<Connection> connect(Node& from, const Address& to, Duration timeout);
  Result<Listener> listen(Node& node, std::uint16_t port);
  void send_datagram(Node& from, NodeId to, Payload message) {
    datagrams_.send(from, to, std::move(message));
  }
  Result<Datagram> receive_datagram(Node& node, Duration timeout) {
    return datagrams_.receive(node, timeout);
  }

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

  void plan_again(detail::Link& link);
  template <class Change>
  void change(detail::Link& link, Change change_faults);
  Status send_through_faults(detail::Socket& socket, detail::Message& message);
  Status wait_for_room(detail::Socket& socket);
  void break_pair(detail::SocketPair& pair);
  void reset(detail::Socket& socket);
  void shut(detail::ListenerState& listener);
  class Acceptor;
  void forget_if_unused(detail::ListenerState& listener);
  void free_if_unused(detail::SocketPair& pair);
  // A program holds this end from now on; too many of them are a leak, which stops the run.
  void take_handle(detail::Socket& socket);
  detail::SocketPair& make_pair(Node& from, Node& to, const Address& address);

  Simulation& simulation_;
  Scheduler& scheduler_;
  Trace& trace_;
  detail::Links links_;
  detail::Pipes pipes_;
  detail::Datagrams datagrams_;
  std::deque<detail::SocketPair> all_pairs_;
  std::vector<detail::SocketPair*> free_pairs_;
  std::map<std::pair<NodeId, std::uint16_t>, std::unique_ptr<detail::ListenerState>> listeners_;
  std::vector<std::unique_ptr<detail::ListenerState>>
      closed_listeners_;  // a handle or a waiting task still refers to them
  std::map<std::string, NodeId, std::less<>> names_;
  std::int64_t live_pairs_ = 0;
  Episode last_affliction_ = 0;
  std::int64_t healings_ = 0;
};

}  // namespace logquake::sim
