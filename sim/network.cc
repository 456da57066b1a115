#include "sim/network.h"

#include <algorithm>
#include <utility>

#include "sim/base/format.h"
#include "sim/scheduler.h"
#include "sim/simulation.h"

namespace logquake::sim {
namespace {

using detail::Link;
using detail::ListenerState;
using detail::Message;
using detail::Pipe;
using detail::Socket;
using detail::SocketPair;

constexpr std::int64_t loopback_nanoseconds = 20'000;       // chosen: a trip through one kernel
constexpr std::int64_t first_retransmission = 200'000'000;  // Linux: the smallest RTO
constexpr std::int64_t longest_backoff = 120'000'000'000;   // Linux: TCP_RTO_MAX
constexpr Duration first_syn_retransmission = 1s;           // RFC 6298, 2.1
constexpr std::size_t listener_backlog = 128;               // net.core.somaxconn of older kernels
constexpr std::size_t inbox_bound = 65'536;  // chosen: a socket buffer's worth of small datagrams
constexpr std::uint16_t ephemeral_port = 49'152;  // IANA's dynamic range

std::uint64_t key_of(NodeId from, NodeId to) {
  return std::uint64_t{static_cast<std::uint32_t>(from.value())} << 32 |
         static_cast<std::uint32_t>(to.value());
}

// When TCP sends a segment again that was first sent at `sent`, at or after `now`.
std::int64_t retransmission(std::int64_t sent, std::int64_t now) {
  std::int64_t wait = first_retransmission;
  std::int64_t at = sent + wait;
  while (at < now) {
    wait = std::min(wait * 2, longest_backoff);
    at += wait;
  }
  return at;
}

}  // namespace

Network::Network(Simulation& simulation, Scheduler& scheduler, Trace& trace, Random random,
                 NetworkOptions options)
    : simulation_(simulation),
      scheduler_(scheduler),
      trace_(trace),
      random_(random),
      options_(options) {
  scheduler_.set_network(this, &Network::deliver);
}

Network::~Network() = default;

void Network::add_node(Node& node) {
  names_.emplace(node.name(), node.id());
  inboxes_.emplace_back().readable = std::make_unique<detail::WaitQueue>();
}

Link& Network::link(NodeId from, NodeId to) {
  Link*& found = links_[key_of(from, to)];
  if (found == nullptr) {
    const auto label = format("{}->{}", simulation_.node(from).name(), simulation_.node(to).name());
    found = &all_links_.emplace_back(random_.split(label));
    found->from = from;
    found->to = to;
  }
  return *found;
}

std::int64_t Network::arrival(Link& link) {
  if (link.from == link.to) return scheduler_.now() + loopback_nanoseconds;
  const Duration latency = link.latencies.between(options_.latency_low, options_.latency_high);
  return scheduler_.now() + latency.count() + link.slower.count();
}

// ---- messages ----

Message& Network::new_message() {
  if (free_messages_.empty()) free_messages_.push_back(&all_messages_.emplace_back());
  Message& message = *free_messages_.back();
  free_messages_.pop_back();
  return message;
}

void Network::free_message(Message& message) {
  message.payload = Payload{};
  free_messages_.push_back(&message);
}

void Network::drop_in_flight(Pipe& pipe) {
  while (!pipe.in_flight.empty()) free_message(pipe.in_flight.pop());
  if (pipe.is_queued()) scheduler_.remove(pipe);
  pipe.is_held = false;
}

void Network::drop_messages(Pipe& pipe) {
  drop_in_flight(pipe);
  while (!pipe.inbox.empty()) free_message(pipe.inbox.pop());
}

// Invariant: a pipe is queued, or its link is blocked and holds it, or nothing is in flight.
void Network::arm(Pipe& pipe) {
  if (pipe.in_flight.empty() || pipe.is_queued() || pipe.is_held) return;
  scheduler_.push(pipe, std::max(pipe.in_flight.first->arrives_at, scheduler_.now()));
}

void Network::enqueue(Pipe& pipe, Message& message) {
  message.sent_at = scheduler_.now();
  Link& link = *pipe.link;
  if (link.is_blocked()) {
    message.arrives_at = -1;  // settled when the fault ends
    if (pipe.in_flight.empty()) pipe.is_held = true;
    pipe.in_flight.push(message);
    return;
  }
  message.arrives_at = std::max(pipe.last_arrival, arrival(link));
  pipe.last_arrival = message.arrives_at;
  pipe.in_flight.push(message);
  arm(pipe);
}

// A fault has ended: what waited gets its instants of arrival, in the order in which it was sent.
void Network::release_held(Link& link, bool was_dropping) {
  const std::int64_t now = scheduler_.now();
  for (auto& pair : all_pairs_) {
    if (!pair.in_use) continue;
    for (Pipe& pipe : pair.pipes) {
      if (pipe.link != &link) continue;
      pipe.is_held = false;
      for (Message* message = pipe.in_flight.first; message != nullptr; message = message->next) {
        if (message->arrives_at >= 0) continue;
        const std::int64_t again = was_dropping ? retransmission(message->sent_at, now) - now : 0;
        message->arrives_at = std::max(pipe.last_arrival, arrival(link) + again);
        pipe.last_arrival = message->arrives_at;
      }
      arm(pipe);
    }
  }
}

Task* Network::deliver(void* network, Event& event) {
  auto& self = *static_cast<Network*>(network);
  if (event.kind == Event::Kind::delivery) return self.deliver_to(static_cast<Pipe&>(event));
  return self.deliver_to(static_cast<detail::InFlightDatagram&>(event));
}

Task* Network::deliver_to(Pipe& pipe) {
  if (pipe.in_flight.first->arrives_at <
      0) {  // the next one was sent into a fault that still lasts
    pipe.is_held = true;
    return nullptr;
  }
  Message& message = pipe.in_flight.pop();
  arm(pipe);
  Socket& socket = *pipe.receiver;
  trace_.count_event(scheduler_.instant(), socket.pair->number, 3);
  if (!socket.is_live) {
    // Nobody knows this connection here any more. A machine that runs says so; one without power
    // does not.
    Socket& sender = *socket.peer;
    const bool was_data = message.kind == Message::Kind::data;
    free_message(message);
    if (was_data && sender.is_live && !sender.was_reset) {
      if (socket.node->powered_) {
        Message& answer = new_message();
        answer.kind = Message::Kind::rst;
        enqueue(*socket.out, answer);
      } else {
        sender.sent_to_the_void = true;
      }
    }
    free_if_unused(*socket.pair);
    return nullptr;
  }
  if (message.kind == Message::Kind::rst) {
    free_message(message);
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
    Pipe& pipe = pair.pipes[end];
    pipe.link = end == 0 ? &link(from.id(), to.id()) : &link(to.id(), from.id());
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
    if (socket.has_handle || socket.is_received_from) return;
  }
  for (const Pipe& pipe : pair.pipes) {
    // What is still on its way matters only to an end that lives, and none has a handle any more.
    if (pipe.receiver->is_live) return;
  }
  for (Pipe& pipe : pair.pipes) drop_messages(pipe);
  pair.in_use = false;
  --live_pairs_;
  free_pairs_.push_back(&pair);
}

void Network::reset(Socket& socket) {
  socket.was_reset = true;
  socket.readable.wake_all();
}

Status Network::send(Socket& socket, Payload message) {
  if (scheduler_.current() != nullptr && scheduler_.current()->killed) return ErrorCode::killed;
  if (!socket.is_live) return ErrorCode::closed;
  if (socket.was_reset) return ErrorCode::connection_reset;
  Message& sent = new_message();
  sent.kind = Message::Kind::data;
  sent.cause = scheduler_.current() != nullptr ? scheduler_.current()->cause : EventId{};
  sent.payload = std::move(message);
  enqueue(*socket.out, sent);
  return {};
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
      scheduler_.current()->cause = message.cause;
      Payload payload = std::move(message.payload);
      free_message(message);
      return payload;
    }
    if (socket.was_reset) return ErrorCode::connection_reset;
    if (!socket.readable.wait_until(scheduler_, deadline, "a message")) return ErrorCode::timed_out;
  }
}

