#include "sim/network/network.h"

#include <algorithm>
#include <utility>

#include "sim/base/format.h"
#include "sim/schedule/scheduler.h"
#include "sim/simulation.h"

namespace logquake::sim {
namespace {

using detail::Link;
using detail::LinkFaults;
using detail::ListenerState;
using detail::Message;
using detail::Pipe;
using detail::Socket;
using detail::SocketPair;

constexpr std::uint16_t ephemeral_port = 49'152;  // IANA's dynamic range

}  // namespace

Network::Network(Simulation& simulation, Scheduler& scheduler, Trace& trace, Random random,
                 NetworkOptions options)
    : simulation_(simulation),
      scheduler_(scheduler),
      trace_(trace),
      links_(simulation, random, options),
      pipes_(links_, scheduler),
      datagrams_(links_, scheduler, trace, random.split("datagrams").next()) {
  scheduler_.set_network(this, &Network::deliver);
}

Network::~Network() = default;

void Network::add_node(Node& node) {
  names_.emplace(node.name(), node.id());
  datagrams_.add_node();
}

// ---- messages ----

// What keeps messages of this direction back has changed.
void Network::plan_again(Link& link) {
  const std::int64_t now = scheduler_.now();
  // Datagrams have got their instants for good; they do not keep the wire busy that is there now.
  if (link.faults != nullptr) link.faults->clear_wire(now);
  if (link.leaving_until <= now) return;
  link.leaving_until = now;
  for (auto& pair : all_pairs_) {
    if (!pair.in_use) continue;
    for (Pipe& pipe : pair.pipes) {
      if (pipe.link != &link) continue;
      pipes_.plan_again(pipe);
      pipe.receiver->peer->writable.wake_all();
    }
  }
}

Task* Network::deliver(void* network, Event& event) {
  auto& self = *static_cast<Network*>(network);
  if (event.kind == Event::Kind::delivery) return self.deliver_to(static_cast<Pipe&>(event));
  return self.datagrams_.deliver(static_cast<detail::InFlightDatagram&>(event));
}

Task* Network::deliver_to(Pipe& pipe) {
  Message* next = pipes_.take(pipe);
  if (next == nullptr) return nullptr;
  Message& message = *next;
  Socket& socket = *pipe.receiver;
  trace_.count_event(scheduler_.instant(), socket.pair->number, 3);
  if (!socket.is_live) {
    // Nobody knows this connection here any more. A machine that runs says so; one without power
    // does not.
    Socket& sender = *socket.peer;
    const bool was_data = message.kind == Message::Kind::data;
    pipes_.free(message);
    if (was_data && sender.is_live && !sender.was_reset) {
      if (socket.node->powered_) {
        Message& answer = pipes_.make(Message::Kind::rst);
        pipes_.enqueue(*socket.out, answer);
      } else {
        sender.sent_to_the_void = true;
      }
    }
    free_if_unused(*socket.pair);
    return nullptr;
  }
  if (message.kind == Message::Kind::rst) {
    pipes_.free(message);
    reset(socket);
    return nullptr;
  }
  pipe.inbox.push(message);
  if (socket.readable.empty()) return nullptr;
  return socket.readable.wake_one_into();
}

// ---- connections ----

SocketPair& Network::make_pair(Node& from, Node& to, const Address& address) {
  if (free_pairs_.empty()) {
    SocketPair& fresh = all_pairs_.emplace_back();
    fresh.number = all_pairs_.size();
    free_pairs_.push_back(&fresh);
  }
  SocketPair& pair = *free_pairs_.back();
  free_pairs_.pop_back();
  pair.in_use = true;
  ++live_pairs_;
  for (int end = 0; end < 2; ++end) {
    Socket& socket = pair.ends[end];
    socket.pair = &pair;
    socket.network = this;
    socket.node = end == 0 ? &from : &to;
    socket.out = &pair.pipes[end];
    socket.in = &pair.pipes[1 - end];
    socket.peer = &pair.ends[1 - end];
    socket.is_live = true;
    socket.has_handle = socket.got_fin = socket.was_reset = socket.sent_to_the_void = false;
    socket.has_received = false;
    Pipe& pipe = pair.pipes[end];
    pipe.link =
        end == 0 ? &links_.between(from.id(), to.id()) : &links_.between(to.id(), from.id());
    pipe.receiver = &pair.ends[1 - end];
    pipe.last_arrival = 0;
    pipe.is_held = false;
  }
  pair.ends[0].peer_address = address;
  pair.ends[1].peer_address = {from.name(), ephemeral_port};
  return pair;
}

void Network::free_if_unused(SocketPair& pair) {
  if (!pair.in_use) return;
  for (const Socket& socket : pair.ends) {
    if (socket.has_handle || socket.is_received_from || socket.senders > 0) return;
  }
  for (const Pipe& pipe : pair.pipes) {
    // What is still on its way matters only to an end that lives, and none has a handle any more.
    if (pipe.receiver->is_live) return;
  }
  for (Pipe& pipe : pair.pipes) {
    pipes_.drop_in_flight(pipe);
    pipes_.drop_inbox(pipe);
  }
  pair.in_use = false;
  --live_pairs_;
  free_pairs_.push_back(&pair);
}

void Network::reset(Socket& socket) {
  socket.was_reset = true;
  socket.readable.wake_all();
  socket.writable.wake_all();
}

Status Network::send(Socket& socket, Payload message) {
  if (scheduler_.current() != nullptr && scheduler_.current()->killed) return ErrorCode::killed;
  if (!socket.is_live) return ErrorCode::closed;
  if (socket.was_reset) return ErrorCode::connection_reset;
  Message& sent = pipes_.make(Message::Kind::data);
  sent.cause = scheduler_.current() != nullptr ? scheduler_.current()->cause : EventId{};
  sent.payload = std::move(message);
  if (socket.out->link->faults != nullptr) [[unlikely]]
    return send_through_faults(socket, sent);
  pipes_.enqueue(*socket.out, sent);
  return {};
}

Status Network::send_through_faults(Socket& socket, Message& message) {
  Link& link = *socket.out->link;
  const bool is_reply = &socket == &socket.pair->ends[1] && socket.has_received;
  bool is_taken = false;
  if (is_reply) change(link, [&](LinkFaults& faults) { is_taken = faults.take_reply(); });
  if (is_taken) {
    pipes_.free(message);
    break_pair(*socket.pair);
    return {};  // as with TCP: the reset comes later than the send that it concerns
  }
  pipes_.enqueue(*socket.out, message);
  return wait_for_room(socket);
}

// The message is in the stream; as with TCP its sender goes on once all of it fits into the buffer.
Status Network::wait_for_room(Socket& socket) {
  if (scheduler_.current() == nullptr) return {};  // outside all tasks nothing blocks
  struct Sending {
    Network& network;
    Socket& socket;
    Sending(Network& owner, Socket& end) : network(owner), socket(end) { ++socket.senders; }
    ~Sending() {
      --socket.senders;
      network.free_if_unused(*socket.pair);
    }
  } const sending(*this, socket);
  for (;;) {
    if (!socket.is_live) return ErrorCode::closed;
    if (socket.was_reset) return ErrorCode::connection_reset;
    const LinkFaults* faults = socket.out->link->faults.get();
    if (faults == nullptr || !faults->gate().has_wire()) return {};
    const std::int64_t room_at = faults->room_at();
    if (room_at <= scheduler_.now()) return {};
    (void)socket.writable.wait_until(scheduler_, room_at, "room in a send buffer");
  }
}

Result<Payload> Network::receive(Socket& socket, Duration timeout) {
  if (!scheduler_.may_block()) return ErrorCode::killed;
  const std::int64_t deadline = socket.node->deadline(timeout);
  LOGQUAKE_CHECK(!socket.is_received_from, "two tasks receive from one connection");
  // Another task may close this end while we wait; its socket must not serve a new connection
  // before we know.
  struct Receiving {
    Network& network;
    Socket& socket;
    Receiving(Network& owner, Socket& end) : network(owner), socket(end) {
      socket.is_received_from = true;
    }
    ~Receiving() {
      socket.is_received_from = false;
      network.free_if_unused(*socket.pair);
    }
  } const receiving(*this, socket);
  for (;;) {
    if (!socket.is_live) return ErrorCode::closed;
    // What had arrived before a reset can still be read, as with Linux.
    if (!socket.in->inbox.empty()) {
      Message& message = *socket.in->inbox.first;
      if (message.kind == Message::Kind::fin)
        return ErrorCode::closed;  // stays: every further call says so
      socket.in->inbox.pop();
      socket.has_received = true;
      scheduler_.current()->cause = message.cause;
      Payload payload = std::move(message.payload);
      pipes_.free(message);
      return payload;
    }
    if (socket.was_reset) return ErrorCode::connection_reset;
    if (!socket.readable.wait_until(scheduler_, deadline, "a message")) return ErrorCode::timed_out;
  }
}

void Network::close(Socket& socket) {
  const bool dead = scheduler_.current() != nullptr && scheduler_.current()->killed;
  if (socket.is_live && !dead && !socket.was_reset) {
    Message& fin = pipes_.make(Message::Kind::fin);
    pipes_.enqueue(*socket.out, fin);
  }
  socket.is_live = false;
  if (socket.has_handle) --socket.node->open_connections_;
  socket.has_handle = false;
  pipes_.drop_inbox(*socket.in);
  socket.readable.wake_all();
  socket.writable.wake_all();
  free_if_unused(*socket.pair);
}

void Network::take_handle(Socket& socket) {
  socket.has_handle = true;
  Node& node = *socket.node;
  if (++node.open_connections_ <= simulation_.options().max_connections) [[likely]]
    return;
  std::map<std::string, int> peers;
  for (const auto& pair : all_pairs_) {
    for (const Socket& end : pair.ends) {
      if (pair.in_use && end.has_handle && end.node == &node) ++peers[end.peer_address.host];
    }
  }
  const auto most = std::max_element(
      peers.begin(), peers.end(),
      [](const auto& one, const auto& other) { return one.second < other.second; });
  scheduler_.stop(Stop::Reason::leak,
                  format("{} has {} connections open, {} of them with {}, and its task \"{}\" has "
                         "opened the last one: it never closes them",
                         node.name(), node.open_connections_, most->second, most->first,
                         scheduler_.current()->name));
}

// ---- the machines' lives ----

void Network::process_died(Node& node, bool in_the_dark) {
  for (auto at = listeners_.begin(); at != listeners_.end();) {
    if (&at->second->node != &node) {
      ++at;
      continue;
    }
    at->second->is_open = false;
    at->second->backlog.clear();  // its sockets are shut with all the others below
    closed_listeners_.push_back(std::move(at->second));
    at = listeners_.erase(at);
  }
  for (auto& pair : all_pairs_) {
    if (!pair.in_use) continue;
    for (Socket& socket : pair.ends) {
      if (socket.node != &node || !socket.is_live) continue;
      socket.is_live = false;
      pipes_.drop_inbox(*socket.in);
      if (!in_the_dark && !socket.was_reset && socket.peer->is_live) {
        Message& rst = pipes_.make(Message::Kind::rst);
        pipes_.enqueue(*socket.out, rst);
      }
    }
    free_if_unused(pair);
  }
  datagrams_.process_died(node.id());
}

void Network::machine_came_up(Node& node) {
  for (auto& pair : all_pairs_) {
    if (!pair.in_use) continue;
    for (Socket& socket : pair.ends) {
      // A peer that kept sending to a machine without power learns from its next retransmission.
      if (socket.node == &node && !socket.is_live && socket.peer->is_live &&
          socket.peer->sent_to_the_void) {
        socket.peer->sent_to_the_void = false;
        Message& rst = pipes_.make(Message::Kind::rst);
        pipes_.enqueue(*socket.out, rst);
      }
    }
  }
}

// ---- faults ----

template <class Change>
void Network::change(Link& link, Change change_faults) {
  if (link.faults == nullptr) return;
  const LinkFaults::Gate before = link.faults->gate();
  change_faults(*link.faults);
  const bool is_other_gate = !(link.faults->gate() == before);
  if (link.faults->is_empty()) link.faults.reset();
  if (is_other_gate) plan_again(link);
}

Episode Network::afflict(NodeId from, NodeId to, const Affliction& what) {
  LOGQUAKE_CHECK(from != to, "a machine's way to itself has no faults");
  Link& struck = links_.between(from, to);
  links_.note_struck();
  const Episode episode = ++last_affliction_;
  if (struck.faults == nullptr) struck.faults = std::make_unique<LinkFaults>();
  change(struck, [&](LinkFaults& faults) { faults.add(episode, what); });
  return episode;
}

void Network::relieve(NodeId from, NodeId to, Episode episode) {
  change(links_.between(from, to), [episode](LinkFaults& faults) { faults.remove(episode); });
}

void Network::heal(NodeId from, NodeId to) {
  change(links_.between(from, to), [](LinkFaults& faults) { faults.unblock(); });
}

void Network::heal_all() {
  ++healings_;
  for (auto& each : links_.all()) change(each, [](LinkFaults& faults) { faults = LinkFaults(); });
}

void Network::break_connections(NodeId one, NodeId other) {
  for (auto& pair : all_pairs_) {
    if (!pair.in_use) continue;
    const NodeId from = pair.ends[0].node->id();
    const NodeId to = pair.ends[1].node->id();
    if (!((from == one && to == other) || (from == other && to == one))) continue;
    break_pair(pair);
  }
}

void Network::break_pair(SocketPair& pair) {
  for (Pipe& pipe : pair.pipes) pipes_.drop_in_flight(pipe);
  for (Socket& socket : pair.ends) {
    if (socket.is_live) reset(socket);
  }
}

}  // namespace logquake::sim
