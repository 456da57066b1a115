// A connection between a leader and a learner, with the packets that wait to be sent over it.
// Source: Z-DI-2, Z-BC-1.
#pragma once

#include <deque>
#include <string>

#include "models/quorum/zab/quorum_packet.h"
#include "sim/network/connection.h"
#include "sim/node.h"
#include "sim/schedule/sync.h"

namespace logquake::zookeeper {

class QuorumLink {
 public:
  /// `waits_for` names what its sender waits for, where a run hangs. `node` must outlive it.
  QuorumLink(sim::Node& node, sim::Connection stream, std::string waits_for)
      : stream_(std::move(stream)), has_outgoing_(node, std::move(waits_for)) {}

  /// Keeps the packet until its turn comes. Does not block.
  void send(QuorumPacket packet);
  /// Sends what waits, in order, until the link is closed or lost; the receiver notices which. One
  /// task does this. Blocks.
  void send_for_ever();
  /// The other end's next message; an error as sim::Connection::receive() has it. Blocks.
  logquake::Result<sim::Payload> receive(Duration patience) { return stream_.receive(patience); }
  /// What waits is dropped.
  void close();
  bool is_closed() const { return is_closed_; }

 private:
  sim::Connection stream_;
  std::deque<QuorumPacket> outgoing_;
  bool is_closed_ = false;
  sim::Signal has_outgoing_;
};

}  // namespace logquake::zookeeper
