// The connections over which members talk about votes: one of each pair, and of each link only the
// newest message. Source: Z-EL-11, Z-EL-12.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "models/quorum/server_settings.h"
#include "models/quorum/zab/vote.h"
#include "sim/network/connection.h"
#include "sim/node.h"
#include "sim/schedule/sync.h"

namespace logquake::zookeeper {

class ElectionLinks {
 public:
  /// `heard` is told of every message that arrives. The arguments must outlive it.
  ElectionLinks(sim::Node& node, const ServerSettings& settings, ServerId self,
                std::function<void(const Notification&)> heard);

  /// Listens at the election port; the process exits where it cannot.
  void listen();
  /// Keeps the message for that server until a link takes it; connects where there is none. An
  /// older message that waits is forgotten. Does not block.
  void send(ServerId to, const Notification& notification);
  /// Connects to everybody to whom there is no link.
  void reconnect_all();
  /// Whether at least one server's link has taken everything (Z-EL-5).
  bool has_delivered() const;

 private:
  struct Link {
    sim::Connection stream;
  };
  struct Peer {
    explicit Peer(sim::Node& node) : changed(node, "a vote to send") {}
    sim::Address address;
    std::shared_ptr<Link> link;
    bool is_connecting = false;
    std::optional<Notification> waiting;
    std::optional<Notification> last_sent;
    sim::Signal changed;
  };
  void accept_for_ever();
  void greet(sim::Connection stream);
  void call(ServerId to);
  void connect(ServerId to);
  void adopt(ServerId peer, sim::Connection stream);
  void drop(ServerId peer, const std::shared_ptr<Link>& link);
  void send_for_ever(ServerId to, const std::shared_ptr<Link>& link);
  void receive_for_ever(ServerId from, const std::shared_ptr<Link>& link);

  sim::Node& node_;
  ServerId self_;
  std::uint16_t port_;
  std::function<void(const Notification&)> heard_;
  std::map<ServerId, Peer> peers_;
  sim::Listener listener_;
};

}  // namespace logquake::zookeeper