void Network::close(Socket& socket) {
  const bool dead = scheduler_.current() != nullptr && scheduler_.current()->killed;
  if (socket.is_live && !dead && !socket.was_reset) {
    Message& fin = new_message();
    fin.kind = Message::Kind::fin;
    enqueue(*socket.out, fin);
  }
  socket.is_live = false;
  if (socket.has_handle) --socket.node->open_connections_;
  socket.has_handle = false;
  while (!socket.in->inbox.empty()) free_message(socket.in->inbox.pop());
  socket.readable.wake_all();
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

Result<Connection> Network::connect(Node& from, const Address& to, Duration timeout) {
  if (!scheduler_.may_block()) return ErrorCode::killed;
  const auto name = names_.find(to.host);
  if (name == names_.end())
    return Error{ErrorCode::unreachable, format("no machine is named {}", to.host)};
  Node& target = simulation_.node(name->second);
  Link& there = link(from.id(), target.id());
  Link& back = link(target.id(), from.id());
  const std::int64_t deadline = from.deadline(timeout);
  // The handshake: SYN there, SYN-ACK back; lost ones are sent again after 1 s, 2 s, 4 s ...
  Duration patience = first_syn_retransmission;
  for (;;) {
    const std::int64_t out = arrival(there) - scheduler_.now();
    const std::int64_t round_trip = out + arrival(back) - scheduler_.now();
    if (!there.is_blocked()) {
      if (scheduler_.now() + round_trip > deadline) break;
      scheduler_.park(scheduler_.now() + round_trip, "a connection's handshake");
      if (scheduler_.current()->killed) return ErrorCode::killed;
      if (target.powered_ && !back.is_blocked()) {
        const auto listener = listeners_.find({target.id(), to.port});
        if (listener == listeners_.end() || !target.alive_) {
          return Error{ErrorCode::connection_refused,
                       format("nobody listens at {}", to_string(to))};
        }
        ListenerState& state = *listener->second;
        if (state.backlog.size() < listener_backlog) {
          SocketPair& pair = make_pair(from, target, to);
          state.backlog.push_back(&pair.ends[1]);
          state.acceptable.notify_one();
          take_handle(pair.ends[0]);
          return Connection(&pair.ends[0]);
        }
      }
    }
    const std::int64_t again = scheduler_.now() + patience.count();
    if (again > deadline) break;
    scheduler_.park(again, "a connection's handshake");
    if (scheduler_.current()->killed) return ErrorCode::killed;
    patience *= 2;
  }
  // A strategy that holds tasks back, or a pause, may have carried this one past its deadline.
  scheduler_.park(std::max(deadline, scheduler_.now()), "a connection's handshake");
  return Error{ErrorCode::timed_out,
               format("connect to {}: no answer within {}", to_string(to), to_text(timeout))};
}

Result<Listener> Network::listen(Node& node, std::uint16_t port) {
  if (scheduler_.current() != nullptr && scheduler_.current()->killed) return ErrorCode::killed;
  auto& slot = listeners_[{node.id(), port}];
  if (slot != nullptr)
    return Error{ErrorCode::already_exists, format("port {} of {} is taken", port, node.name())};
  slot = std::make_unique<ListenerState>(*this, node, port);
  return Listener(slot.get());
}

Result<Connection> Network::accept(ListenerState& listener, Duration timeout) {
  if (!scheduler_.may_block()) return ErrorCode::killed;
  if (!listener.acceptable.wait_until(
          [&] { return !listener.is_open || !listener.backlog.empty(); }, timeout)) {
    return ErrorCode::timed_out;
  }
  if (!listener.is_open) return ErrorCode::closed;
  Socket& socket = *listener.backlog.front();
  listener.backlog.pop_front();
  take_handle(socket);
  return Connection(&socket);
}

void Network::close(ListenerState& listener) {
  listener.has_handle = false;
  if (!listener.is_open) {  // already shut, by its process's death
    std::erase_if(closed_listeners_, [&](const auto& closed) { return closed.get() == &listener; });
    return;
  }
  shut(listener);
  listeners_.erase({listener.node.id(), listener.port});
}

void Network::shut(ListenerState& listener) {
  listener.is_open = false;
  for (Socket* socket : std::exchange(listener.backlog, {})) close(*socket);
  listener.acceptable.notify_all();
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
      while (!socket.in->inbox.empty()) free_message(socket.in->inbox.pop());
      if (!in_the_dark && !socket.was_reset && socket.peer->is_live) {
        Message& rst = new_message();
        rst.kind = Message::Kind::rst;
        enqueue(*socket.out, rst);
      }
    }
    free_if_unused(pair);
  }
  auto& inbox = inboxes_[static_cast<std::size_t>(node.id().value())];
  inbox.waiting.clear();
}

