// What is wrong with one direction at present: each fault ends on its own. Internal to sim.
#pragma once

#include <cstdint>

#include "sim/lasting.h"
#include "sim/network/affliction.h"

namespace logquake::sim::detail {

/// All afflictions of one direction and what they come to together.
class LinkFaults {
 public:
  /// What decides when messages leave; a change of it concerns those that wait.
  struct Gate {
    bool is_clogged = false;
    bool is_silent = false;
    affliction::Bandwidth bandwidth{};  // none: zero bytes a second
    bool is_blocked() const { return is_clogged || is_silent; }
    bool has_wire() const { return bandwidth.bytes_per_second > 0; }
    bool operator==(const Gate& other) const {
      return is_clogged == other.is_clogged && is_silent == other.is_silent &&
             bandwidth.bytes_per_second == other.bandwidth.bytes_per_second &&
             bandwidth.buffer_bytes == other.bandwidth.buffer_bytes;
    }
  };

  void add(Episode episode, const Affliction& what);
  /// Ends that affliction; nothing happens where it is over already.
  void remove(Episode episode);
  /// Ends what keeps messages from coming through.
  void unblock();
  bool is_empty() const { return lasting_.empty(); }

  const Gate& gate() const { return gate_; }
  Duration delay() const { return delay_; }
  bool refuses() const { return refuses_; }
  /// The distribution that replaces the usual latency, or null.
  const Latency* latency() const {
    return latency_ < 0 ? nullptr : &std::get<Latency>(at(latency_));
  }
  /// Whether the next reply is to vanish; if so, one less will.
  bool take_reply();
  /// Whether the datagram numbered `number` of the direction `label` suffers the mishap, and from
  /// what; null for no.
  const affliction::Datagrams* mishap(affliction::Mishap which, std::uint64_t seed,
                                      std::uint64_t label, std::uint64_t number) const;

  // ---- the wire of a bandwidth; times in nanoseconds ----
  /// When the last of `bytes` has left; they may leave from `earliest` on, which is now or later.
  std::int64_t put_on_wire(std::int64_t now, std::int64_t earliest, std::int64_t bytes);
  /// Whether `bytes` fit into the buffer beside what waits there.
  bool has_room(std::int64_t now, std::int64_t bytes) const;
  /// `bytes` wait in the buffer for a blocked direction; negative: no longer.
  void hold(std::int64_t bytes) { held_bytes_ += bytes; }
  /// The earliest instant at which what waits fits into the buffer; the end of time while only the
  /// end of a block can help.
  std::int64_t room_at() const;
  /// All that waits is about to be put on the wire anew.
  void clear_wire(std::int64_t now) {
    wire_free_at_ = now;
    held_bytes_ = 0;
  }

 private:
  using Entry = Lasting<Affliction>::Entry;
  const Affliction& at(std::int32_t entry) const {
    return lasting_.entries()[static_cast<std::size_t>(entry)].what;
  }
  void add_up();
  std::int64_t wire_time(std::int64_t bytes) const;

  Lasting<Affliction> lasting_;
  // Invariant: what follows is the sum of those that last.
  Gate gate_;
  Duration delay_{};
  bool refuses_ = false;
  std::int32_t latency_ = -1;  // index of the latest

  std::int64_t wire_free_at_ = 0;
  std::int64_t held_bytes_ = 0;
};

}  // namespace logquake::sim::detail
