// What can be wrong with one direction between two machines, and for how long it is.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "sim/base/ratio.h"
#include "sim/base/time.h"
#include "sim/network/latency.h"

namespace logquake::sim {

namespace affliction {

/// Messages wait and go on when it is over.
struct Clog {};
/// Segments vanish: TCP sends them again after the end, connects and datagrams are lost.
struct Silence {};
/// Each message takes `by` longer; several add up.
struct Delay {
  Duration by{};
};
/// Messages share a wire of so many bytes a second, one after the other. What waits for it, of all
/// connections of the direction together, is at most `buffer_bytes`: send() waits for room as
/// TCP's does, a datagram without room is lost. Of several the narrowest counts.
struct Bandwidth {
  std::int64_t bytes_per_second = 0;
  std::int64_t buffer_bytes = 0;
};
/// Connects are refused, as by a firewall that answers.
struct Refusal {};
/// The next `count` replies (what the accepting end sends once it has received something) vanish,
/// and their connections break.
struct LostReplies {
  std::int32_t count = 1;
};
/// What may befall a datagram.
enum class Mishap : std::uint8_t { loss, duplication, reordering, corruption };
std::string_view name_of(Mishap mishap);
/// A datagram suffers the mishap with this chance; one that is reordered takes up to `by` longer,
/// so that later ones overtake it.
struct Datagrams {
  Mishap mishap{};
  Ratio chance;
  Duration by{};
};

}  // namespace affliction

/// A Latency replaces the usual one; of several the latest counts.
using Affliction = std::variant<affliction::Clog, affliction::Silence, affliction::Delay, Latency,
                                affliction::Bandwidth, affliction::Refusal, affliction::LostReplies,
                                affliction::Datagrams>;

}  // namespace logquake::sim
