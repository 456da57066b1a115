// What happened to datagrams between machines, told twice: what was done to the network and to the
// machines, and what was read.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "property_tests/network_history.h"
#include "sim/base/ratio.h"
#include "sim/base/time.h"
#include "sim/network/network_options.h"

namespace logquake::sim {

/// Something that was wrong with a direction, as the one who did it remembers it.
struct Harm {
  enum class Kind { cut, delay, latency, wire, loss, duplication, reordering, corruption };
  Direction where;
  Kind kind{};
  Instant from;
  Instant to;
  Ratio chance{1, 1};
  Duration low{};  // delay, reordering: by how much; latency: its bounds; wire: of a full buffer
  Duration high{};
  std::int64_t buffer_bytes = 0;  // wire
};

/// A machine that reads nothing for a while: its process is dead, or it is frozen or busy.
struct Absence {
  int machine = 0;
  Instant from;
  Instant to;
  bool is_dead = false;
};

struct SentDatagram {
  Direction where;
  Instant at;
  std::int64_t content = 0;
  std::int64_t bytes = 0;
};

struct ReadDatagram {
  Direction where;
  std::int64_t number = -1;  // which of those sent; -1: unreadable
  std::int64_t content = 0;
  bool is_corrupt = false;
  Instant at;
};

/// A receive() that ended without a datagram.
struct TimedOut {
  int machine = 0;
  Instant due;
  Instant at;
};

struct DatagramHistory {
  std::vector<Harm> harms;
  std::vector<Absence> absences;
  std::vector<SentDatagram> sent;
  std::vector<ReadDatagram> read;
  std::vector<TimedOut> timed_out;
};

/// The promises of datagrams, one name each. "unsent": what is read was sent, by this machine to
/// that one. "content": as it was sent, unless it is marked corrupt. "corruption": only where some
/// are damaged, and all where all are. "duplicates": at most once, where none are doubled. "loss":
/// at least once by the end of the run, where nothing and nobody takes them. "cut": none that was
/// sent into a cut, or where all are lost. "early" and "late": within the latency and what is added
/// to it, which is all that is promised of their order. "inbox": what a process has not read is
/// gone with it, and the dead read nothing. "time-out": at the instant that was asked for. Those
/// that the history breaks; none for a good one.
std::map<std::string, std::string> broken_promises(const DatagramHistory& history,
                                                   const NetworkOptions& usual);

}  // namespace logquake::sim
