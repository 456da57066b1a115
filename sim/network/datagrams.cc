#include "sim/network/datagrams.h"

#include <utility>

#include "sim/base/hash.h"
#include "sim/random.h"
#include "sim/schedule/scheduler.h"
#include "sim/simulation.h"

namespace logquake::sim::detail {
namespace {

constexpr std::size_t inbox_bound = 65'536;  // chosen: a socket buffer's worth of small datagrams

}  // namespace

void Datagrams::send(Node& from, NodeId to, Payload message) {
  if (scheduler_.current() != nullptr && scheduler_.current()->killed) return;
  Node& receiver = from.simulation().node(to);
  std::int64_t latency = usual_latency(from, receiver);
  if (!links_.are_all_alike()) [[unlikely]] {
    Link& way = links_.between(from.id(), to);
    latency += way.distance.count();
    if (way.faults != nullptr) {
      send_through_faults(way, from, receiver, std::move(message), latency);
      return;
    }
  }
  put(from, receiver, std::move(message), scheduler_.now() + latency);
}

// A function of the two machines, the instant, and how many this one has sent at the instant
// before: unlike a stream for each direction it needs no memory, which for machines that talk to
// everybody would be most of what a datagram costs.
std::int64_t Datagrams::usual_latency(Node& from, Node& to) {
  if (&from == &to) return Links::loopback;
  Inbox& sender = inbox_of(from.id());
  const std::int64_t now = scheduler_.now();
  sender.sent_at_once = sender.last_sent_at == now ? sender.sent_at_once + 1 : 0;
  sender.last_sent_at = now;
  const auto instant = static_cast<std::uint64_t>(now);
  Random own(keyed_value(key_ ^ mix64(instant), mix64(from.name_hash_) ^ to.name_hash_,
                         sender.sent_at_once));
  const NetworkOptions& options = links_.options();
  return own.between(options.latency_low, options.latency_high).count();
}

InFlightDatagram& Datagrams::put(Node& from, Node& to, Payload message, std::int64_t arrival) {
  if (free_.empty()) free_.push_back(&all_.emplace_back());
  auto& datagram = *free_.back();
  free_.pop_back();
  datagram.from = &from;
  datagram.to = &to;
  datagram.cause = scheduler_.current() != nullptr ? scheduler_.current()->cause : EventId{};
  datagram.payload = std::move(message);
  datagram.is_corrupt = false;
  scheduler_.push(datagram, arrival);
  return datagram;
}

void Datagrams::send_through_faults(Link& way, Node& from, Node& to, Payload message,
                                    std::int64_t usual) {
  using affliction::Mishap;
  LinkFaults& faults = *way.faults;
  const std::uint64_t seed = from.simulation().options().seed;
  const std::uint64_t number = way.odd_datagrams++;
  const auto suffers = [&](Mishap mishap) {
    return faults.mishap(mishap, seed, way.label, number);
  };
  if (faults.gate().is_blocked() || suffers(Mishap::loss) != nullptr) return;
  std::int64_t leaves = scheduler_.now();
  if (faults.gate().has_wire()) {
    const auto bytes = wire_bytes(message);
    if (!faults.has_room(leaves, bytes)) return;
    leaves = faults.put_on_wire(leaves, leaves, bytes);
  }
  std::int64_t arrival = leaves + links_.odd_latency(way, usual);
  // What else is to be drawn for this datagram comes from a stream of its own.
  Random own(keyed_value(seed ^ hash64("datagram"), way.label, number));
  if (const auto* late = suffers(Mishap::reordering))
    arrival += own.between(Duration(1), late->by).count();
  const bool is_corrupt = suffers(Mishap::corruption) != nullptr;
  Payload copy = message;
  put(from, to, is_corrupt ? Payload{} : std::move(message), arrival).is_corrupt = is_corrupt;
  if (suffers(Mishap::duplication) != nullptr) {
    const auto copy_later = own.between(Duration::zero(), way.high).count();
    put(from, to, std::move(copy), arrival + copy_later);
  }
}

Task* Datagrams::deliver(InFlightDatagram& datagram) {
  Node& to = *datagram.to;
  trace_.count_event(scheduler_.instant(), to.name_hash_, 4);
  Inbox& inbox = inbox_of(to.id());
  if (to.alive_ && inbox.waiting.size() < inbox_bound) {
    inbox.waiting.push_back(
        {datagram.from, datagram.cause, std::move(datagram.payload), datagram.is_corrupt});
  }
  datagram.payload = Payload{};
  free_.push_back(&datagram);
  if (!to.alive_ || inbox.readable.empty()) return nullptr;
  return inbox.readable.wake_one_into();
}

Result<Datagram> Datagrams::receive(Node& node, Duration timeout) {
  if (!scheduler_.may_block()) return ErrorCode::killed;
  Inbox& inbox = inbox_of(node.id());
  const std::int64_t deadline = node.deadline(timeout);
  while (inbox.waiting.empty()) {
    if (!inbox.readable.wait_until(scheduler_, deadline, "a datagram")) return ErrorCode::timed_out;
  }
  auto received = inbox.waiting.pop_front();
  scheduler_.current()->cause = received.cause;
  return Datagram{received.from->name(), std::move(received.payload), received.is_corrupt};
}

}  // namespace logquake::sim::detail
