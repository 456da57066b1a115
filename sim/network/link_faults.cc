#include "sim/network/link_faults.h"

#include <algorithm>
#include <limits>

#include "sim/base/check.h"
#include "sim/base/hash.h"
#include "sim/random.h"

namespace logquake::sim {

std::string_view affliction::name_of(Mishap mishap) {
  switch (mishap) {
    case Mishap::loss:
      return "loss";
    case Mishap::duplication:
      return "duplication";
    case Mishap::reordering:
      return "reordering";
    case Mishap::corruption:
      return "corruption";
  }
  return "?";
}

namespace detail {
namespace {

constexpr std::int64_t longest_on_wire = 1'000'000'000'000'000'000;  // 31 years: never, in effect

// Plans from files are checked when they are read; this is for those that are written in C++.
void check(const Affliction& what) {
  if (const auto* delay = std::get_if<affliction::Delay>(&what)) {
    LOGQUAKE_CHECK(delay->by >= Duration::zero(), "a link cannot be faster by a negative delay");
  }
  if (const auto* wire = std::get_if<affliction::Bandwidth>(&what)) {
    LOGQUAKE_CHECK(wire->bytes_per_second > 0 && wire->buffer_bytes > 0,
                   "a bandwidth needs bytes a second and a buffer");
  }
  if (const auto* latency = std::get_if<Latency>(&what)) {
    LOGQUAKE_CHECK(latency->low >= Duration::zero() && latency->most() >= latency->low,
                   "a latency needs bounds in their order");
  }
}

}  // namespace

void LinkFaults::add(Episode episode, const Affliction& what) {
  check(what);
  lasting_.begin_one(episode, what);
  add_up();
}

void LinkFaults::remove(Episode episode) {
  lasting_.end_one(episode);
  add_up();
}

void LinkFaults::unblock() {
  std::erase_if(lasting_.entries(), [](const Entry& entry) {
    return std::holds_alternative<affliction::Clog>(entry.what) ||
           std::holds_alternative<affliction::Silence>(entry.what);
  });
  add_up();
}

void LinkFaults::add_up() {
  gate_ = {};
  delay_ = Duration::zero();
  refuses_ = false;
  latency_ = -1;
  std::int32_t index = 0;
  for (const auto& [episode, what] : lasting_.entries()) {
    if (std::holds_alternative<affliction::Clog>(what)) gate_.is_clogged = true;
    if (std::holds_alternative<affliction::Silence>(what)) gate_.is_silent = true;
    if (std::holds_alternative<affliction::Refusal>(what)) refuses_ = true;
    if (std::holds_alternative<Latency>(what)) latency_ = index;
    if (const auto* delay = std::get_if<affliction::Delay>(&what)) delay_ += delay->by;
    if (const auto* wire = std::get_if<affliction::Bandwidth>(&what)) {
      if (!gate_.has_wire() || wire->bytes_per_second < gate_.bandwidth.bytes_per_second)
        gate_.bandwidth = *wire;
    }
    ++index;
  }
}

bool LinkFaults::take_reply() {
  auto& entries = lasting_.entries();
  for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
    auto* replies = std::get_if<affliction::LostReplies>(&entry->what);
    if (replies == nullptr) continue;
    if (--replies->count <= 0) entries.erase(entry);
    add_up();
    return true;
  }
  return false;
}

const affliction::Datagrams* LinkFaults::mishap(affliction::Mishap which, std::uint64_t seed,
                                                std::uint64_t label, std::uint64_t number) const {
  std::uint64_t nth = 0;  // of those that overlap
  for (const auto& entry : lasting_.entries()) {
    const auto* datagrams = std::get_if<affliction::Datagrams>(&entry.what);
    if (datagrams == nullptr || datagrams->mishap != which) continue;
    const auto value = keyed_value(seed ^ hash64(name_of(which), nth++), label, number);
    if (keyed_below(value, datagrams->chance.denominator) < datagrams->chance.numerator)
      return datagrams;
  }
  return nullptr;
}

std::int64_t LinkFaults::wire_time(std::int64_t bytes) const {
  __extension__ using Wide = unsigned __int128;
  const Wide exact = static_cast<Wide>(bytes) * 1'000'000'000 /
                     static_cast<std::uint64_t>(gate_.bandwidth.bytes_per_second);
  return static_cast<std::int64_t>(std::min<Wide>(exact, longest_on_wire));
}

std::int64_t LinkFaults::put_on_wire(std::int64_t now, std::int64_t earliest, std::int64_t bytes) {
  // What TCP sends again later does not keep the wire busy until then.
  if (earliest > std::max(now, wire_free_at_)) return earliest + wire_time(bytes);
  wire_free_at_ = std::max(now, wire_free_at_) + wire_time(bytes);
  return wire_free_at_;
}

bool LinkFaults::has_room(std::int64_t now, std::int64_t bytes) const {
  const auto waiting = std::max<std::int64_t>(0, wire_free_at_ - now);
  return waiting + wire_time(bytes + held_bytes_) <= wire_time(gate_.bandwidth.buffer_bytes);
}

std::int64_t LinkFaults::room_at() const {
  if (held_bytes_ > gate_.bandwidth.buffer_bytes) return std::numeric_limits<std::int64_t>::max();
  return wire_free_at_ - wire_time(gate_.bandwidth.buffer_bytes);
}

}  // namespace detail
}  // namespace logquake::sim
