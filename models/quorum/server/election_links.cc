#include "models/quorum/server/election_links.h"

#include <string>
#include <utility>

#include "models/quorum/zab/election.h"
#include "sim/base/format.h"

namespace logquake::zookeeper {
namespace {

constexpr Duration connect_patience = 5s;  // zookeeper.cnxTimeout

/// The first message on a link: who calls.
struct ElectionHello {
  ServerId sid;
  template <class Io>
  void io(Io& io) {
    io("sid", sid);
  }
};

}  // namespace

ElectionLinks::ElectionLinks(sim::Node& node, const ServerSettings& settings, ServerId self,
                             std::function<void(const Notification&)> heard)
    : node_(node),
      self_(self),
      port_(settings.server(self)->election_port),
      heard_(std::move(heard)) {
  for (const auto& server : settings.servers) {
    if (server.id == self) continue;
    auto& peer = peers_.try_emplace(server.id, node).first->second;
    peer.address = {server.host, server.election_port};
  }
}

void ElectionLinks::listen() {
  auto listener = node_.listen(port_);
  if (!listener) node_.exit(format("listen at {}: {}", port_, to_string(listener.error())));
  listener_ = std::move(*listener);
  node_.spawn("zookeeper-election-port", [this] { accept_for_ever(); });
}

void ElectionLinks::accept_for_ever() {
  for (;;) {
    auto accepted = listener_.accept();
    if (!accepted) node_.exit(format("accept: {}", to_string(accepted.error())));
    auto stream = std::make_shared<sim::Connection>(std::move(*accepted));
    node_.spawn("zookeeper-election-greeting", [this, stream] { greet(std::move(*stream)); });
  }
}

void ElectionLinks::greet(sim::Connection stream) {
  const auto message = stream.receive(connect_patience);
  if (!message) return;
  const auto* hello = message->as<ElectionHello>();
  if (hello == nullptr || peers_.count(hello->sid) == 0) return;
  if (survives(hello->sid, self_)) return adopt(hello->sid, std::move(stream));
  stream.close();
  call(hello->sid);
}

void ElectionLinks::send(ServerId to, const Notification& notification) {
  const auto found = peers_.find(to);
  if (found == peers_.end()) return;
  auto& peer = found->second;
  peer.waiting = notification;
  if (peer.link == nullptr) return call(to);
  peer.changed.notify_all();
}

void ElectionLinks::reconnect_all() {
  for (const auto& [id, peer] : peers_) {
    if (peer.link == nullptr) call(id);
  }
}

bool ElectionLinks::has_delivered() const {
  for (const auto& [id, peer] : peers_) {
    if (peer.link != nullptr && !peer.waiting) return true;
  }
  return peers_.empty();
}

void ElectionLinks::call(ServerId to) {
  auto& peer = peers_.at(to);
  if (peer.is_connecting) return;
  peer.is_connecting = true;
  node_.spawn(format("zookeeper-election-call-{}", to), [this, to] { connect(to); });
}

void ElectionLinks::connect(ServerId to) {
  auto& peer = peers_.at(to);
  auto connected = node_.connect(peer.address, connect_patience);
  peer.is_connecting = false;
  if (!connected) return;
  auto stream = std::move(*connected);
  if (!stream.send(ElectionHello{self_})) return;
  if (survives(self_, to)) return adopt(to, std::move(stream));
  (void)stream.receive(connect_patience);  // it closes this one and calls back
}

void ElectionLinks::adopt(ServerId id, sim::Connection stream) {
  auto& peer = peers_.at(id);
  if (peer.link != nullptr) drop(id, peer.link);
  auto link = std::make_shared<Link>();
  link->stream = std::move(stream);
  peer.link = link;
  if (!peer.waiting) peer.waiting = peer.last_sent;  // Z-EL-11
  node_.spawn(format("zookeeper-votes-to-{}", id), [this, id, link] { send_for_ever(id, link); });
  node_.spawn(format("zookeeper-votes-from-{}", id),
              [this, id, link] { receive_for_ever(id, link); });
}

void ElectionLinks::drop(ServerId id, const std::shared_ptr<Link>& link) {
  link->stream.close();
  auto& peer = peers_.at(id);
  if (peer.link == link) peer.link = nullptr;
  peer.changed.notify_all();
}

void ElectionLinks::send_for_ever(ServerId to, const std::shared_ptr<Link>& link) {
  auto& peer = peers_.at(to);
  for (;;) {
    peer.changed.wait_until([&] { return peer.link != link || peer.waiting.has_value(); });
    if (peer.link != link) return;
    peer.last_sent = std::exchange(peer.waiting, std::nullopt);
    if (!link->stream.send(*peer.last_sent)) return drop(to, link);
  }
}

void ElectionLinks::receive_for_ever(ServerId from, const std::shared_ptr<Link>& link) {
  for (;;) {
    auto message = link->stream.receive(sim::forever);
    if (!message || peers_.at(from).link != link) return drop(from, link);
    if (const auto* notification = message->as<Notification>()) heard_(*notification);
  }
}

}  // namespace logquake::zookeeper