void Network::machine_came_up(Node& node) {
  for (auto& pair : all_pairs_) {
    if (!pair.in_use) continue;
    for (Socket& socket : pair.ends) {
      // A peer that kept sending to a machine without power learns from its next retransmission.
      if (socket.node == &node && !socket.is_live && socket.peer->is_live &&
          socket.peer->sent_to_the_void) {
        socket.peer->sent_to_the_void = false;
        Message& rst = new_message();
        rst.kind = Message::Kind::rst;
        enqueue(*socket.out, rst);
      }
    }
  }
}

// ---- faults ----

void Network::stall(NodeId from, NodeId to) { link(from, to).stalled = true; }

void Network::drop(NodeId from, NodeId to) { link(from, to).dropping = true; }

void Network::slow(NodeId from, NodeId to, Duration by) { link(from, to).slower = by; }

void Network::heal(NodeId from, NodeId to) {
  Link& healed = link(from, to);
  if (!healed.is_blocked()) return;
  const bool was_dropping = std::exchange(healed.dropping, false);
  healed.stalled = false;
  release_held(healed, was_dropping);
}

void Network::heal_all() {
  for (auto& each : all_links_) {
    each.slower = Duration::zero();
    heal(each.from, each.to);
  }
}

void Network::break_connections(NodeId one, NodeId other) {
  for (auto& pair : all_pairs_) {
    if (!pair.in_use) continue;
    const NodeId from = pair.ends[0].node->id();
    const NodeId to = pair.ends[1].node->id();
    if (!((from == one && to == other) || (from == other && to == one))) continue;
    for (Pipe& pipe : pair.pipes) drop_in_flight(pipe);
    for (Socket& socket : pair.ends) {
      if (socket.is_live) reset(socket);
    }
  }
}

