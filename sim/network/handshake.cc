// How connections come about: handshakes, listeners and who accepts.
#include <algorithm>
#include <utility>

#include "sim/base/format.h"
#include "sim/network/network.h"
#include "sim/schedule/scheduler.h"
#include "sim/simulation.h"

namespace logquake::sim {
namespace {

using detail::Link;
using detail::ListenerState;
using detail::Socket;
using detail::SocketPair;

constexpr Duration first_syn_retransmission = 1s;  // RFC 6298, 2.1
constexpr std::size_t listener_backlog = 128;      // net.core.somaxconn of older kernels

}  // namespace

Result<Connection> Network::connect(Node& from, const Address& to, Duration timeout) {
  if (!scheduler_.may_block()) return ErrorCode::killed;
  const auto name = names_.find(to.host);
  if (name == names_.end())
    return Error{ErrorCode::unreachable, format("no machine is named {}", to.host)};
  Node& target = simulation_.node(name->second);
  Link& there = links_.between(from.id(), target.id());
  Link& back = links_.between(target.id(), from.id());
  const std::int64_t deadline = from.deadline(timeout);
  // The handshake: SYN there, SYN-ACK back; lost ones are sent again after 1 s, 2 s, 4 s ...
  Duration patience = first_syn_retransmission;
  for (;;) {
    const std::int64_t out = links_.latency(there);
    const std::int64_t round_trip = out + links_.latency(back);
    if (!there.is_blocked()) {
      if (scheduler_.now() + round_trip > deadline) break;
      scheduler_.park(scheduler_.now() + round_trip, "a connection's handshake");
      if (scheduler_.current()->killed) return ErrorCode::killed;
      if (target.powered_ && !back.is_blocked()) {
        if (there.faults != nullptr && there.faults->refuses()) {
          return Error{ErrorCode::connection_refused,
                       format("{} is refused at {}", from.name(), to_string(to))};
        }
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

// A task that waits for a connection: another one may close the listener meanwhile.
class Network::Acceptor {
 public:
  Acceptor(Network& network, ListenerState& listener) : network_(network), listener_(listener) {
    ++listener_.acceptors;
  }
  ~Acceptor() {
    --listener_.acceptors;
    network_.forget_if_unused(listener_);
  }
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

 private:
  Network& network_;
  ListenerState& listener_;
};

Result<Connection> Network::accept(ListenerState& listener, Duration timeout) {
  if (!scheduler_.may_block()) return ErrorCode::killed;
  const Acceptor acceptor(*this, listener);
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
  if (listener.is_open) {  // else it has been shut by its process's death
    shut(listener);
    auto own = listeners_.extract({listener.node.id(), listener.port});
    closed_listeners_.push_back(std::move(own.mapped()));
  }
  forget_if_unused(listener);
}

void Network::forget_if_unused(ListenerState& listener) {
  if (listener.is_open || listener.has_handle || listener.acceptors > 0) return;
  std::erase_if(closed_listeners_, [&](const auto& closed) { return closed.get() == &listener; });
}

void Network::shut(ListenerState& listener) {
  listener.is_open = false;
  for (Socket* socket : std::exchange(listener.backlog, {})) close(*socket);
  listener.acceptable.notify_all();
}

}  // namespace logquake::sim