// ---- datagrams ----

void Network::send_datagram(Node& from, NodeId to, Payload message) {
  if (scheduler_.current() != nullptr && scheduler_.current()->killed) return;
  Link& way = link(from.id(), to);
  if (way.is_blocked()) return;
  if (free_datagrams_.empty()) free_datagrams_.push_back(&all_datagrams_.emplace_back());
  auto& datagram = *free_datagrams_.back();
  free_datagrams_.pop_back();
  datagram.from = &from;
  datagram.to = &simulation_.node(to);
  datagram.cause = scheduler_.current() != nullptr ? scheduler_.current()->cause : EventId{};
  datagram.payload = std::move(message);
  scheduler_.push(datagram, arrival(way));
}

Task* Network::deliver_to(detail::InFlightDatagram& datagram) {
  Node& to = *datagram.to;
  trace_.count_event(scheduler_.instant(), to.name_hash_, 4);
  auto& inbox = inboxes_[static_cast<std::size_t>(to.id().value())];
  if (to.alive_ && inbox.waiting.size() < inbox_bound) {
    inbox.waiting.push_back({datagram.from, datagram.cause, std::move(datagram.payload)});
  }
  datagram.payload = Payload{};
  free_datagrams_.push_back(&datagram);
  if (!to.alive_ || inbox.readable->empty()) return nullptr;
  return inbox.readable->wake_one_into();
}

Result<Datagram> Network::receive_datagram(Node& node, Duration timeout) {
  if (!scheduler_.may_block()) return ErrorCode::killed;
  auto& inbox = inboxes_[static_cast<std::size_t>(node.id().value())];
  const std::int64_t deadline = node.deadline(timeout);
  while (inbox.waiting.empty()) {
    if (!inbox.readable->wait_until(scheduler_, deadline, "a datagram"))
      return ErrorCode::timed_out;
  }
  auto& received = inbox.waiting.front();
  scheduler_.current()->cause = received.cause;
  Datagram datagram{received.from->name(), std::move(received.payload)};
  inbox.waiting.pop_front();
  return datagram;
}

}  // namespace logquake::sim
